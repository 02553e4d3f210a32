import JSON
import NIOCore
import NIOHTTP1
import Testing

@testable import BedrockSimulator

/// The bodies of the other families, as the notes on InvokeModel describe them.
struct DialectTests {
    private static let honest = #"This is the Bedrock simulator, not a model. You said: "Hello""#

    private struct Case: Sendable {
        var model: String
        var body: String
        /// The text of a whole answer.
        var whole: @Sendable (JSONValue) -> String?
        /// The text of one chunk.
        var piece: @Sendable (JSONValue) -> String?
        /// The last reason that a stream gives.
        var stop: @Sendable (JSONValue) -> String?
    }

    private static func first(_ value: JSONValue?) -> JSONValue? { value?.elements.first { _ in true } }

    private static let cases = [
        Case(
            model: "amazon.nova-lite-v1%3A0",
            body: #"{"schemaVersion":"messages-v1","messages":[{"role":"user","content":[{"text":"Hello"}]}]}"#,
            whole: { first($0["output"]?["message"]?["content"])?["text"]?.string },
            piece: { $0["contentBlockDelta"]?["delta"]?["text"]?.string },
            stop: { $0["messageStop"]?["stopReason"]?.string }
        ),
        Case(
            model: "meta.llama3-8b-instruct-v1%3A0",
            body:
                #"{"prompt":"<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nNo<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nWhy<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHello<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"}"#,
            whole: { $0["generation"]?.string },
            piece: { $0["generation"]?.string },
            stop: { $0["stop_reason"]?.string }
        ),
        Case(
            model: "mistral.mistral-7b-instruct-v0%3A2",
            body: #"{"prompt":"<s>[INST] No [/INST] Why</s> [INST] Hello [/INST]","max_tokens":50}"#,
            whole: { first($0["outputs"])?["text"]?.string },
            piece: { first($0["outputs"])?["text"]?.string },
            stop: { first($0["outputs"])?["stop_reason"]?.string }
        ),
        Case(
            model: "amazon.titan-text-express-v1",
            body: #"{"inputText":"User: Hello\nBot:","textGenerationConfig":{"maxTokenCount":50}}"#,
            whole: { first($0["results"])?["outputText"]?.string },
            piece: { $0["outputText"]?.string },
            stop: { $0["completionReason"]?.string }
        ),
        Case(
            model: "qwen.qwen3-32b-v1%3A0",
            body: #"{"messages":[{"role":"user","content":"Hello"}],"max_tokens":50}"#,
            whole: { first($0["choices"])?["message"]?["content"]?.string },
            piece: { first($0["choices"])?["delta"]?["content"]?.string },
            stop: { first($0["choices"])?["finish_reason"]?.string }
        ),
    ]

    @Test(arguments: 0..<5) func eachFamilyAnswersAndStreamsTheSame(index: Int) async throws {
        let own = Self.cases[index]
        try await SimulatorClient.run { client in
            let whole = try await client.post("/model/\(own.model)/invoke", own.body)
            #expect(whole.json.flatMap(own.whole) == Self.honest, "\(own.model): \(whole.text)")
            #expect(whole.headers.first(name: "x-amzn-bedrock-output-token-count") == "11")
            let streamed = try await client.post("/model/\(own.model)/invoke-with-response-stream", own.body)
            let chunks = Frame.read(streamed.body).frames.compactMap(\.chunk)
            #expect(chunks.compactMap(own.piece).joined() == Self.honest, "\(own.model)")
            let stop = chunks.compactMap(own.stop).last
            #expect(["end_turn", "stop", "FINISH"].contains(stop ?? ""), "\(own.model): \(stop ?? "none")")
            #expect(chunks.last?["amazon-bedrock-invocationMetrics"]?["outputTokenCount"]?.int == 11)
        }
    }

    /// INVOKE.md, Meta Llama: the prompt is counted once in a stream.
    @Test func llamaCountsThePromptInItsFirstChunkOnly() async throws {
        try await SimulatorClient.run { client in
            let target = "/model/meta.llama3-8b-instruct-v1%3A0/invoke-with-response-stream"
            let streamed = try await client.post(target, #"{"prompt":"Hello"}"#)
            let counts = Frame.read(streamed.body).frames.compactMap(\.chunk).map { $0["prompt_token_count"]?.int }
            #expect(counts.count > 3)
            #expect(counts.first == 2)
            #expect(counts.dropFirst().allSatisfy { $0 == nil })
            let tokens = Frame.read(streamed.body).frames.compactMap(\.chunk).map { $0["generation_token_count"]?.int }
            #expect(tokens == (0...11).map { $0 } + [11])
        }
    }

    @Test func deepSeekThinksBeforeItAnswers() async throws {
        let body = "{\"prompt\":\"<\u{FF5C}User\u{FF5C}>Hello<\u{FF5C}Assistant\u{FF5C}><think>\\n\"}"
        try await SimulatorClient.run { client in
            let whole = try await client.post("/model/us.deepseek.r1-v1%3A0/invoke", body)
            let text = Self.first(whole.json?["choices"])?["text"]?.string ?? ""
            #expect(text.hasSuffix("</think>\n\n" + Self.honest))
            #expect(!text.contains("<think>"))
            let streamed = try await client.post("/model/us.deepseek.r1-v1%3A0/invoke-with-response-stream", body)
            let chunks = Frame.read(streamed.body).frames.compactMap(\.chunk)
            #expect(chunks.compactMap { Self.first($0["choices"])?["text"]?.string }.joined() == text)
        }
    }

    @Test func chatModelsCallTools() async throws {
        let body =
            #"{"messages":[{"role":"user","content":"call tools twice"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}}}]}"#
        try await SimulatorClient.run { client in
            let whole = try await client.post("/model/openai.gpt-oss-120b-1%3A0/invoke", body)
            let message = Self.first(whole.json?["choices"])?["message"]
            #expect(message?["tool_calls"]?.count == 2)
            #expect(message?["content"]?.string?.hasPrefix("<reasoning>") == true)
            #expect(Self.first(whole.json?["choices"])?["finish_reason"]?.string == "tool_calls")
            let streamed = try await client.post("/model/openai.gpt-oss-120b-1%3A0/invoke-with-response-stream", body)
            var arguments = ["", ""]
            for chunk in Frame.read(streamed.body).frames.compactMap(\.chunk) {
                let call = Self.first(Self.first(chunk["choices"])?["delta"]?["tool_calls"])
                guard let call, let index = call["index"]?.int else { continue }
                arguments[index] += call["function"]?["arguments"]?.string ?? ""
            }
            #expect(arguments == [#"{"a":"example"}"#, #"{"a":"example"}"#])
        }
    }

    @Test func chatCompletionsHaveTheirOwnEndpoint() async throws {
        func body(_ text: String, _ more: String = "") -> String {
            #"{"model":"openai.gpt-oss-120b-1:0","messages":[{"role":"user","content":"\#(text)"}],"reasoning_effort":"none"\#(more)}"#
        }
        try await SimulatorClient.run { client in
            let target = "/openai/v1/chat/completions"
            let whole = try await client.post(target, body("Hello"))
            #expect(Self.first(whole.json?["choices"])?["message"]?["content"]?.string == Self.honest)
            let more = #","stream":true,"stream_options":{"include_usage":true}"#
            let streamed = try await client.post(target, body("Hello", more))
            #expect(streamed.headers.first(name: "content-type") == "text/event-stream")
            let events = streamed.text.split(separator: "\n\n").map { $0.dropFirst("data: ".count) }
            #expect(events.last == "[DONE]")
            let chunks = events.compactMap { try? JSONValue.parse(String($0)) }
            #expect(
                chunks.compactMap { Self.first($0["choices"])?["delta"]?["content"]?.string }.joined() == Self.honest
            )
            #expect(chunks.last?["usage"]?["completion_tokens"]?.int == 11)
            let refused = try await client.post(target, body("simulate:throttle", more))
            #expect(refused.status == 429)
            #expect(refused.json?["error"]?["message"]?.string == "Too many tokens, please wait before trying again.")
            let failed = try await client.post(target, body("simulate:fail-mid-stream", more))
            #expect(failed.isComplete)
            #expect(failed.text.contains(#"data: {"error":"#))
            #expect(!failed.text.contains("[DONE]"))
        }
    }

    @Test(arguments: [
        (
            "amazon.nova-lite-v1%3A0", #"{"messages":[{"role":"user","content":[{"text":"a"}]}],"max_tokens":1}"#,
            "#: extraneous key [max_tokens]"
        ),
        (
            "amazon.nova-lite-v1%3A0",
            #"{"messages":[{"role":"user","content":[{"cachePoint":{"type":"default"}},{"document":{}}]}]}"#,
            "extraneous key [document]"
        ),
        (
            "amazon.nova-lite-v1%3A0",
            #"{"messages":[{"role":"user","content":[{"text":"a"}]}],"inferenceConfig":{"temperature":0}}"#,
            "0 is not greater or equal to 1e-05"
        ),
        ("meta.llama3-8b-instruct-v1%3A0", #"{"prompt":"a","max_tokens":1}"#, "extraneous key [max_tokens]"),
        ("meta.llama3-8b-instruct-v1%3A0", #"{"max_gen_len":1}"#, "required key [prompt] not found"),
        ("mistral.mistral-7b-instruct-v0%3A2", #"{"prompt":"a","top_k":0}"#, "0 is not greater or equal to 1"),
        ("qwen.qwen3-32b-v1%3A0", #"{"messages":[{"role":"user","content":""}]}"#, "must not be empty"),
        (
            "qwen.qwen3-32b-v1%3A0", #"{"messages":[{"role":"tool","tool_call_id":"a","content":"b"}]}"#,
            "must answer a preceding message"
        ),
        (
            "qwen.qwen3-32b-v1%3A0",
            #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://a/b.png"}}]}]}"#,
            "must be a base64 data URL"
        ),
        (
            "mistral.mistral-large-2407-v1%3A0",
            #"{"messages":[{"role":"user","content":"a"}],"tool_choice":"required"}"#, "one of auto, none, any"
        ),
        (
            "moonshotai.kimi-k2.5", #"{"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}]}"#,
            "content must be a string."
        ),
        (
            "moonshot.kimi-k2-thinking",
            #"{"messages":[{"role":"user","content":"a"}],"tool_choice":"required"}"#, "required is not supported"
        ),
        (
            "nvidia.nemotron-nano-9b-v2",
            #"{"messages":[{"role":"user","content":"a"}],"tool_choice":"auto"}"#, "tool_choice: the field"
        ),
        ("unknown.model", #"{"prompt":"a"}"#, "The provided model identifier is invalid."),
    ])
    func brokenBodiesAreNamed(model: String, body: String, fragment: String) async throws {
        try await SimulatorClient.run { client in
            let answer = try await client.post("/model/\(model)/invoke", body)
            #expect(answer.status == 400)
            #expect(answer.errorType == "ValidationException")
            #expect(answer.message.contains(fragment), "\(answer.text)")
        }
    }

    @Test(arguments: ["", #","content":null"#, #","content":[]"#])
    func aToolThatSaysNothingIsRefused(content: String) async throws {
        let call = #"{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}"#
        let body =
            #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":null,"tool_calls":[\#(call)]},"#
            + #"{"role":"tool","tool_call_id":"c"\#(content)}]}"#
        try await SimulatorClient.run { client in
            let answer = try await client.post("/model/qwen.qwen3-32b-v1%3A0/invoke", body)
            #expect(answer.status == 400)
            #expect(answer.message.contains("messages[2]: a message of role 'tool' must have content."))
        }
    }
}
