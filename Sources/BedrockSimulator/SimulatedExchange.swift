import HTTPServer
import JSON
import NIOCore
import NIOHTTP1

/// One request to the simulator, from its head to the beginning of its answer.
///
/// It belongs to the exchange's event loop.
final class SimulatedExchange {
    private let exchange: Exchange
    private let access: AccessCheck
    private let log: RequestLog
    private let configuration: SimulatorConfiguration
    private let id: String

    init(_ exchange: Exchange, access: AccessCheck, log: RequestLog, configuration: SimulatorConfiguration) {
        self.exchange = exchange
        self.access = access
        self.log = log
        self.configuration = configuration
        id = log.nextID()
    }

    /// Reads the body, judges the request and answers it.
    func start() {
        exchange.collectBody(upTo: configuration.maximumBodyBytes) { result in
            switch result {
            case .success(let body): self.answer(body)
            case .failure(.clientLeft): break
            case .failure(.tooLarge): self.refuse(.tooLarge)
            case .failure(.timedOut):
                self.refuse(SimulatorError(408, "RequestTimeout", "The body did not arrive in time."))
            case .failure(.malformed), .failure(.trailersTooLarge):
                self.refuse(.validation("The body could not be read."))
            case .failure(.overloaded):
                self.refuse(SimulatorError(503, "ServiceUnavailableException", "Too many bodies are in memory."))
            }
        }
    }

    private func answer(_ body: ByteBuffer) {
        log.keep(
            RequestRecord(
                method: exchange.method.rawValue,
                target: exchange.target,
                headers: exchange.headers,
                body: body
            )
        )
        do throws(SimulatorError) {
            try answer(try call(with: body))
        } catch {
            refuse(error)
        }
    }

    /// Finds out what is called and by whom, before anything is said about the body.
    private func call(with body: ByteBuffer) throws(SimulatorError) -> SimulatedCall {
        let route = try SimulatedRoute(path: exchange.path, method: exchange.method)
        log.received(route.operation.rawValue)
        try access.check(
            ReceivedRequest(
                method: exchange.method.rawValue,
                path: exchange.path,
                query: exchange.query,
                headers: exchange.headers,
                body: body
            )
        )
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue.parse(body)
        } catch {
            throw route.operation.isConverse
                ? SimulatorError(400, "SerializationException", "The body is not JSON: \(error)")
                : .validation(
                    "Malformed input request, please reformat your input and try again. The body is not JSON: \(error)"
                )
        }
        let label = route.operation == .chat ? Substring(value["model"]?.string ?? "") : route.label
        guard let model = ModelID(label: label) else { throw .invalidModel }
        return SimulatedCall(operation: route.operation, model: model, headers: exchange.headers, body: value)
    }

    private func answer(_ call: SimulatedCall) throws(SimulatorError) {
        let dialect = try DialectTable.dialect(for: call)
        let settings = call.operation.isInvoke ? try InvokeSettings(headers: call.headers) : nil
        var prompt = try dialect.prompt(of: call)
        if let settings { prompt.take(settings) }
        let directives = try Directives(in: prompt.lastUserText, model: call.model)
        if directives.isHTMLFailure { return respondAsProxy() }
        if let failure = directives.failure { throw failure }
        let answer = AnswerComposer(prompt: prompt, directives: directives, call: call).answer()
        exchange.releaseBody()
        if call.isStream {
            // Schemas are slices of the body, and an open stream shall not keep it.
            prompt.tools = []
            prompt.schema = nil
            let reply = StreamedReply(answer: answer, prompt: prompt, model: call.model, directives: directives)
            stream(reply, of: call, dialect)
        } else {
            try respond(answer, to: prompt, of: call, directives, dialect)
        }
    }

    private func stream(_ reply: StreamedReply, of call: SimulatedCall, _ dialect: any Dialect) {
        var headers = commonHeaders(contentType: dialect.framing.contentType)
        if call.operation == .invokeStream { headers.append(("X-Amzn-Bedrock-Content-Type", "application/json")) }
        let slow = reply.directives.isSlow ? reply.directives.pause ?? configuration.slowPause : nil
        StreamPlayer(
            exchange: exchange,
            dialect: dialect,
            reply: reply,
            log: log,
            pause: slow ?? configuration.eventPause
        ).start(headers: headers)
    }

    private func respond(
        _ answer: Answer,
        to prompt: Prompt,
        of call: SimulatedCall,
        _ directives: Directives,
        _ dialect: any Dialect
    ) throws(SimulatorError) {
        if directives.events == .max { throw .validation("simulate:endless needs a stream.") }
        if let error = directives.firstFrame { throw error }
        var writer = JSONWriter(capacity: 1_024)
        dialect.write(answer, to: prompt, of: call, into: &writer)
        var body = writer.buffer
        let headers = answerHeaders(answer.usage, of: call)
        switch directives.fault {
        case .exception(let error): throw error
        case .truncation: body.moveWriterIndex(to: body.readableBytes / 2)
        case .cut:
            exchange.begin(.ok, headers: headers)
            body.moveWriterIndex(to: body.readableBytes / 2)
            exchange.write(body)
            return exchange.abort()
        case .badChecksum, nil: break
        }
        guard let quiet = directives.quiet else { return exchange.respond(.ok, headers: headers, body: body) }
        exchange.eventLoop.assumeIsolated().scheduleTask(in: quiet) { [exchange] in
            exchange.respond(.ok, headers: headers, body: body)
        }
    }

    private func answerHeaders(_ usage: Usage, of call: SimulatedCall) -> [(name: String, value: String)] {
        var headers = commonHeaders(contentType: "application/json")
        guard call.operation == .invoke else { return headers }
        headers.append(("X-Amzn-Bedrock-Input-Token-Count", "\(usage.input)"))
        headers.append(("X-Amzn-Bedrock-Output-Token-Count", "\(usage.output)"))
        headers.append(("X-Amzn-Bedrock-Invocation-Latency", "12"))
        if usage.cacheRead + usage.cacheWrite > 0 {
            headers.append(("X-Amzn-Bedrock-Cache-Read-Input-Token-Count", "\(usage.cacheRead)"))
            headers.append(("X-Amzn-Bedrock-Cache-Write-Input-Token-Count", "\(usage.cacheWrite)"))
        }
        return headers
    }

    private func commonHeaders(contentType: String) -> [(name: String, value: String)] {
        [("Content-Type", contentType), ("x-amzn-RequestId", id)]
    }

    private func refuse(_ error: SimulatorError) {
        log.refused(error)
        var headers = commonHeaders(contentType: "application/json")
        headers.append(("x-amzn-ErrorType", "\(error.type):http://internal.amazon.com/coral/com.amazon.bedrock/"))
        let body = SimulatedRoute.isOpenAI(exchange.path) ? OpenAIFailure.body(of: error) : error.body
        exchange.respond(HTTPResponseStatus(statusCode: error.status), headers: headers, body: body)
    }

    /// Answers as a load balancer does that finds nobody behind it: without any of AWS's headers.
    private func respondAsProxy() {
        let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>simulated</body>\r\n</html>\r\n"
        exchange.respond(.badGateway, headers: [("Content-Type", "text/html")], body: ByteBuffer(string: page))
    }
}
