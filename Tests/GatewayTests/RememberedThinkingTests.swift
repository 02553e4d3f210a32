import BedrockSimulator
import Foundation
import HTTPServer
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import Gateway

/// What clients make of an answer's calls when they give it back without its thinking.
@Suite struct RememberedThinkingTests {
    private static let tools =
        #""tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}],"#

    private static func call(_ id: String, _ name: String) -> String {
        #"{"id":"\#(id)","type":"function","function":{"name":"\#(name)","arguments":"{}"}}"#
    }

    private static func assistant(_ calls: String...) -> String {
        #"{"role":"assistant","content":null,"tool_calls":[\#(calls.joined(separator: ","))]}"#
    }

    private static func result(_ id: String) -> String {
        #"{"role":"tool","tool_call_id":"\#(id)","content":"ok"}"#
    }

    /// The history after an answer with two calls, in the ways that clients write it.
    private static func histories(_ first: String, _ second: String) -> [[String]] {
        let calls = (call(first, "f"), call(second, "g"))
        return [
            [assistant(calls.0, calls.1), result(first), result(second)],
            [assistant(calls.1, calls.0), result(second), result(first)],
            [assistant(calls.1), result(second)],
            [assistant(calls.0), assistant(calls.1), result(first), result(second)],
            [assistant(calls.0), result(first), assistant(calls.1), result(second)],
        ]
    }

    private static func body(_ history: [String], _ wish: String = #""reasoning_effort":"low","#) -> String {
        let asking = #"{"role":"user","content":"call tools twice simulate:think"}"#
        let messages = ([asking] + history).joined(separator: ",")
        return #"{"model":"\#(ChatBody.model)",\#(tools)\#(wish)"messages":[\#(messages)]}"#
    }

    @Test func thinkingGoesBackHoweverTheCallsAreEchoed() async throws {
        var simulation = SimulatorConfiguration()
        simulation.recordedRequests = 1
        try await GatewayHarness.run(simulation: simulation) { gateway in
            let answer = try gateway.chat(Self.body([]))
            let calls = try #require(answer.json.choices.first?.message["tool_calls"] as? [[String: Any]])
            let ids = try calls.map { try #require($0["id"] as? String) }
            try #require(ids.count == 2)
            for history in Self.histories(ids[0], ids[1]) {
                let next = try gateway.chat(Self.body(history))
                #expect(next.status == 200, "\(next.text)")
                #expect(next.field("x-gateway-adjusted")?.contains("reasoning=off") != true, "\(history)")
                let sent = String(buffer: try #require(gateway.simulator.records.last).body)
                #expect(sent.contains(#""signature""#), "\(history)")
            }
            // Of another caller's, or of nobody's, there is nothing to give back.
            let history = Self.histories("call_a", "call_b")[0]
            let unknown = try gateway.chat(Self.body(history, #""thinking":{"type":"enabled","budget_tokens":2000},"#))
            #expect(unknown.field("x-gateway-adjusted")?.contains("reasoning=off") == true)
            #expect(unknown.status == 200)
            // Which adaptive thinking does without.
            let adaptive = try gateway.chat(Self.body(history))
            #expect(adaptive.field("x-gateway-adjusted")?.contains("reasoning=off") != true)
            #expect(adaptive.status == 200)
            // What is remembered is not put in where thinking is off, and the client hears nothing of it.
            let known = Self.histories(ids[0], ids[1])[0]
            let off = try gateway.chat(Self.body(known, #""thinking":{"type":"disabled"},"#))
            #expect(off.status == 200)
            #expect(off.field("x-gateway-dropped") == nil)
            // A thinking that is handed through decides by itself: the loop needs what it began with.
            let handed = #""additional_model_request_fields":{"thinking":{"type":"enabled","budget_tokens":2000}},"#
            #expect(try gateway.chat(Self.body(known, handed)).status == 200)
            #expect(String(buffer: try #require(gateway.simulator.records.last).body).contains(#""signature""#))
            #expect(try gateway.chat(Self.body(known, #""thinking":{"type":"disabled"},"#)).status == 200)
            #expect(!String(buffer: try #require(gateway.simulator.records.last).body).contains(#""signature""#))
        }
    }

    /// A short request would otherwise grow to any size.
    @Test func aCallThatIsRepeatedBringsItsThinkingOnce() async throws {
        var simulation = SimulatorConfiguration()
        simulation.recordedRequests = 1
        try await GatewayHarness.run(simulation: simulation) { gateway in
            let answer = try gateway.chat(Self.body([]))
            let calls = try #require(answer.json.choices.first?.message["tool_calls"] as? [[String: Any]])
            let first = try #require(calls.first?["id"] as? String)
            let turn = [Self.assistant(Self.call(first, "f")), Self.result(first)]
            let other = [Self.assistant(Self.call("call_other", "g")), Self.result("call_other")]
            _ = try gateway.chat(Self.body(turn + other + turn + turn))
            let sent = String(buffer: try #require(gateway.simulator.records.last).body)
            #expect(sent.components(separatedBy: #""signature""#).count == 2)
        }
    }

    /// Signed thinking and a call, as ConverseStream sends them.
    private static let stream = [
        ("messageStart", #"{"role":"assistant"}"#), ("contentBlockDelta", delta(#"{"text":"Hm."}"#)),
        ("contentBlockDelta", delta(#"{"signature":"c2ln"}"#)), ("contentBlockStop", #"{"contentBlockIndex":0}"#),
        ("contentBlockStart", #"{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"streamed","name":"f"}}}"#),
        ("contentBlockStop", #"{"contentBlockIndex":1}"#), ("messageStop", #"{"stopReason":"tool_use"}"#),
    ]

    private static func delta(_ thinking: String) -> String {
        #"{"contentBlockIndex":0,"delta":{"reasoningContent":\#(thinking)}}"#
    }

    @Test(arguments: [(ChatBody.model, 1), ("us.example.unheard-of-v1:0", 0), ("DeepSeek-V3.2", 0)])
    func onlyThinkingThatGoesBackIsKept(_ model: String, _ count: Int) async throws {
        let script: @Sendable (Exchange) -> Void = { exchange in
            exchange.collectBody(upTo: 1 << 20) { _ in
                let whole = """
                    {"output":{"message":{"role":"assistant","content":[\
                    {"reasoningContent":{"reasoningText":{"text":"Hm.","signature":"c2ln"}}},\
                    {"toolUse":{"toolUseId":"whole","name":"f","input":{}}}]}},\
                    "stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}
                    """
                let frames = Self.stream.flatMap { EventStreamFrames.event($0.0, payload: Array($0.1.utf8)) }
                let isStream = exchange.path.hasSuffix("stream")
                exchange.respond(
                    .ok,
                    headers: [],
                    body: isStream ? ByteBuffer(bytes: frames) : ByteBuffer(string: whole)
                )
            }
        }
        try await GatewayHarness.run(script: script) { gateway in
            for (asked, more) in ["", #""stream":true,"#].enumerated() {
                let body = ChatBody.saying("Hi", Self.tools + #""use_converse_api":true,"# + more, model: model)
                let answer = try gateway.chat(body)
                #expect(answer.status == 200 && answer.text.contains("tool_calls"), "\(answer.text)")
                #expect(gateway.gateway.shared.thinking.size.count == (asked + 1) * count)
            }
        }
    }
}
