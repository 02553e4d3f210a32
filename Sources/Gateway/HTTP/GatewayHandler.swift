import BedrockRuntime
import Catalog
import HTTPServer
import HTTPUpstream
import JSON
import NIOCore
import NIOHTTP1
import OpenAISchema

/// Leads each request to what answers it.
///
/// Everything here is decided on the request's head, before a byte of its body is kept.
struct GatewayHandler: RequestHandler {
    private let shared: GatewayShared
    private let contexts: [ObjectIdentifier: NIOLoopBoundBox<LoopContext>]

    /// Makes what every loop needs.
    init(shared: GatewayShared, upstream: UpstreamClient, group: any EventLoopGroup) {
        self.shared = shared
        var contexts: [ObjectIdentifier: NIOLoopBoundBox<LoopContext>] = [:]
        for loop in group.makeIterator() {
            contexts[ObjectIdentifier(loop)] = NIOLoopBoundBox.makeBoxSendingValue(
                LoopContext(eventLoop: loop, client: upstream, shared: shared),
                eventLoop: loop
            )
        }
        self.contexts = contexts
    }

    func handle(_ exchange: Exchange) {
        let path = RequestPath(exchange.path)
        var record = RequestRecord(
            id: requestID(exchange.headers),
            method: exchange.method.rawValue,
            path: loggedPath(exchange.path)
        )
        exchange.commonHeaders = shared.configuration.crossOrigin.fields(for: exchange.headers, methods: allowed(path))
        if path == .health, exchange.method == .GET || exchange.method == .HEAD {
            return respond(exchange, &record, .json("{\"status\":\"ok\"}"))
        }
        if let refusal = rateLimit(exchange) { return refuse(exchange, &record, refusal) }
        switch (path, exchange.method) {
        case (.unknown, _): refuse(exchange, &record, Self.notFound)
        case (.chatCompletions, .POST): chat(exchange, record)
        case (.testChat, .POST): respond(exchange, &record, .smokeTest)
        case (.home, .GET), (.home, .HEAD): respond(exchange, &record, .page(InfoPage.html))
        case (.models, .GET), (.models, .HEAD):
            respond(exchange, &record, .json(shared.models.list))
        case (.model(let name), .GET), (.model(let name), .HEAD): model(name, exchange, &record)
        case (_, .OPTIONS): options(path, exchange, &record)
        default: refuse(exchange, &record, Self.methodNotAllowed(path), headers: [("allow", allowed(path))])
        }
    }

    // MARK: Answers

    private func chat(_ exchange: Exchange, _ record: RequestRecord) {
        guard let context = contexts[ObjectIdentifier(exchange.eventLoop)]?.value else { return exchange.abort() }
        ChatExchange(
            exchange: exchange,
            context: context,
            record: record,
            isStrict: exchange.headers.flag("x-gateway-strict") ?? shared.configuration.isStrict
        ).start()
    }

    /// Answers for every name, id and ARN that a chat request would accept.
    private func model(_ name: String, _ exchange: Exchange, _ record: inout RequestRecord) {
        let models = shared.models
        if let model = models.catalog.model(named: name) {
            return respond(exchange, &record, .json(ModelList.object(model, id: name)))
        }
        // No caller is known here, so an id is looked up as if from the region it names, or the default one.
        let region = Self.region(of: name) ?? shared.configuration.defaultRegion?.rawValue ?? "us-east-1"
        do throws(ResolutionError) {
            let resolved = try models.catalog.resolve(name, region: region)
            respond(exchange, &record, .json(ModelList.object(resolved.model, id: name)))
        } catch {
            refuse(exchange, &record, .from(error))
        }
    }

    private static func region(of arn: String) -> String? {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count > 4 && parts[0] == "arn" ? String(parts[3]) : nil
    }

    private func options(_ path: RequestPath, _ exchange: Exchange, _ record: inout RequestRecord) {
        record.status = 204
        exchange.respond(
            .noContent,
            headers: [("allow", allowed(path)), ("x-request-id", record.id)],
            body: ByteBuffer()
        )
        shared.log.write(record)
    }

    private func allowed(_ path: RequestPath) -> String { (path.methods + ["OPTIONS"]).joined(separator: ", ") }

    private func respond(_ exchange: Exchange, _ record: inout RequestRecord, _ answer: FixedAnswer) {
        record.status = 200
        record.responseBytes = answer.body.readableBytes
        exchange.respond(.ok, headers: answer.headers + [("x-request-id", record.id)], body: answer.body)
        shared.log.write(record)
    }

    private func refuse(
        _ exchange: Exchange,
        _ record: inout RequestRecord,
        _ error: OpenAIError,
        headers: [(name: String, value: String)] = []
    ) {
        record.status = error.status
        record.error = error.code
        exchange.respond(
            HTTPResponseStatus(statusCode: error.status),
            headers: ResponseHeaders.json + [("x-request-id", record.id)] + headers + error.retryHeaders,
            body: error.body()
        )
        shared.log.write(record)
    }

    // MARK: Decisions on the head

    private func rateLimit(_ exchange: Exchange) -> OpenAIError? {
        guard let limiter = shared.limiter, let address = ClientAddress(exchange.remoteAddress),
            case .refused(let wait) = limiter.count(address, at: .now())
        else { return nil }
        return OpenAIError(
            status: 429,
            kind: .rateLimit,
            code: "rate_limit_exceeded",
            message:
                "Too many requests from this address: the limit is \(shared.configuration.rateLimit?.maximumRequests ?? 0) "
                + "in \((shared.configuration.rateLimit?.window.nanoseconds ?? 0) / 1_000_000) ms "
                + "(IP_RATE_LIMIT_MAX_REQUESTS, IP_RATE_LIMIT_WINDOW_MS).",
            retryAfterMilliseconds: Int(wait.nanoseconds / 1_000_000) + 1
        )
    }

    /// The client's own id if it is harmless, else a new one.
    private func requestID(_ headers: HTTPHeaders) -> String {
        guard let id = headers.first(name: "x-request-id"), 1...128 ~= id.utf8.count,
            id.utf8.allSatisfy(Self.isIDByte)
        else { return shared.identifiers.request() }
        return id
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// A path as it may be logged: short, without what could break a line.
    private func loggedPath(_ path: String) -> String {
        if path.utf8.count <= 128, path.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) { return path }
        return ResponseHeaders.printable(String(path.prefix(128)).filter { $0 != " " })
    }

    private static let notFound = OpenAIError(
        status: 404,
        kind: .invalidRequest,
        code: "not_found",
        message:
            "There is nothing here. Chat completions are at POST /v1/chat/completions, the models at GET /v1/models."
    )

    private static func methodNotAllowed(_ path: RequestPath) -> OpenAIError {
        OpenAIError(
            status: 405,
            kind: .invalidRequest,
            code: "method_not_allowed",
            message: "This method is not allowed here; use \(path.methods.joined(separator: " or "))."
        )
    }
}

/// An answer that does not depend on its request.
struct FixedAnswer {
    var headers: [(name: String, value: String)]
    var body: ByteBuffer

    static func json(_ text: String) -> FixedAnswer { json(ByteBuffer(string: text)) }

    static func json(_ body: ByteBuffer) -> FixedAnswer { FixedAnswer(headers: ResponseHeaders.json, body: body) }

    static func page(_ html: String) -> FixedAnswer {
        FixedAnswer(
            headers: [("content-type", "text/html; charset=utf-8"), ("x-content-type-options", "nosniff")],
            body: ByteBuffer(string: html)
        )
    }

    /// One chunk, without a key and without Bedrock: the predecessor's way to see that streaming passes a proxy.
    static let smokeTest: FixedAnswer = {
        let identity = ReplyIdentity(id: "chatcmpl-test", created: 0, model: "test")
        let chunks = ChatChunkEncoder(identity: identity, includesUsage: false)
        var body = ByteBuffer()
        chunks.role(into: &body)
        chunks.content("Test message from the Bedrock gateway: no model was called.", into: &body)
        chunks.finish("stop", into: &body)
        ServerSentEvent.done(into: &body)
        return FixedAnswer(headers: ResponseHeaders.stream, body: body)
    }()
}
