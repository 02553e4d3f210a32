import Adapters
import JSON
import NIOCore
import OpenAISchema
import Testing

@testable import Gateway

/// A signature signs the thinking right before it: what a text or a call came behind is never signed.
@Suite struct ThinkingTextTests {
    private static let first: [ChatEvent] = [.thinking("unsigned"), .text("Hm.")]
    private static let second: [ChatEvent] = [
        .thinking("unsigned"), .toolCallStarted(index: 0, id: "call_0", name: "f"), .toolCallFinished(index: 0),
    ]
    private static let signed: [ChatEvent] = [
        .thinking("one "), .thinking(#"a "b""#), .thinkingSignature("c2ln"),
        .toolCallStarted(index: 1, id: "call_1", name: "f"), .finished(.toolCalls),
    ]

    private static func style() throws -> ReplyStyle {
        let body = #"{"model":"m","messages":[{"role":"user","content":"x"}]}"#
        return ReplyStyle(try ChatCompletionRequest.decode(try JSONValue.parse(body)))
    }

    private static let identity = ReplyIdentity(id: "i", created: 0, model: "m")

    @Test(arguments: [0, 1])
    func onlyWhatIsSignedIsShownAsABlock(_ start: Int) throws {
        let events = (start == 0 ? Self.first : Self.second) + Self.signed
        var encoder = StreamEncoder(identity: Self.identity, choice: 0, style: try Self.style())
        var output = ByteBuffer()
        for event in events { encoder.encode(event, into: &output) }
        let block = #""thinking":"one a \"b\"","signature":"c2ln""#
        #expect(String(buffer: output).contains(block))
        var completion = ChatCompletion(identity: Self.identity, choices: [])
        completion.choices = [GatheredReply(events, style: try Self.style()).choice]
        #expect(String(buffer: completion.body()).contains(block))
    }

    @Test(arguments: [0, 1])
    func onlyWhatIsSignedIsKept(_ start: Int) throws {
        var collector = ThinkingCollector()
        for event in (start == 0 ? Self.first : Self.second) + Self.signed { collector.observe(event) }
        #expect(collector.blocks.count == 1)
        guard case .signed(let text, let signature)? = collector.blocks.first else {
            Issue.record("no signed block")
            return
        }
        #expect(text.string == #"one a "b""# && signature.string == "c2ln")
    }
}
