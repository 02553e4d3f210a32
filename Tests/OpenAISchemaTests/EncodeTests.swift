import JSON
import NIOCore
import OpenAISchema
import Testing

/// The bytes that clients parse, as CHAT.md writes them.
@Suite struct EncodeTests {
    private static let identity = ReplyIdentity(id: "chatcmpl-1", created: 7, model: "M")
    private static let start =
        #"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":7,"model":"M","choices":"#

    private static func written(_ usage: Bool = false, _ write: (ChatChunkEncoder, inout ByteBuffer) -> Void) -> String
    {
        var output = ByteBuffer()
        write(ChatChunkEncoder(identity: identity, choice: 2, includesUsage: usage), &output)
        return String(buffer: output)
    }

    private static func delta(_ delta: String, finish: String = "null", tail: String = "") -> String {
        start + #"[{"index":2,"delta":{\#(delta)},"logprobs":null,"finish_reason":\#(finish)}]\#(tail)}"# + "\n\n"
    }

    @Test func everyKindOfChunkIsWrittenAsOneLine() {
        #expect(Self.written { $0.role(into: &$1) } == Self.delta(#""role":"assistant","content":"""#))
        #expect(Self.written { $0.content("a\"\n", into: &$1) } == Self.delta(#""content":"a\"\n""#))
        #expect(Self.written { $0.reasoning("t", into: &$1) } == Self.delta(#""reasoning_content":"t""#))
        #expect(Self.written { $0.finish("stop", into: &$1) } == Self.delta("", finish: #""stop""#))
        #expect(
            Self.written { $0.toolCallStart(index: 1, id: "c", name: "f", into: &$1) }
                == Self.delta(
                    #""tool_calls":[{"index":1,"id":"c","type":"function","function":{"name":"f","arguments":""}}]"#
                )
        )
        #expect(
            Self.written { $0.toolCallArguments(index: 1, "{}", into: &$1) }
                == Self.delta(#""tool_calls":[{"index":1,"function":{"arguments":"{}"}}]"#)
        )
        #expect(
            Self.written { $0.toolCallStart(index: 0, id: "c", name: "f", form: .custom, into: &$1) }
                == Self.delta(#""tool_calls":[{"index":0,"id":"c","type":"custom","custom":{"name":"f","input":""}}]"#)
        )
        #expect(
            Self.written { $0.toolCallArguments(index: 0, "x", form: .legacy, into: &$1) }
                == Self.delta(#""function_call":{"arguments":"x"}"#)
        )
    }

    @Test func usageIsNullUntilItsOwnChunk() {
        #expect(
            Self.written(true) { $0.content("a", into: &$1) } == Self.delta(#""content":"a""#, tail: #","usage":null"#)
        )
        let usage = Usage(promptTokens: 5, completionTokens: 3, cachedTokens: 2, reasoningTokens: 1)
        let expected =
            Self.start
            + #"[],"usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8,"prompt_tokens_details":{"cached_tokens":2,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":1,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0},"cache_read_input_tokens":2}}"#
            + "\n\n"
        #expect(Self.written(true) { $0.usage(usage, into: &$1) } == expected)
    }

    @Test func usagesAddUp() {
        var sum = Usage(promptTokens: 1, completionTokens: 2, cachedTokens: 3)
        sum.add(Usage(promptTokens: 10, completionTokens: 20, reasoningTokens: 5))
        let expected = Usage(promptTokens: 11, completionTokens: 22, cachedTokens: 3, reasoningTokens: 5)
        #expect(sum == expected)
    }

    @Test func anErrorHasAllFourMembers() {
        let plain = OpenAIError(status: 404, kind: .invalidRequest, code: nil, message: "No \"x\".")
        #expect(
            String(buffer: plain.body())
                == #"{"error":{"message":"No \"x\".","type":"invalid_request_error","param":null,"code":null}}"#
        )
        let full = OpenAIError.badRequest(.invalidType, param: "a[0].b", "m")
        #expect(
            String(buffer: full.body())
                == #"{"error":{"message":"m","type":"invalid_request_error","param":"a[0].b","code":"invalid_type"}}"#
        )
        var output = ByteBuffer()
        ServerSentEvent.failure(full, into: &output)
        #expect(String(buffer: output) == "data: \(String(buffer: full.body()))\n\n")
    }

    @Test func waitsAreWholeSecondsUpToAMinute() {
        func headers(_ milliseconds: Int?, _ retry: Bool?) -> [String] {
            var error = OpenAIError(status: 429, kind: .rateLimit, code: nil, message: "m")
            error.retryAfterMilliseconds = milliseconds
            error.shouldRetry = retry
            return error.retryHeaders.map { "\($0.name): \($0.value)" }
        }
        #expect(headers(nil, nil).isEmpty)
        #expect(headers(1_001, nil) == ["retry-after-ms: 1001", "retry-after: 2"])
        #expect(headers(0, true) == ["retry-after-ms: 1", "retry-after: 1", "x-should-retry: true"])
        #expect(headers(3_600_000, false) == ["retry-after-ms: 60000", "retry-after: 60", "x-should-retry: false"])
    }

    @Test func aWholeAnswerWithCallsHasNullContent() throws {
        var choice = ChatCompletion.Choice()
        choice.toolCalls = [ChatCompletion.ToolCall(id: "c", name: "f", arguments: ["{\"a\"", ":1}"])]
        choice.finishReason = "tool_calls"
        let body = ChatCompletion(identity: Self.identity, choices: [choice]).body()
        let message = try #require(JSONValue.parse(body)["choices"]?.elements.first { _ in true }?["message"])
        #expect(message["content"]?.isNull == true)
        #expect(
            message["tool_calls"]?.description
                == #"[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]"#
        )
        let empty = ChatCompletion(identity: Self.identity, choices: [ChatCompletion.Choice()]).body()
        #expect(String(buffer: empty).contains(#""content":"","refusal":null"#))
    }

    @Test func keepAlivesAreCommentsThatNobodyTakesForAnEvent() {
        var output = ByteBuffer()
        ServerSentEvent.keepAlive(into: &output)
        #expect(String(buffer: output) == ": keep-alive\n\n")
        output.clear()
        ServerSentEvent.done(into: &output)
        #expect(String(buffer: output) == "data: [DONE]\n\n")
    }
}
