import Adapters
import Catalog
import JSON
import NIOCore
import OpenAISchema
import Testing

@testable import Gateway

/// A signature signs all the thinking since the one before it, whatever came between its pieces.
@Suite struct ThinkingTextTests {
    private static let between: [[ChatEvent]] = [
        [.text("Hm.")],
        [.toolCallStarted(index: 0, id: "call_0", name: "f"), .toolCallFinished(index: 0)],
    ]

    private static func events(_ number: Int) -> [ChatEvent] {
        [.thinking("one ")] + between[number] + [
            .thinking(#"a "b""#), .thinkingSignature("c2ln"), .toolCallStarted(index: 1, id: "call_1", name: "f"),
            .finished(.toolCalls),
        ]
    }

    private static func style(_ model: String) throws -> ReplyStyle {
        let body = #"{"model":"m","messages":[{"role":"user","content":"x"}]}"#
        let resolved = try GatewayHarness.models.get().catalog.resolve(model, region: "us-east-1")
        return ReplyStyle(try ChatCompletionRequest.decode(try JSONValue.parse(body)), of: resolved)
    }

    private static func streamed(_ events: [ChatEvent], by model: String) throws -> String {
        let identity = ReplyIdentity(id: "i", created: 0, model: "m")
        var encoder = StreamEncoder(identity: identity, choice: 0, style: try style(model))
        var output = ByteBuffer()
        for event in events { encoder.encode(event, into: &output) }
        return String(buffer: output)
    }

    @Test(arguments: [0, 1])
    func whatIsSignedIsShownAsOneBlock(_ number: Int) throws {
        let block = #""thinking":"one a \"b\"","signature":"c2ln""#
        for model in ["Claude-Sonnet-4-6", "anthropic.claude-unknown-9"] {
            #expect(try Self.streamed(Self.events(number), by: model).contains(block))
        }
        let choice = GatheredReply(Self.events(number), style: try Self.style("Claude-Sonnet-4-6")).choice
        let completion = ChatCompletion(
            identity: ReplyIdentity(id: "i", created: 0, model: "m"),
            choices: [choice]
        )
        #expect(String(buffer: completion.body()).contains(block))
    }

    /// Their thinking would be held for a signature that never comes.
    @Test(arguments: [0, 1])
    func othersAreNotWaitedFor(_ number: Int) throws {
        let streamed = try Self.streamed(Self.events(number), by: "DeepSeek-V3.2")
        #expect(streamed.contains(#""thinking":"a \"b\"","signature":"c2ln""#))
    }

    @Test(arguments: [0, 1])
    func whatIsSignedIsKept(_ number: Int) throws {
        var collector = ThinkingCollector()
        for event in Self.events(number) { collector.observe(event) }
        #expect(collector.blocks.count == 1)
        guard case .signed(let text, let signature)? = collector.blocks.first else {
            Issue.record("no signed block")
            return
        }
        #expect(text.string == #"one a "b""# && signature.string == "c2ln")
    }
}
