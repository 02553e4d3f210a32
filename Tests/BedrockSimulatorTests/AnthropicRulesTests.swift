import JSON
import NIOHTTP1
import Testing

@testable import BedrockSimulator

struct AnthropicRulesTests {
    private static func refusal(_ members: String, messages: String = hi, model: String = haiku) throws -> String? {
        let body = #"{"anthropic_version":"bedrock-2023-05-31","max_tokens":2000,"messages":[\#(messages)]\#(members)}"#
        return try refusal(whole: body, model: model)
    }

    private static let haiku = "us.anthropic.claude-haiku-4-5-20251001-v1%3A0"

    private static func refusal(whole body: String, model: String = haiku) throws -> String? {
        let model = try #require(ModelID(label: Substring(model)))
        let value = try JSONValue.parse(body)
        let call = SimulatedCall(operation: .invoke, model: model, headers: HTTPHeaders(), body: value)
        do throws(SimulatorError) {
            _ = try AnthropicDialect().prompt(of: call)
            return nil
        } catch {
            return error.message
        }
    }

    private static let hi = #"{"role":"user","content":"hi"}"#
    private static let use = #"{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]}"#
    private static let result = #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"ok"}]}"#

    @Test(arguments: [
        (#"{"max_tokens":1,"messages":[\#(hi)]}"#, "required key [anthropic_version] not found"),
        (#"{"anthropic_version":"bedrock-2023-05-31","messages":[\#(hi)]}"#, "required key [max_tokens] not found"),
        (
            #"{"anthropic_version":"2026-10-21","max_tokens":1,"messages":[\#(hi)]}"#,
            "anthropic_version: Input should be 'bedrock-2023-05-31'"
        ),
        (
            #"{"anthropic_version":"bedrock-2023-05-31","max_tokens":0,"messages":[\#(hi)]}"#,
            "max_tokens: Input should be greater than or equal to 1"
        ),
        (
            #"{"anthropic_version":"bedrock-2023-05-31","max_tokens":1,"messages":[]}"#,
            "messages: List should have at least 1 item"
        ),
    ])
    func bodiesMustBeWhole(body: String, fragment: String) throws {
        let message = try Self.refusal(whole: body)
        #expect(message?.contains(fragment) == true, "\(message ?? "accepted")")
    }

    @Test(arguments: [
        (#","model":"x""#, "model: Extra inputs are not permitted"),
        (#","stream":true"#, "stream: Extra inputs are not permitted"),
        (#","temperature":1.1"#, "temperature: Input should be less than or equal to 1"),
        (#","stop_sequences":[" "]"#, "each stop sequence must contain non-whitespace"),
        (#","thinking":{"type":"enabled","budget_tokens":1023}"#, "greater than or equal to 1024"),
        (#","thinking":{"type":"enabled","budget_tokens":2000}"#, "`max_tokens` must be greater than"),
        (#","thinking":{"type":"enabled","budget_tokens":1024},"temperature":0"#, "`temperature` may only be set to 1"),
        (#","thinking":{"type":"enabled","budget_tokens":1024},"top_k":1"#, "`top_k` must be unset"),
        (
            #","tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"},"thinking":{"type":"enabled","budget_tokens":1024}"#,
            "Thinking may not be enabled when tool_choice forces tool use"
        ),
        (#","tools":[{"name":"f"}]"#, "tools.0.custom.input_schema: Field required"),
        (
            #","tools":[{"name":"f.g","input_schema":{"type":"object"}}]"#,
            "tools.0.custom.name: String should match pattern"
        ),
        (
            #","tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"g"}"#,
            "not found in provided tools"
        ),
        (#","temperature":0.5,"top_p":0.5"#, "cannot both be specified"),
        (#","thinking":{"type":"adaptive"}"#, "thinking.type.adaptive"),
        (#","system":[{"type":"text","text":" "}]"#, "text content blocks must be non-empty"),
    ])
    func brokenFieldsAreNamed(members: String, fragment: String) throws {
        let message = try Self.refusal(members)
        #expect(message?.contains(fragment) == true, "\(message ?? "accepted")")
    }

    @Test(arguments: [
        (#"{"role":"assistant","content":"a"}"#, "first message must use the \"user\" role"),
        (#"{"role":"user","content":[{"type":"text","text":""}]}"#, "text content blocks must be non-empty"),
        (#"{"role":"user","content":[]}"#, "non-empty content"),
        (#"{"role":"user","content":[{"type":"video"}]}"#, "Input tag 'video' found using 'type' does not match"),
        (
            #"\#(hi),\#(use),\#(hi)"#,
            "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1"
        ),
        (#"\#(hi),\#(use)"#, "`tool_use` ids were found without `tool_result` blocks immediately after: t1"),
        (#"\#(result)"#, "unexpected `tool_use_id` found in `tool_result` blocks: t1"),
        (#"\#(hi),{"role":"assistant","content":"a "}"#, "final assistant content cannot end with trailing whitespace"),
        (
            #"{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"/9j/4A=="}}]}"#,
            "appears to be a image/jpeg image"
        ),
        (
            #"\#(hi),\#(use),{"role":"user","content":[{"type":"text","text":"and"},{"type":"tool_result","tool_use_id":"t1","content":"ok"}]}"#,
            "without `tool_result` blocks immediately after"
        ),
        (#"{"role":"user","content":[{"type":"image","source":{"type":"url","url":"http://a"}}]}"#, "Input tag 'url'"),
        (
            #"{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"a"}}]}"#,
            "Invalid base64 data"
        ),
        (
            #"\#(hi),{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"c2ln"},{"type":"text","text":"a"}]},\#(hi)"#,
            "messages.1.content.0: Invalid `signature` in `thinking` block"
        ),
    ])
    func brokenMessagesAreNamed(messages: String, fragment: String) throws {
        let message = try Self.refusal("", messages: messages)
        #expect(message?.contains(fragment) == true, "\(message ?? "accepted")")
    }

    @Test func whatClaudeAcceptsIsAccepted() throws {
        #expect(try Self.refusal("") == nil)
        #expect(try Self.refusal("", messages: "\(Self.hi),\(Self.hi)") == nil)
        #expect(try Self.refusal("", messages: "\(Self.hi),\(Self.use),\(Self.result)") == nil)
        // JSON lets a slash be escaped, and PHP's writer does so.
        let image =
            #"{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"\/9j\/4A=="}}"#
        #expect(try Self.refusal("", messages: #"{"role":"user","content":[\#(image)]}"#) == nil)
        #expect(try Self.refusal(#","thinking":{"type":"enabled","budget_tokens":1024},"temperature":1"#) == nil)
        #expect(try Self.refusal(#","system":"s","metadata":{"user_id":"u"},"top_k":5,"anthropic_beta":["b"]"#) == nil)
    }

    /// CONVERSE.md §1, §2.1, §3 and §7: 4.7 and newer take neither sampling parameters nor a budget nor a begun answer.
    @Test func newerModelsTakeLess() throws {
        let model = "us.anthropic.claude-opus-5-5"
        let tools = #","tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"}"#
        #expect(try Self.refusal("", model: model) == nil)
        let warm = try Self.refusal(#","temperature":1"#, model: model)
        #expect(warm?.contains("`temperature` is not supported") == true)
        let budget = #","thinking":{"type":"enabled","budget_tokens":1024}"#
        #expect(try Self.refusal(budget, model: model)?.contains("thinking.type.enabled") == true)
        #expect(try Self.refusal(tools, model: model)?.contains("when tool_choice forces tool use") == true)
        let begun = #"\#(Self.hi),{"role":"assistant","content":"{"}"#
        #expect(try Self.refusal("", messages: begun, model: model)?.contains("assistant message prefill") == true)
        #expect(try Self.refusal("", messages: begun) == nil)
    }
}
