import Adapters
import BedrockRuntime
import Catalog
import JSON
import NIOCore
import TestSupport
import Testing

/// The laws of `ModelAdapter`, the same for every dialect.
struct AdapterContractTests {
    @Test func everyAdapterHasAWireSample() {
        let sampled = Set(WireSamples.all.map(\.sample.adapter))
        #expect(AdapterRegistry.standard.ids.subtracting(sampled).isEmpty, "add a WireSample for these adapters")
    }

    @Test(arguments: WireSamples.all, LogicalReply.all)
    func wholeAndStreamedAnswersSayTheSame(_ named: NamedSample, _ reply: LogicalReply) throws {
        guard named.sample.carries.isSuperset(of: reply.features) else { return }
        let adapter = try named.makeAdapter()
        let expected = ReplyDigest(expected: reply)
        let whole = try adapter.events(from: named.sample.whole(reply), for: ReplyContext())
        #expect(ReplyDigest(whole) == expected)
        let streamed = try Self.decode(named.sample.events(reply), by: adapter)
        #expect(ReplyDigest(streamed) == expected)
        #expect(whole.map(Self.isEmptyPiece) == whole.map { _ in false })
        #expect(streamed.map(Self.isEmptyPiece) == streamed.map { _ in false })
    }

    @Test(arguments: WireSamples.all, LogicalReply.all)
    func unknownEventsAreSkipped(_ named: NamedSample, _ reply: LogicalReply) throws {
        guard named.sample.carries.isSuperset(of: reply.features) else { return }
        let adapter = try named.makeAdapter()
        let events = named.sample.events(reply)
        for position in 0...events.count {
            var withUnknown = events
            withUnknown.insert(contentsOf: named.sample.unknownEvents, at: position)
            let digest = ReplyDigest(try Self.decode(withUnknown, by: adapter))
            #expect(digest == ReplyDigest(expected: reply), "unknown events before event \(position)")
        }
    }

    @Test(arguments: WireSamples.all, LogicalReply.all)
    func aStreamCutAnywhereIsAnErrorOrComplete(_ named: NamedSample, _ reply: LogicalReply) throws {
        guard named.sample.carries.isSuperset(of: reply.features) else { return }
        let adapter = try named.makeAdapter()
        let events = named.sample.events(reply)
        var silent = 0
        for length in 0..<events.count {
            do {
                let decoded = try Self.decode(Array(events.prefix(length)), by: adapter)
                #expect(ReplyDigest(decoded).finishes == [reply.finish], "cut after \(length) events")
                silent += 1
            } catch let error as AdapterError {
                guard case .streamCutShort = error else {
                    Issue.record("cut after \(length) events: \(error)")
                    continue
                }
            }
        }
        // Only what may come after the end of the answer can be missed without notice: its counts.
        #expect(silent <= 1)
    }

    @Test(arguments: WireSamples.all)
    func anAnswerThatIsNoneIsAnError(_ named: NamedSample) throws {
        let adapter = try named.makeAdapter()
        for body in ["", "{", "[]", "null", "{}", #"{"message":"no"}"#, "<html></html>"] {
            #expect(throws: AdapterError.self, "\(body)") {
                try adapter.events(from: Wire.reply(body), for: ReplyContext())
            }
        }
        let kind: BedrockEvent.Kind = named.sample.adapter == .converse ? .contentBlockDelta : .chunk
        #expect(throws: AdapterError.self) { try Self.decode([Wire.event(kind, "{")], by: adapter) }
    }

    @Test(arguments: WireSamples.all, LogicalContent.all)
    func contentIsSentOrReported(_ named: NamedSample, _ content: LogicalContent) throws {
        let model = try named.model()
        let adapter = try named.makeAdapter()
        var conversation = content.conversation(modelID: model.bedrockID)
        do throws(AdapterError) {
            let api: CapabilityPolicy.API = named.sample.adapter == .converse ? .converse : .invoke
            try CapabilityPolicy(model: model, api: api).fit(&conversation)
            let (call, context) = try adapter.call(for: conversation, streaming: false)
            let isSent = String(buffer: call.body.joined).contains(content.marker)
            #expect(isSent || !context.report.dropped.isEmpty, "neither in the body nor reported")
        } catch {
            switch error {
            case .cannotSay, .unsupported: break
            default: Issue.record("\(error)")
            }
        }
    }

    /// What was reported before the adapter came, and how the client spells its tools, must not be lost.
    @Test(arguments: WireSamples.all)
    func theContextCarriesOnWhatTheConversationBrings(_ named: NamedSample) throws {
        var conversation = Conversation(modelID: try named.model().bedrockID)
        conversation.turns = [Turn(role: .user, blocks: [.text("Hi")])]
        conversation.report.drop("a_field_of_long_ago")
        conversation.report.adjust("something=else")
        let name = conversation.toolNames.bedrockName(for: "a name with spaces")
        let (_, context) = try named.makeAdapter().call(for: conversation, streaming: false)
        #expect(context.report.dropped.first == "a_field_of_long_ago")
        #expect(context.report.adjusted.first == "something=else")
        #expect(context.toolNames.clientName(for: name) == "a name with spaces")
    }

    @Test(arguments: WireSamples.all, LogicalContent.all)
    func translatingTwiceGivesTheSameBytes(_ named: NamedSample, _ content: LogicalContent) throws {
        let model = try named.model()
        func translate() throws -> (String, ByteBuffer)? {
            var conversation = content.conversation(modelID: model.bedrockID)
            conversation.sampling.temperature = 0.5
            conversation.metadata = [("b", "1"), ("a", "2")]
            do {
                try CapabilityPolicy(model: model, api: .invoke).fit(&conversation)
                let (call, _) = try named.makeAdapter().call(for: conversation, streaming: true)
                return (call.path, call.body.joined)
            } catch is AdapterError {
                return nil
            }
        }
        let first = try translate()
        let second = try translate()
        #expect(first?.0 == second?.0)
        #expect(first?.1 == second?.1)
        if let body = first?.1 { #expect(throws: Never.self) { try JSONValue.parse(body) } }
    }

    // MARK: Support

    private static func decode(_ events: [BedrockEvent], by adapter: any ModelAdapter) throws -> [ChatEvent] {
        func decode(_ decoder: some ChatEventDecoder) throws -> [ChatEvent] {
            var decoder = decoder
            var decoded: [ChatEvent] = []
            for event in events { try decoder.decode(event, into: &decoded) }
            try decoder.finish(into: &decoded)
            return decoded
        }
        return try decode(adapter.makeEventDecoder(for: ReplyContext()))
    }

    private static func isEmptyPiece(_ event: ChatEvent) -> Bool {
        switch event {
        case .text(let text), .thinking(let text), .toolCallArguments(_, let text): text.isEmpty
        default: false
        }
    }
}
