import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import BedrockSimulator
@testable import Gateway
@testable import HTTPServer

/// What Bedrock refuses and a request can do without: ERRORS.md §6.
@Suite struct SecondTryTests {
    /// Refuses bodies that hold a text, answers the others, and keeps what it got.
    private final class Refusing: Sendable {
        let bodies = Mutex<[String]>([])
        private let text: String
        private let message: String

        init(_ text: String, _ message: String) {
            self.text = text
            self.message = message
        }

        /// Whether the bodies held the text, in the order in which they came.
        var held: [Bool] { bodies.withLock { $0 }.map { $0.contains(text) } }

        var script: @Sendable (Exchange) -> Void { { self.answer($0) } }

        func answer(_ exchange: Exchange) {
            exchange.collectBody(upTo: 1 << 20) { result in
                let body = (try? result.get()).map { String(buffer: $0) } ?? ""
                self.bodies.withLock { $0.append(body) }
                guard body.contains(self.text) else { return Self.agree(exchange) }
                SecondTryTests.refuse(exchange, self.message)
            }
        }

        static func agree(_ exchange: Exchange) {
            guard exchange.path.hasSuffix("converse-stream") else {
                let answer = """
                    {"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn",\
                    "usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}
                    """
                return exchange.respond(.ok, headers: [], body: ByteBuffer(string: answer))
            }
            let events = [
                ("messageStart", #"{"role":"assistant"}"#),
                ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"Hi"}}"#),
                ("contentBlockStop", #"{"contentBlockIndex":0}"#), ("messageStop", #"{"stopReason":"end_turn"}"#),
                ("metadata", #"{"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}"#),
            ]
            let frames = events.flatMap { EventStreamFrames.event($0.0, payload: Array($0.1.utf8)) }
            exchange.respond(
                .ok,
                headers: [("content-type", "application/vnd.amazon.eventstream")],
                body: ByteBuffer(bytes: frames)
            )
        }
    }

    private static func refuse(_ exchange: Exchange, _ message: String) {
        let body = (try? JSONSerialization.data(withJSONObject: ["message": message])) ?? Data()
        exchange.respond(
            .badRequest,
            headers: [("x-amzn-ErrorType", "ValidationException"), ("x-amzn-requestid", "refused-call")],
            body: ByteBuffer(bytes: body)
        )
    }

    private static let deprecated = "`temperature` is deprecated for this model."
    private static let unknownModel = "us.anthropic.claude-unheard-of-v1:0"
    private static let cold = #""temperature":0.5,"use_converse_api":true,"#

    // MARK: Sampling

    @Test(arguments: [
        (
            "topP", "`temperature` and `top_p` cannot both be specified for this model.", unknownModel,
            "top_p=off (refused beside temperature)", "is not in models.yaml"
        ),
        (
            "temperature", deprecated, unknownModel, "temperature=off (refused with all sampling)",
            "is not in models.yaml"
        ),
        (
            "temperature", deprecated, ChatBody.model, "temperature=off (refused with all sampling)",
            "what models.yaml allows"
        ),
    ])
    func whatTheCatalogDidNotKnowIsLeftOutOnce(
        _ field: String,
        _ message: String,
        _ model: String,
        _ note: String,
        _ told: String
    ) async throws {
        let bedrock = Refusing("\"\(field)\"", message)
        let body = ChatBody.saying("Hello", Self.cold + #""top_p":0.9,"#, model: model)
        try await GatewayHarness.run(script: bedrock.script) { gateway in
            let answer = try gateway.chat(body)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.field("x-gateway-adjusted")?.hasPrefix(note) == true)
            #expect(bedrock.held == [true, false])
            let line = try #require(gateway.lines.all.first { $0.contains("was sent again with \(note)") })
            #expect(line.contains(told) && line.contains(model) && line.contains("aws_request=refused-call"))
            #expect(line.contains("request id=\(answer.field("x-request-id") ?? "?")"))
            let strict = try gateway.chat(body, headers: ["x-gateway-strict": "true"])
            #expect(strict.flaw(asErrorWith: 400) == nil)
            #expect(try await gateway.eventually { gateway.openChats == 0 && gateway.openCalls == 0 })
        }
    }

    @Test func aModelThatDoesNotFollowClaudesRulesIsAskedOnce() async throws {
        let bedrock = Refusing("temperature", Self.deprecated)
        try await GatewayHarness.run(script: bedrock.script) { gateway in
            let answer = try gateway.chat(ChatBody.saying("Hello", Self.cold, model: "Llama-3-3-70b"))
            #expect(answer.flaw(asErrorWith: 400) == nil)
            #expect(bedrock.held == [true])
        }
    }

    @Test func aStreamIsTriedAgain() async throws {
        let bedrock = Refusing("temperature", Self.deprecated)
        try await GatewayHarness.run(script: bedrock.script) { gateway in
            let answer = try gateway.chat(ChatBody.saying("Hello", Self.cold + #""stream":true,"#))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.field("x-gateway-adjusted")?.contains("temperature=off") == true)
            #expect(answer.chunks.compactMap { $0.choices.first?.delta.string("content") }.joined() == "Hi")
            #expect(answer.events.last == "[DONE]")
            #expect(bedrock.held == [true, false])
            #expect(try await gateway.eventually { gateway.openChats == 0 && gateway.openCalls == 0 })
        }
    }

    @Test(arguments: ["", #""stream":true,"#])
    func allChoicesAreTriedAgainTogether(_ more: String) async throws {
        let bedrock = Refusing("temperature", Self.deprecated)
        try await GatewayHarness.run(script: bedrock.script) { gateway in
            let answer = try gateway.chat(ChatBody.saying("Hello", Self.cold + #""n":3,"# + more))
            #expect(answer.status == 200, "\(answer.text)")
            let choices = more.isEmpty ? answer.json.choices : answer.chunks.flatMap(\.choices)
            #expect(Set(choices.compactMap { $0.int("index") }) == [0, 1, 2])
            #expect(choices.filter { $0.string("finish_reason") == "stop" }.count == 3)
            if more.isEmpty { #expect(answer.json.object("usage").int("total_tokens") == 6) }
            // The first refusal cancels the others, which may not have reached Bedrock.
            #expect(bedrock.held.first == true)
            #expect(bedrock.held.filter { !$0 }.count == 3)
            #expect(gateway.lines.all.filter { $0.contains("was sent again") }.count == 1)
            #expect(try await gateway.eventually { gateway.openChats == 0 && gateway.openCalls == 0 })
        }
    }

    // MARK: What is held meanwhile

    /// Keeps the first call waiting until it is told to refuse, and refuses any other at once.
    private final class Waiting: Sendable {
        private let calls = Mutex<[EventLoopPromise<Void>]>([])

        var count: Int { calls.withLock { $0.count } }

        var script: @Sendable (Exchange) -> Void {
            { exchange in
                let promise = exchange.eventLoop.makePromise(of: Void.self)
                let isFirst = self.calls.withLock { calls in
                    calls.append(promise)
                    return calls.count == 1
                }
                if !isFirst { promise.succeed() }
                promise.futureResult.assumeIsolated().whenSuccess {
                    SecondTryTests.refuse(exchange, SecondTryTests.deprecated)
                }
            }
        }

        func refuse() { calls.withLock { $0.first }?.succeed() }
    }

    /// Requests, and whether they are held until Bedrock answers.
    private static let bodies = [
        (ChatBody.saying("Hello", cold), true), (ChatBody.saying("Hello", cold, model: unknownModel), true),
        (ChatBody.saying("Hello", cold, model: "Llama-3-3-70b"), false), (ChatBody.saying("Hello"), false),
        (thinking(histories[0]), true),
        (thinking(histories[0]).replacing(#""reasoning_effort":"low","#, with: ""), false),
        (thinking(histories[0]).replacing(#""low""#, with: #""none""#), false),
        (
            thinking(histories[0]).replacing(#""reasoning_effort":"low","#, with: "")
                .replacing(ChatBody.model, with: "Claude-4-5-Sonnet-Thinking"), true
        ),
    ]

    @Test(arguments: bodies)
    func theBodyIsHeldOnlyWhereItMayBeSentAgain(_ body: String, _ isHeld: Bool) async throws {
        let bedrock = Waiting()
        try await GatewayHarness.run(script: bedrock.script) { gateway in
            let client = try gateway.client()
            client.post(body)
            #expect(try await gateway.eventually { bedrock.count == 1 })
            #expect((gateway.gateway.server.reservedBodyBytes > 0) == isHeld)
            bedrock.refuse()
            _ = try client.answer()
            #expect(gateway.gateway.server.reservedBodyBytes == 0)
        }
    }

    @Test func nothingIsTriedAgainOnceACommentHasBegunTheAnswer() async throws {
        let bedrock = Waiting()
        try await GatewayHarness.run(["KEEP_ALIVE_SECONDS": "1"], script: bedrock.script) { gateway in
            let client = try gateway.client()
            client.post(ChatBody.saying("Hello", Self.cold + #""stream":true,"#))
            #expect(try client.head().status == 200)
            var text = try client.text { $0.hasPrefix(": keep-alive\n\n") }
            #expect(gateway.gateway.server.reservedBodyBytes == 0)
            bedrock.refuse()
            text += try client.text { $0.contains("data: ") }
            #expect(text.contains(#""error""#) && !text.contains("[DONE]"))
            #expect(try client.chunk() == nil)
            #expect(bedrock.count == 1)
            #expect(!gateway.lines.all.contains { $0.contains("was sent again") })
        }
    }

    // MARK: Thinking

    private static let unpaired =
        "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`."
    private static let thought = #"{"type":"thinking","thinking":"t","signature":"c2ln"}"#

    /// The ways to write a history with a call.
    static let histories = [
        #"""
        {"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}],
        "thinking_blocks":[\#(thought)]},{"role":"tool","tool_call_id":"a","content":"x"}],
        "tools":[{"type":"function","function":{"name":"f"}}]
        """#,
        #"""
        {"role":"assistant","content":[\#(thought),{"type":"tool_use","id":"a","name":"f","input":{}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"x"}]}],
        "tools":[{"type":"function","function":{"name":"f"}}]
        """#,
        #"""
        {"role":"assistant","function_call":{"name":"f","arguments":"{}"},"thinking_blocks":[\#(thought)]},
        {"role":"function","name":"f","content":"x"}],"functions":[{"name":"f"}]
        """#,
    ]

    private static func thinking(_ history: String) -> String {
        #"{"model":"\#(ChatBody.model)","reasoning_effort":"low","use_converse_api":true,"#
            + #""messages":[{"role":"user","content":"Hi"},\#(history)}"#
    }

    @Test(arguments: histories)
    func thinkingThatTheHistoryLacksIsSwitchedOffOnce(_ history: String) async throws {
        let bedrock = Refusing("adaptive", Self.unpaired)
        try await GatewayHarness.run(script: bedrock.script) { gateway in
            let answer = try gateway.chat(Self.thinking(history))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(bedrock.held == [true, false])
            let note = "reasoning=off (history without its thinking)"
            #expect(answer.field("x-gateway-adjusted")?.contains(note) == true)
            let line = try #require(gateway.lines.all.first { $0.contains("was sent again with \(note)") })
            #expect(line.contains("what models.yaml allows for \(ChatBody.model)"))
        }
    }

    @Test func theSecondRefusalIsTheClients() async throws {
        let bedrock = Refusing("messages", Self.unpaired)
        try await GatewayHarness.run(script: bedrock.script) { gateway in
            let answer = try gateway.chat(Self.thinking(Self.histories[0]))
            #expect(answer.flaw(asErrorWith: 400) == nil)
            #expect(bedrock.held == [true, true])
        }
    }

    @Test func thinkingThatCannotBeSwitchedOffIsNotTriedAgain() async throws {
        let bedrock = Refusing("messages", Self.unpaired)
        try await GatewayHarness.run(script: bedrock.script) { gateway in
            let body = Self.thinking(Self.histories[0]).replacing(ChatBody.model, with: "Claude-Opus-5-5")
            // With a temperature the request is kept for another refusal's sake.
            for more in ["", #""temperature":0.5,"#] {
                let answer = try gateway.chat(body.replacing(#"{"model""#, with: "{" + more + #""model""#))
                #expect(answer.flaw(asErrorWith: 400) == nil)
            }
            #expect(bedrock.held == [true, true])
        }
    }

    // MARK: The connection's own second attempt

    @Test(arguments: [("", Self.cold), (#""stream":true,"#, ""), ("", "")])
    func aCallThatWentOutTwiceIsLogged(_ more: String, _ sampling: String) async throws {
        let count = Atomic(0)
        let bedrock = Refusing("temperature", Self.deprecated)
        let script: @Sendable (Exchange) -> Void = { exchange in
            // The first warms the connection up, on which the second fails before any answer.
            let isSecond = count.wrappingAdd(1, ordering: .relaxed).oldValue == 1
            if isSecond { exchange.abort() } else { bedrock.answer(exchange) }
        }
        try await GatewayHarness.run(script: script) { gateway in
            #expect(try gateway.chat(ChatBody.saying("Hello", #""use_converse_api":true,"#)).status == 200)
            let answer = try gateway.chat(ChatBody.saying("Hello", sampling + #""use_converse_api":true,"# + more))
            #expect(answer.status == 200, "\(answer.text)")
            let id = answer.field("x-request-id") ?? "?"
            #expect(
                try await gateway.eventually {
                    gateway.lines.all.contains { $0.contains("request id=\(id) method") && $0.contains("resent=true") }
                }
            )
        }
    }
}
