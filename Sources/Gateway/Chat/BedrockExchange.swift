import Adapters
import BedrockRuntime
import Catalog
import HTTPUpstream
import NIOCore
import NIOHTTP1
import OpenAISchema
import Synchronization

/// One call to Bedrock and the reading of its answer; a chat exchange has one for each choice.
///
/// Belongs to the loop of its chat exchange.
final class BedrockExchange: UpstreamResponseReceiver {
    /// What is read once it is whole.
    private enum Gathering {
        /// Nothing: the head has not come, or the answer is a stream.
        case none
        case answer
        case failure(status: Int)
    }

    /// The largest whole answer, in bytes: far beyond any model's longest.
    private static let maximumWhole = 64 * 1_048_576
    /// How long the token counts of an answer that was cut at a stop text are waited for: the model goes on meanwhile, up to
    /// its limit, and what it says is billed.
    private static let countsTimeout = TimeAmount.seconds(3)
    /// How much of an error's body is read, in bytes.
    private static let maximumFailure = 262_144

    let choice: Int
    private let prepared: ChatPreparation.Prepared
    private let identity: ReplyIdentity
    /// Held while the call is under way, which holds this in turn; the owner lets go of its choices at its end.
    private let owner: ChatExchange
    /// Reads a stream as it comes.
    private var fold: ReplyFold?
    private var gathering = Gathering.none
    /// What has come of what is gathered; apart, for inside the case it would be copied at each read.
    private var body = ByteBuffer()
    private var headers = HTTPHeaders()
    private var call: UpstreamCall?
    /// What ``wasRetried`` was when the call was let go.
    private var wasResent = false
    private(set) var requestID: String?
    /// The token counts of a stream, once they are known.
    var usage: Usage? { fold?.usage }
    /// The service tier of a stream, once it is known.
    var serviceTier: String? { fold?.serviceTier }
    private(set) var isDone = false
    /// When the answer was cut at a stop text, if its token counts are still waited for.
    private var cutAt: NIODeadline?
    /// What went wrong after the finish chunk: too late to tell the client.
    private(set) var lateFailure: String?

    init(choice: Int, prepared: ChatPreparation.Prepared, identity: ReplyIdentity, owner: ChatExchange) {
        self.choice = choice
        self.prepared = prepared
        self.identity = identity
        self.owner = owner
        owner.context.shared.openCalls.add(1, ordering: .relaxed)
    }

    deinit {
        owner.context.shared.openCalls.subtract(1, ordering: .relaxed)
    }

    func send(_ request: UpstreamRequest, on pool: UpstreamPool) {
        call = pool.send(request, receiver: self)
    }

    /// Whether the call went out twice because a reused connection was closed.
    var wasRetried: Bool { wasResent || call?.wasRetried ?? false }

    func cancel() {
        isDone = true
        call?.cancel()
        letGo()
    }

    private func letGo() {
        wasResent = wasRetried
        call = nil
    }

    func setReading(paused: Bool) {
        if paused { call?.pauseReading() } else { call?.resumeReading() }
    }

    // MARK: Upstream

    func upstream(head status: Int, headers: HTTPHeaders) {
        self.headers = headers
        requestID = headers.first(name: "x-amzn-requestid")
        if status == 200 { owner.accepted() }
        if status != 200 {
            gathering = .failure(status: status)
        } else if prepared.call.framing == .whole {
            gathering = .answer
        } else {
            fold = ReplyFold(
                prepared: prepared,
                identity: identity,
                choice: choice,
                requestID: requestID,
                serviceTier: headers.first(name: BedrockReply.serviceTierHeader)
            )
        }
    }

    func upstream(bytes: ByteBuffer) {
        guard !isDone else { return }
        if fold != nil { return read(bytes) }
        switch gathering {
        case .none: break
        case .answer:
            gather(bytes)
            guard body.readableBytes > Self.maximumWhole else { return }
            call?.cancel()
            fail(.malformedReply("it is larger than \(Self.maximumWhole) bytes"))
        case .failure:
            gather(bytes)
            guard body.readableBytes > Self.maximumFailure else { return }
            call?.cancel()
            upstreamFinished()
        }
    }

    private func read(_ bytes: ByteBuffer) {
        var output = owner.takeBuffer()
        do throws(AdapterError) {
            try fold?.receive(bytes, into: &output)
        } catch {
            owner.write(output)
            return fail(error)
        }
        owner.write(output)
        guard fold?.hasSaidAll == true, !isDone else { return }
        guard fold?.isCut == true else {
            cutAt = cutAt ?? .now()
            return
        }
        cancel()
        owner.choiceEnded(self)
    }

    /// Gives up on token counts that do not come.
    ///
    /// Called about once a second.
    func tick(_ now: NIODeadline) {
        guard let cutAt, !isDone, now - cutAt >= Self.countsTimeout else { return }
        cancel()
        owner.choiceEnded(self)
    }

    private func gather(_ bytes: ByteBuffer) {
        if body.readableBytes == 0 {
            // Most answers come in one read.
            body = bytes
        } else {
            body.writeImmutableBuffer(bytes)
        }
    }

    func upstreamFinished() {
        guard !isDone else { return }
        if fold != nil { return finishStream() }
        switch gathering {
        case .none: fail(.malformedReply("it has no head"))
        case .answer: finishWhole(body)
        case .failure(let status):
            let pairs = headers.map { (name: $0.name, value: $0.value) }
            fail(.bedrock(BedrockError.parse(status: status, headers: pairs, body: body)))
        }
    }

    private func finishStream() {
        var output = owner.takeBuffer()
        do throws(AdapterError) {
            try fold?.finish(into: &output)
            if let thinking = fold?.thinking { prepared.memory?.keep(thinking, model: prepared.model.name) }
            owner.write(output)
            end()
        } catch {
            owner.write(output)
            fail(error)
        }
    }

    private func finishWhole(_ body: ByteBuffer) {
        let reply = BedrockReply(headers: headers.map { (name: $0.name, value: $0.value) }, body: body)
        do throws(AdapterError) {
            let events = try prepared.events(from: reply)
            remember(events)
            isDone = true
            owner.choice(self, answered: events)
        } catch {
            fail(error)
        }
    }

    /// Keeps the thinking of a whole answer where the model wants it back.
    private func remember(_ events: [ChatEvent]) {
        guard let memory = prepared.memory else { return }
        var thinking = ThinkingCollector()
        for event in events { thinking.observe(event) }
        memory.keep(thinking, model: prepared.model.name)
    }

    func upstreamFailed(_ error: UpstreamError) {
        fail(OpenAIError.from(error))
    }

    /// Writes what a broken answer still owes the client before the error.
    func closeThinking(into output: inout ByteBuffer) {
        fold?.closeThinking(into: &output)
    }

    private func end() {
        isDone = true
        letGo()
        owner.choiceEnded(self)
    }

    private func fail(_ error: AdapterError) {
        if !isDone, case .bedrock(let refusal) = error, owner.triesAgain(after: refusal, of: self) { return }
        fail(OpenAIError.from(error, for: owner.failedCall))
    }

    private func fail(_ error: OpenAIError) {
        guard !isDone else { return }
        cancel()
        if hasWholeAnswer() {
            lateFailure = error.code
            owner.choiceEnded(self)
        } else {
            owner.choice(self, failed: error)
        }
    }

    /// Whether the client has the whole answer although its stream broke; what was held back of it is written first.
    private func hasWholeAnswer() -> Bool {
        guard fold != nil else { return false }
        var output = owner.takeBuffer()
        fold?.breakOff(into: &output)
        owner.write(output)
        return fold?.isFinished == true
    }
}
