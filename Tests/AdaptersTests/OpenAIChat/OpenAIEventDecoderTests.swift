import Adapters
import BedrockRuntime
import NIOCore
import Testing

/// Streams of tool calls in the many forms that models give them.
struct OpenAIEventDecoderTests {
    private func read(_ chunks: [String]) throws -> DialectSupport.Summary {
        let model = try DialectSupport.model("Qwen3-32B")
        let adapter = try OpenAIChatAdapter(model: model)
        var decoder = adapter.makeEventDecoder(for: ReplyContext())
        var events: [ChatEvent] = []
        for chunk in chunks {
            try decoder.decode(BedrockEvent(.data, payload: ByteBuffer(string: chunk)), into: &events)
        }
        try decoder.finish(into: &events)
        return DialectSupport.summary(events)
    }

    private func calls(_ fragments: String) -> String {
        #"{"id":"x","choices":[{"delta":{"tool_calls":[\#(fragments)]}}]}"#
    }
    private let end = #"{"id":"x","choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#

    @Test func aNameMayComeAfterTheIdAndTheArguments() throws {
        let summary = try read([
            calls(#"{"index":0,"id":"tool_abc"}"#), calls(#"{"index":0,"function":{"arguments":"{\"a\""}}"#),
            calls(#"{"index":0,"function":{"name":"f","arguments":":1}"}}"#), end,
        ])
        #expect(summary.calls == [#"0 tool_abc f {"a":1}"#])
    }

    @Test func aRepeatedNameAndNullFieldsAreNotANewCall() throws {
        let summary = try read([
            calls(#"{"index":0,"id":"tool_abc","function":{"name":"f","arguments":""}}"#),
            calls(#"{"index":0,"id":null,"function":{"name":"f","arguments":"{}"}}"#), end,
        ])
        #expect(summary.calls == ["0 tool_abc f {}"])
    }

    @Test func callsWithoutIndexAreToldByTheirIds() throws {
        let summary = try read([
            calls(#"{"id":"tool_abc","function":{"name":"f","arguments":"{"}}"#),
            calls(#"{"function":{"arguments":"}"}}"#),
            calls(#"{"id":"tool_def","function":{"name":"g","arguments":"{}"}}"#), end,
        ])
        #expect(summary.calls == ["0 tool_abc f {}", "1 tool_def g {}"])
    }

    @Test func aNewIdUnderAnOldIndexIsANewCall() throws {
        let summary = try read([
            calls(#"{"index":0,"id":"tool_abc","function":{"name":"f","arguments":"{\"a\":1}"}}"#),
            calls(#"{"index":0,"id":"tool_def","function":{"name":"g","arguments":"{\"b\""}}"#),
            calls(#"{"index":0,"function":{"arguments":":2}"}}"#), end,
        ])
        #expect(summary.calls == [#"0 tool_abc f {"a":1}"#, #"1 tool_def g {"b":2}"#])
    }

    @Test func aNameWithoutIndexAndIdIsANewCall() throws {
        let summary = try read([
            calls(#"{"function":{"name":"f","arguments":"{}"}},{"function":{"name":"g","arguments":"{\"x\":2}"}}"#),
            end,
        ])
        #expect(
            summary.calls.map { $0.split(separator: " ").suffix(2).joined(separator: " ") } == ["f {}", #"g {"x":2}"#]
        )
    }

    @Test func indexesMayBeginAnywhere() throws {
        let summary = try read([
            calls(#"{"index":1,"id":"tool_abc","function":{"name":"f"}}"#),
            calls(#"{"index":3,"id":"tool_def","function":{"name":"g","arguments":"{\"b\":2}"}}"#), end,
        ])
        #expect(summary.calls == ["0 tool_abc f {}", #"1 tool_def g {"b":2}"#])
    }

    @Test func aCallThatNeverGetsANameIsNoCall() throws {
        let summary = try read([calls(#"{"index":0,"id":"tool_abc","function":{"arguments":"{}"}}"#), end])
        #expect(summary.calls.isEmpty)
        #expect(summary.finishes == [.stop])
    }

    @Test func theEndComesOnce() throws {
        let summary = try read([#"{"id":"x","choices":[{"delta":{"content":"a"},"finish_reason":""}]}"#, end, end])
        #expect(summary.finishes.count == 1)
        #expect(summary.text == "a")
    }

    @Test func countsComeFromTheMetricsOnlyWhereThereAreNoOthers() throws {
        let metrics = #""amazon-bedrock-invocationMetrics":{"inputTokenCount":1,"outputTokenCount":2}"#
        let own = #"{"id":"x","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":6},\#(metrics)}"#
        #expect(try read([end, own]).usage?.promptTokens == 5)
        #expect(try read([end, #"{"choices":[],\#(metrics)}"#]).usage?.promptTokens == 1)
    }

    @Test func unknownChunksMeanNothing() throws {
        let summary = try read([#"{"object":"ping"}"#, #"{"choices":[]}"#, #"{"choices":[{"index":0}]}"#, end])
        #expect(summary.text.isEmpty)
    }

    private func readWhole(_ choice: String, _ more: String = "") throws -> DialectSupport.Summary {
        let adapter = try OpenAIChatAdapter(model: DialectSupport.model("Qwen3-32B"))
        let body = ByteBuffer(string: #"{"id":"x","choices":[\#(choice)]\#(more)}"#)
        let reply = BedrockReply(headers: [], body: body)
        return DialectSupport.summary(try adapter.events(from: reply, for: ReplyContext()))
    }

    /// They were answers without a word.
    @Test(arguments: ["{}", "null", #"{"message":null}"#, #"{"message":"Hi"}"#, #"{"text":null}"#])
    func aWholeAnswerWithoutAMessageIsAnError(choice: String) {
        #expect(throws: AdapterError.self) { try readWhole(choice) }
        #expect(throws: AdapterError.self) { try readWhole(choice, #","error":{"message":"no"}"#) }
    }

    @Test func aMessageMaySayNothingAndATextStandInItsPlace() throws {
        #expect(try readWhole(#"{"message":{"content":null}}"#).finishes == [.stop])
        #expect(try readWhole(#"{"message":null,"text":"Hi"}"#).text == "Hi")
        let guardrail = #","amazon-bedrock-guardrailAction":"INTERVENED""#
        #expect(try readWhole("{}", guardrail).finishes == [.contentFilter])
    }

    @Test func anErrorInsteadOfChoicesIsThrown() {
        #expect(throws: AdapterError.self) { try read([#"{"id":"x","error":{"message":"no"}}"#]) }
        #expect(throws: AdapterError.self) { try read(["not json"]) }
        #expect(throws: AdapterError.self) { try read([#"{"id":"x","choices":[{"delta":{"content":"a"}}]}"#]) }
    }
}
