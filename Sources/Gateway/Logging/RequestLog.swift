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

    /// Writes that a request was sent again because the catalog let something through that Bedrock refused.
    ///
    /// - Parameters:
    ///   - model: The entry's name, or the id that the client wrote.
    ///   - isCatalogued: Whether there is an entry.
    ///   - note: What the second attempt lacks.
    ///   - id: The request's id.
    ///   - refused: AWS's id of the call that it refused.
    func noteCatalogGap(model: String, isCatalogued: Bool, _ note: String, request id: String, refused: String?) {
        let name = ResponseHeaders.printable(model)
        let gap =
            isCatalogued
            ? "what models.yaml allows for \(name)" : "something for \(name), which is not in models.yaml"
        let call = refused.map { "; aws_request=\(ResponseHeaders.printable($0))" } ?? ""
        logger.warning("Bedrock refused \(gap), so request id=\(id) was sent again with \(note)\(call)")
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
