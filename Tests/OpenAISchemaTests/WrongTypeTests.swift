import JSON
import OpenAISchema
import Testing

/// Every field with every wrong type: a 400 that names the field.
@Suite struct WrongTypeTests {
    /// The types of JSON, each with a value.
    enum Kind: String, CaseIterable {
        case string = #""text""#
        case number = "3"
        case bool = "true"
        case array = "[1]"
        case object = #"{"a":1}"#
    }

    /// A field: a body with `VALUE` in its place, the kinds it takes, and what errors call it.
    struct Field: Sendable {
        var body: String
        var takes: [Kind]
        var param: String

        init(_ param: String, _ takes: [Kind], _ body: String) {
            self.param = param
            self.takes = takes
            self.body = body
        }
    }

    private static func top(_ name: String, _ takes: Kind...) -> Field {
        Field(name, takes, #"{"model":"m","messages":[{"role":"user","content":"x"}],"\#(name)":VALUE}"#)
    }

    private static func inside(_ param: String, _ takes: [Kind], _ member: String) -> Field {
        Field(param, takes, #"{"model":"m","messages":[{"role":"user","content":"x"}],\#(member)}"#)
    }

    private static func message(_ param: String, _ takes: [Kind], _ message: String) -> Field {
        Field("messages[1].\(param)", takes, #"{"model":"m","messages":[{"role":"user","content":"x"},\#(message)]}"#)
    }

    private static func part(_ param: String, _ takes: [Kind], _ part: String) -> Field {
        Field(
            "messages[0].content[0]\(param)",
            takes,
            #"{"model":"m","messages":[{"role":"user","content":[\#(part)]}]}"#
        )
    }

    private static func tool(_ param: String, _ takes: [Kind], _ tool: String) -> Field {
        inside("tools[0]\(param)", takes, #""tools":[\#(tool)]"#)
    }

    static let fields: [Field] =
        [
            Field("model", [.string], #"{"model":VALUE,"messages":[{"role":"user","content":"x"}]}"#),
            Field("messages", [.array], #"{"model":"m","messages":VALUE}"#),
            Field("messages[0]", [.object], #"{"model":"m","messages":[VALUE]}"#),
            top("stream", .bool), top("stream_options", .object), top("n", .number), top("max_tokens", .number),
            top("max_completion_tokens", .number), top("temperature", .number), top("top_p", .number),
            top("top_k", .number), top("seed", .number), top("frequency_penalty", .number),
            top("presence_penalty", .number), top("logit_bias", .object), top("logprobs", .bool),
            top("top_logprobs", .number), top("stop", .string, .array), top("stop_sequences", .string, .array),
            top("response_format", .object), top("modalities", .array), top("audio", .object),
            top("prediction", .object), top("web_search_options", .object), top("moderation", .object),
            top("user", .string), top("safety_identifier", .string), top("metadata", .object), top("store", .bool),
            top("service_tier", .string), top("prompt_cache_key", .string), top("prompt_cache_retention", .string),
            top("prompt_cache_options", .object), top("reasoning_effort", .string), top("verbosity", .string),
            top("reasoning", .object), top("thinking", .object), top("include_thinking_data", .bool),
            top("use_converse_api", .bool), top("extra_body", .object), top("anthropic_beta", .array),
            top("additional_model_request_fields", .object), top("guardrailConfig", .object),
            top("performanceConfig", .object), top("latency", .string), top("tools", .array),
            top("tool_choice", .string, .object), top("parallel_tool_calls", .bool), top("functions", .array),
            top("function_call", .string, .object),
        ] + nested

    private static let nested: [Field] = [
        inside("stream_options.include_usage", [.bool], #""stream_options":{"include_usage":VALUE}"#),
        inside("stream_options.include_obfuscation", [.bool], #""stream_options":{"include_obfuscation":VALUE}"#),
        inside("stop[0]", [.string], #""stop":[VALUE]"#),
        inside("moderation.policy", [.object], #""moderation":{"policy":VALUE}"#),
        inside("moderation.policy.output", [.object], #""moderation":{"policy":{"output":VALUE}}"#),
        inside("moderation.policy.input.mode", [.string], #""moderation":{"policy":{"input":{"mode":VALUE}}}"#),
        inside("modalities[0]", [.string], #""modalities":[VALUE]"#),
        inside("anthropic_beta[0]", [.string], #""anthropic_beta":[VALUE]"#),
        inside("response_format.type", [.string], #""response_format":{"type":VALUE}"#),
        inside(
            "response_format.json_schema",
            [.object],
            #""response_format":{"type":"json_schema","json_schema":VALUE}"#
        ),
        inside(
            "response_format.json_schema.name",
            [.string],
            #""response_format":{"type":"json_schema","json_schema":{"name":VALUE}}"#
        ),
        inside(
            "response_format.json_schema.schema",
            [.object],
            #""response_format":{"type":"json_schema","json_schema":{"name":"n","schema":VALUE}}"#
        ),
        inside(
            "response_format.json_schema.strict",
            [.bool],
            #""response_format":{"type":"json_schema","json_schema":{"name":"n","strict":VALUE}}"#
        ),
        inside(
            "response_format.json_schema.description",
            [.string],
            #""response_format":{"type":"json_schema","json_schema":{"name":"n","description":VALUE}}"#
        ),
        inside("reasoning.effort", [.string], #""reasoning":{"effort":VALUE}"#),
        inside("reasoning.max_tokens", [.number], #""reasoning":{"max_tokens":VALUE}"#),
        inside("reasoning.exclude", [.bool], #""reasoning":{"exclude":VALUE}"#),
        inside("reasoning.enabled", [.bool], #""reasoning":{"enabled":VALUE}"#),
        inside("thinking.type", [.string], #""thinking":{"type":VALUE}"#),
        inside("thinking.budget_tokens", [.number], #""thinking":{"type":"enabled","budget_tokens":VALUE}"#),
        inside("performanceConfig.latency", [.string], #""performanceConfig":{"latency":VALUE}"#),
        inside("tool_choice.type", [.string], #""tool_choice":{"type":VALUE}"#),
        inside("tool_choice.function", [.object], #""tool_choice":{"type":"function","function":VALUE}"#),
        inside(
            "tool_choice.function.name",
            [.string],
            #""tool_choice":{"type":"function","function":{"name":VALUE}}"#
        ),
        inside(
            "tool_choice.allowed_tools",
            [.object],
            #""tool_choice":{"type":"allowed_tools","allowed_tools":VALUE}"#
        ),
        inside(
            "tool_choice.allowed_tools.tools[0]",
            [.object],
            #""tool_choice":{"type":"allowed_tools","allowed_tools":{"tools":[VALUE]}}"#
        ),
        inside("function_call.name", [.string], #""function_call":{"name":VALUE}"#),
        inside("functions[0]", [.object], #""functions":[VALUE]"#),
        inside("functions[0].name", [.string], #""functions":[{"name":VALUE}]"#),
        tool("", [.object], "VALUE"), tool(".type", [.string], #"{"type":VALUE}"#),
        tool(".function", [.object], #"{"type":"function","function":VALUE}"#),
        tool(".function.name", [.string], #"{"type":"function","function":{"name":VALUE}}"#),
        tool(".function.description", [.string], #"{"type":"function","function":{"name":"f","description":VALUE}}"#),
        tool(".function.parameters", [.object], #"{"type":"function","function":{"name":"f","parameters":VALUE}}"#),
        tool(".function.strict", [.bool], #"{"type":"function","function":{"name":"f","strict":VALUE}}"#),
        tool(".custom.name", [.string], #"{"type":"custom","custom":{"name":VALUE}}"#),
        message("role", [.string], #"{"role":VALUE,"content":"x"}"#),
        message("content", [.string, .array], #"{"role":"user","content":VALUE}"#),
        message("name", [.string], #"{"role":"user","content":"x","name":VALUE}"#),
        message("refusal", [.string], #"{"role":"assistant","refusal":VALUE}"#),
        message("tool_call_id", [.string], #"{"role":"tool","content":"x","tool_call_id":VALUE}"#),
        message("tool_calls", [.array], #"{"role":"assistant","tool_calls":VALUE}"#),
        message("tool_calls[0]", [.object], #"{"role":"assistant","tool_calls":[VALUE]}"#),
        message("tool_calls[0].id", [.string], #"{"role":"assistant","tool_calls":[{"id":VALUE}]}"#),
        message(
            "tool_calls[0].function",
            [.object],
            #"{"role":"assistant","tool_calls":[{"id":"1","function":VALUE}]}"#
        ),
        message(
            "tool_calls[0].function.name",
            [.string],
            #"{"role":"assistant","tool_calls":[{"id":"1","function":{"name":VALUE}}]}"#
        ),
        message(
            "tool_calls[0].function.arguments",
            [.string, .object],
            #"{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":VALUE}}]}"#
        ),
        message("function_call", [.object], #"{"role":"assistant","function_call":VALUE}"#),
        message("function_call.name", [.string], #"{"role":"assistant","function_call":{"name":VALUE}}"#),
        part("", [.object, .string], "VALUE"), part(".type", [.string], #"{"type":VALUE}"#),
        part(".text", [.string], #"{"type":"text","text":VALUE}"#),
        part(".image_url", [.object, .string], #"{"type":"image_url","image_url":VALUE}"#),
        part(".image_url.url", [.string], #"{"type":"image_url","image_url":{"url":VALUE}}"#),
        part(".image_url.detail", [.string], #"{"type":"image_url","image_url":{"url":"x","detail":VALUE}}"#),
        part(".input_audio", [.object], #"{"type":"input_audio","input_audio":VALUE}"#),
        part(".input_audio.data", [.string], #"{"type":"input_audio","input_audio":{"data":VALUE}}"#),
        part(".input_audio.format", [.string], #"{"type":"input_audio","input_audio":{"data":"x","format":VALUE}}"#),
        part(".file", [.object], #"{"type":"file","file":VALUE}"#),
        part(".file.file_data", [.string], #"{"type":"file","file":{"file_data":VALUE}}"#),
        part(".file.filename", [.string], #"{"type":"file","file":{"file_data":"x","filename":VALUE}}"#),
        part(".video_url", [.object, .string], #"{"type":"video_url","video_url":VALUE}"#),
        part(".refusal", [.string], #"{"type":"refusal","refusal":VALUE}"#),
        part(".source", [.object], #"{"type":"image","source":VALUE}"#),
        part(".source.data", [.string], #"{"type":"image","source":{"data":VALUE}}"#),
        part(".tool_use_id", [.string], #"{"type":"tool_result","tool_use_id":VALUE}"#),
        part(".content", [.string, .array], #"{"type":"tool_result","tool_use_id":"1","content":VALUE}"#),
        part(".is_error", [.bool], #"{"type":"tool_result","tool_use_id":"1","is_error":VALUE}"#),
    ]

    private static func decode(_ body: String) throws -> OpenAIError? {
        let value = try JSONValue.parse(body)
        do {
            _ = try ChatCompletionRequest.decode(value)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: fields)
    func aWrongTypeIsRefusedWithTheFieldsName(_ field: Field) throws {
        for kind in Kind.allCases where !field.takes.contains(kind) {
            let body = field.body.replacing("VALUE", with: kind.rawValue)
            let error = try #require(try Self.decode(body), "\(field.param) as \(kind)")
            #expect(error.status == 400)
            #expect(error.kind == .invalidRequest)
            #expect(error.param == field.param, "\(kind): \(error.message)")
            #expect(error.code == "invalid_type", "\(field.param) as \(kind): \(error.message)")
            #expect(error.message.contains("'\(field.param)'"))
        }
    }

    @Test func nullEqualsAbsenceForEveryOptionalField() throws {
        for field in Self.fields where !field.param.contains("[") && !field.param.contains(".") {
            guard field.param != "model", field.param != "messages" else { continue }
            #expect(try Self.decode(field.body.replacing("VALUE", with: "null")) == nil, "\(field.param)")
        }
        let echoed =
            #"{"role":"assistant","content":"x","refusal":null,"audio":null,"function_call":null,"tool_calls":null,"annotations":[]}"#
        let body = #"{"model":"m","messages":[{"role":"user","content":"x","name":null},\#(echoed)]}"#
        #expect(try Self.decode(body) == nil)
    }

    @Test(arguments: [
        ("{}", "model", "missing_required_parameter"), (#"{"model":""}"#, "model", "missing_required_parameter"),
        (#"{"model":null,"messages":[]}"#, "model", "missing_required_parameter"),
        (#"{"model":"m"}"#, "messages", "missing_required_parameter"),
        (#"{"model":"m","messages":null}"#, "messages", "missing_required_parameter"),
        (#"{"model":"m","input":"x"}"#, "messages", "missing_required_parameter"),
        (#"{"model":"m","messages":[]}"#, "messages", "invalid_value"),
        (#"{"model":"m","messages":[{}]}"#, "messages[0].role", "missing_required_parameter"),
        (#"{"model":"m","messages":[{"role":"user"}]}"#, "messages[0].content", "missing_required_parameter"),
        (#"{"model":"m","messages":[{"role":"bot","content":"x"}]}"#, "messages[0].role", "invalid_value"),
        (
            #"{"model":"m","messages":[{"role":"tool","content":"x"}]}"#, "messages[0].tool_call_id",
            "missing_required_parameter"
        ),
        (
            #"{"model":"m","messages":[{"role":"function","content":"x"}]}"#, "messages[0].name",
            "missing_required_parameter"
        ),
        (
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"hologram"}]}]}"#,
            "messages[0].content[0].type", "invalid_value"
        ),
        (
            #"{"model":"m","messages":[{"role":"user","content":[{"text":"x"}]}]}"#, "messages[0].content[0].type",
            "missing_required_parameter"
        ),
        (
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}]}"#,
            "messages[0].content[0].file", "unsupported_value"
        ),
    ])
    func whatIsMissingOrUnknownIsNamed(_ body: String, _ param: String, _ code: String) throws {
        let error = try #require(try Self.decode(body))
        #expect(error.status == 400)
        #expect(error.param == param)
        #expect(error.code == code)
    }

    @Test(arguments: [
        ("temperature", "2.1"), ("temperature", "-0.1"), ("temperature", "1e999"), ("top_p", "1.01"), ("top_p", "-1"),
        ("max_tokens", "0"), ("max_completion_tokens", "-1"), ("max_tokens", "1.5"), ("n", "0"), ("n", "-1"),
        ("n", "1.5"), ("n", "9"), ("top_k", "-1"), ("frequency_penalty", "2.5"), ("presence_penalty", "-2.5"),
        ("top_logprobs", "21"), ("seed", "1e30"), ("reasoning_effort", #""enormous""#), ("service_tier", #""gold""#),
        ("latency", #""slow""#), ("tool_choice", #""sometimes""#), ("tool_choice", #""required""#),
        ("logprobs", "true"), ("top_logprobs", "3"), ("modalities", #"["text","audio"]"#), ("web_search_options", "{}"),
    ])
    func whatIsOutOfRangeIsNamed(_ name: String, _ value: String) throws {
        let body = #"{"model":"m","messages":[{"role":"user","content":"x"}],"\#(name)":\#(value)}"#
        let error = try #require(try Self.decode(body), "\(name) = \(value)")
        #expect(error.status == 400)
        #expect(error.param == name)
    }

    @Test func whatIsNoObjectHasNoField() throws {
        for body in ["[]", "1", "null", #""x""#, "true"] {
            let error = try #require(try Self.decode(body))
            #expect(error.status == 400 && error.param == nil && error.code == "invalid_type")
        }
    }

    @Test func toolNamesMustBeUniqueAndChoicesMustExist() throws {
        let tool = #"{"type":"function","function":{"name":"f"}}"#
        let start = #"{"model":"m","messages":[{"role":"user","content":"x"}],"#
        let twice = try #require(try Self.decode(start + #""tools":[\#(tool),\#(tool)]}"#))
        #expect(twice.param == "tools[1]")
        let choice = #""tool_choice":{"type":"function","function":{"name":"g"}}"#
        let unknown = try #require(try Self.decode(start + #""tools":[\#(tool)],\#(choice)}"#))
        #expect(unknown.param == "tool_choice")
        #expect(try Self.decode(start + #""tools":[\#(tool)],"tool_choice":"required"}"#) == nil)
    }
}
