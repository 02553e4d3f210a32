import Adapters
import BedrockRuntime
import Catalog
import HTTPServer
import HTTPUpstream
import NIOCore
import NIOHTTP1
import NIOPosix
import OpenAISchema
import Synchronization

/// One chat completion from its request's head to the last byte of its answer, all on one event loop.
///
/// The way there: ``start()`` reads the caller and the body; the body is decoded, its images fetched, and translated; every
/// choice is signed and sent. The way back: each upstream read is folded into chunks and written at once, or a whole answer
/// is gathered. Our own 200 waits for Bedrock's first frame, or for the keep-alive interval if that comes first, so that a
/// refusal gets its real status.
final class ChatExchange {
    let exchange: Exchange
    let context: LoopContext
    var record: RequestRecord
    let shared: GatewayShared
    private let isStrict: Bool

    private var prepared: ChatPreparation.Prepared?
    var choices: [BedrockExchange] = []
    private var gathered: [Int: GatheredReply] = [:]
    private var open = 0
    private var usage: Usage?
    private var serviceTier: String?
    private var identity: ReplyIdentity?
    private var lastWrite = NIODeadline.now()
    /// What could be sent instead, until an answer begins; it holds the request's bytes.
    var second: SecondTry?
    var fetches: ImageFetches?
    private(set) var hasEnded = false

    init(exchange: Exchange, context: LoopContext, record: RequestRecord, isStrict: Bool) {
        self.exchange = exchange
        self.context = context
        self.record = record
        self.isStrict = isStrict
        shared = context.shared
        shared.openChats.add(1, ordering: .relaxed)
    }

    deinit {
        shared.openChats.subtract(1, ordering: .relaxed)
    }

    /// Decides on the head, then reads the body.
    func start() {
        exchange.onTimeUp = { self.refuse(.shuttingDown) }
        let caller: CallerKey
        do throws(OpenAIError) {
            caller = try shared.authorization.caller(exchange.headers)
        } catch {
            return refuse(error)
        }
        guard exchange.headers[canonicalForm: "content-encoding"].allSatisfy({ $0.lowercased() == "identity" }) else {
            return refuse(.encodedBody)
        }
        let limit = shared.configuration.maximumBodySize
        exchange.collectBody(upTo: limit) { result in
            guard !self.hasEnded else { return }
            switch result {
            case .success(let body): self.prepare(body, caller)
            case .failure(.clientLeft): self.clientLeft()
            case .failure(let failure): self.refuse(.from(failure, limit: limit))
            }
        }
    }

    private func prepare(_ body: ByteBuffer, _ caller: CallerKey) {
        // Held strongly: the end of either lets go, and a weak reference would slow down every other one.
        exchange.onClientLeft = { self.clientLeft() }
        record.requestBytes = body.readableBytes
        do throws(OpenAIError) {
            let preparation = ChatPreparation(
                models: shared.models,
                region: caller.region,
                configuration: shared.configuration,
                isStrict: isStrict,
                memory: ThinkingMemory(store: shared.thinking, caller: caller),
                headerGuardrail: try Guardrail(exchange.headers)
            )
            if body.readableBytes > GatewayShared.offloadThreshold {
                return prepareElsewhere(body, caller, preparation)
            }
            let decoded = try preparation.decode(body)
            guard decoded.remoteImages.isEmpty else { return fetchImages(decoded, caller, preparation) }
            let prepared = try preparation.translate(decoded, images: [:])
            second = SecondTry(decoded, caller, preparation)
            send(prepared, caller, digest: nil)
        } catch {
            refuse(error)
        }
    }

    func send(_ prepared: ChatPreparation.Prepared, _ caller: CallerKey, digest: SHA256Digest?) {
        if isExplained { return explain(prepared, caller) }
        let now = shared.clock.seconds()
        let signed = context.signer.request(
            for: prepared.call,
            with: caller,
            resolver: shared.configuration.endpoints,
            at: SigningDate(secondsSince1970: now),
            bodyDigest: digest
        )
        let identity = ReplyIdentity(id: shared.identifiers.completion(), created: now, model: prepared.requestedModel)
        self.identity = identity
        // From here on the call's bytes are upstream's; of a long text they are the client's own.
        let prepared = prepared.withoutBody()
        self.prepared = prepared
        record.note(prepared, region: caller.region.rawValue)
        let request = UpstreamRequest(
            endpoint: UpstreamEndpoint(
                isSecure: signed.endpoint.isSecure,
                host: signed.endpoint.host,
                port: signed.endpoint.port
            ),
            method: .POST,
            path: signed.path,
            headers: signed.headers,
            body: signed.body.first,
            bodyRest: signed.body.rest
        )
        // An open stream holds no request bytes, except that a second try, or a long text that is passed on, holds them until an
        // answer begins.
        if second == nil, signed.body.rest.isEmpty { exchange.releaseBody() }
        exchange.onWritabilityChange = { self.writabilityChanged($0) }
        open = prepared.choices
        for index in 0..<prepared.choices {
            choices.append(BedrockExchange(choice: index, prepared: prepared, identity: identity, owner: self))
        }
        lastWrite = .now()
        if prepared.streams { context.watch(self) }
        for choice in choices where !hasEnded { choice.send(request, on: context.pool) }
    }

    /// Whether the request is only to be explained.
    var isExplained: Bool { exchange.headers.flag("x-gateway-explain") == true }

    /// Answers with what would be sent, instead of sending it.
    private func explain(_ prepared: ChatPreparation.Prepared, _ caller: CallerKey) {
        let endpoint = shared.configuration.endpoints.endpoint(for: prepared.call.host, in: caller.region)
        let parts = Explanation(prepared: prepared, endpoint: endpoint, region: caller.region).parts()
        record.note(prepared, region: caller.region.rawValue)
        var headers = ResponseHeaders.json
        ResponseHeaders.append(prepared, requestID: nil, record: record, to: &headers)
        if parts.count == 1 {
            exchange.respond(.ok, headers: headers, body: parts[0])
        } else {
            exchange.begin(.ok, headers: headers)
            for part in parts { exchange.write(part) }
            exchange.finish()
        }
        end(status: 200)
    }

    /// What is known about the call, for errors to name the remedy.
    var failedCall: FailedCall {
        FailedCall(
            model: prepared?.model ?? Model(name: "", bedrockID: "", adapter: .converse),
            modelID: prepared?.resolved.modelID ?? "",
            region: record.region,
            isMantle: prepared?.call.host == .mantle
        )
    }

    /// An empty buffer to write chunks into.
    ///
    /// It has room for a few of them: grown step by step it would be copied each time.
    func takeBuffer() -> ByteBuffer { ByteBufferAllocator().buffer(capacity: 1024) }

    /// Writes chunks of a stream, after the head if it is the first time.
    func write(_ chunks: ByteBuffer) {
        guard !hasEnded, chunks.readableBytes > 0 else { return }
        beginStream()
        lastWrite = .now()
        record.responseBytes += chunks.readableBytes
        exchange.write(chunks)
    }

    private func beginStream() {
        guard !exchange.hasBegun else { return }
        // What the client has seen cannot be taken back.
        accepted()
        record.firstByte()
        var headers = ResponseHeaders.stream
        ResponseHeaders.append(prepared, requestID: choices.first?.requestID, record: record, to: &headers)
        exchange.begin(.ok, headers: headers)
    }

    /// Takes note that the stream of a choice ended as it should.
    func choiceEnded(_ choice: BedrockExchange) {
        if let failure = choice.lateFailure { record.error = failure }
        add(choice.usage)
        serviceTier = serviceTier ?? choice.serviceTier
        open -= 1
        guard open == 0, !hasEnded else { return }
        finishStream()
    }

    /// Takes the events of a whole answer.
    func choice(_ choice: BedrockExchange, answered events: [ChatEvent]) {
        guard !hasEnded, let prepared, let identity else { return }
        open -= 1
        if prepared.replaysAsStream {
            var encoder = StreamEncoder(identity: identity, choice: choice.choice, style: prepared.style)
            var output = takeBuffer()
            for event in events { encoder.encode(event, into: &output) }
            write(output)
            add(encoder.usage)
            serviceTier = serviceTier ?? encoder.serviceTier
            if open == 0 { finishStream() }
            return
        }
        let reply = GatheredReply(events, style: prepared.style)
        add(reply.usage)
        gathered[choice.choice] = reply
        guard open == 0 else { return }
        var completion = ChatCompletion(
            identity: identity,
            choices: (0..<prepared.choices).map { gathered[$0]?.choice ?? ChatCompletion.Choice() },
            usage: usage
        )
        // There is one place for each: the first choice that has something to say takes it.
        let replies = (0..<prepared.choices).lazy.compactMap { self.gathered[$0] }
        completion.serviceTier = replies.compactMap(\.serviceTier).first
        completion.guardrailTrace = replies.compactMap(\.guardrailTrace).first
        let body = completion.body()
        record.responseBytes = body.readableBytes
        record.firstByte()
        var headers = ResponseHeaders.json
        ResponseHeaders.append(prepared, requestID: choice.requestID, record: record, to: &headers)
        exchange.respond(.ok, headers: headers, body: body)
        end(status: 200)
    }

    private func add(_ more: Usage?) {
        guard let more else { return }
        if usage == nil { usage = more } else { usage?.add(more) }
        record.usage = usage
    }

    private func finishStream() {
        guard let prepared, let identity else { return }
        var output = takeBuffer()
        if prepared.style.includesUsage, let usage {
            StreamEncoder(identity: identity, choice: 0, style: prepared.style).writeUsage(
                usage,
                serviceTier: serviceTier,
                into: &output
            )
        }
        ServerSentEvent.done(into: &output)
        write(output)
        exchange.finish()
        end(status: 200)
    }

    /// Ends the exchange because one of its choices failed.
    func choice(_ choice: BedrockExchange, failed error: OpenAIError) {
        record.upstreamRequestID = choice.requestID
        refuse(error)
    }

    /// Answers with an error: as a status while nothing was written, else as the stream's last event, without `[DONE]`.
    func refuse(_ error: OpenAIError) {
        guard !hasEnded else { return }
        record.error = error.code
        if exchange.hasBegun {
            var output = takeBuffer()
            for choice in choices { choice.closeThinking(into: &output) }
            ServerSentEvent.failure(error, into: &output)
            exchange.write(output)
            exchange.finish()
        } else {
            var headers = ResponseHeaders.json
            ResponseHeaders.append(nil, requestID: record.upstreamRequestID, record: record, to: &headers)
            headers += error.retryHeaders
            exchange.respond(HTTPResponseStatus(statusCode: error.status), headers: headers, body: error.body())
        }
        end(status: error.status)
    }

    private func clientLeft() {
        guard !hasEnded else { return }
        record.error = "client_left"
        end(status: 499)
    }

    private func end(status: Int) {
        hasEnded = true
        record.status = status
        record.upstreamRequestID = record.upstreamRequestID ?? choices.first?.requestID
        noteRetries()
        context.unwatch(self)
        fetches?.cancel()
        fetches = nil
        second = nil
        for choice in choices where !choice.isDone { choice.cancel() }
        choices = []
        exchange.onClientLeft = nil
        exchange.onTimeUp = nil
        exchange.onWritabilityChange = nil
        shared.log.write(record)
    }

    private func writabilityChanged(_ isWritable: Bool) {
        for choice in choices where !choice.isDone { choice.setReading(paused: !isWritable) }
    }

    /// Keeps a quiet stream open, and ends one that has nothing more to say.
    ///
    /// Called about once a second.
    func tick(_ now: NIODeadline) {
        for choice in choices { choice.tick(now) }
        guard let interval = shared.configuration.keepAliveInterval, !hasEnded, exchange.isWritable,
            now - lastWrite >= interval
        else { return }
        var output = takeBuffer()
        ServerSentEvent.keepAlive(into: &output)
        write(output)
    }
}
