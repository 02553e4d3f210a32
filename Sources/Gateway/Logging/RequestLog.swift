import Logging

/// Writes the lines of requests, if that is switched on, and of server faults always.
final class RequestLog: Sendable {
    private let logger: Logger
    private let logsAll: Bool

    /// Creates a log.
    init(logger: Logger, logsAll: Bool) {
        self.logger = logger
        self.logsAll = logsAll
    }

    /// Writes that an entry of the catalog let something through that Bedrock refused.
    func noteCatalogGap(_ model: String, _ note: String, request id: String) {
        logger.warning(
            "Bedrock refused what models.yaml allows for \(model), so request id=\(id) was sent again with \(note)"
        )
    }

    /// Writes one request's line.
    func write(_ record: RequestRecord) {
        if record.status >= 500 || record.wasRetried {
            logger.warning("\(record.line())")
        } else if logsAll {
            logger.info("\(record.line())")
        }
    }
}
