import JSON
import OpenAISchema
import Testing

@Suite struct DecodeTests {
    private static func decode(_ members: String) throws -> ChatCompletionRequest {
        let body = #"{"model":"m","messages":[{"role":"user","content":"x"}],\#(members)}"#
        return try ChatCompletionRequest.decode(try JSONValue.parse(body))
    }

    @Test func theNewerLimitGoesBeforeTheOlderInEitherOrder() throws {
        #expect(try Self.decode(#""max_tokens":5,"max_completion_tokens":7"#).maxTokens == 7)
        #expect(try Self.decode(#""max_completion_tokens":7,"max_tokens":5"#).maxTokens == 7)
        #expect(try Self.decode(#""max_tokens":5"#).maxTokens == 5)
        #expect(try Self.decode(#""max_tokens":5.0"#).maxTokens == 5)
        #expect(try Self.decode(#""max_completion_tokens":null,"max_tokens":5"#).maxTokens == 5)
    }

    @Test func stopTextsAreMergedWithoutRepeatsAndEmptyOnes() throws {
        let request = try Self.decode(#""stop":["a","","b","a"],"stop_sequences":["b","c"]"#)
        #expect(request.stop.map(\.string) == ["a", "b", "c"])
        #expect(try Self.decode(#""stop":"a""#).stop.map(\.string) == ["a"])
    }

    /// An open stream holds them, and nothing counts them there.
    @Test func stopTextsAndToolNamesHaveALength() throws {
        func param(_ fields: String) -> String? {
            do {
                _ = try Self.decode(fields)
                return nil
            } catch {
                let refusal = error as? OpenAIError
                #expect(refusal?.status == 400 && refusal?.code == "invalid_value")
                return refusal?.param
            }
        }
        func text(_ count: Int) -> String { String(repeating: "x", count: count) }
        #expect(try Self.decode(#""stop":"\#(text(16_384))""#).stop.count == 1)
        #expect(param(#""stop":"\#(text(16_385))""#) == "stop")
        #expect(param(#""stop":["\#(text(9_000))"],"stop_sequences":["\#(text(9_000))"]"#) == "stop_sequences")
        for (name, wrong) in [(text(1_024), nil), (text(1_025), "tools[0].function.name")] {
            #expect(param(#""tools":[{"type":"function","function":{"name":"\#(name)"}}]"#) == wrong)
        }
        #expect(param(#""functions":[{"name":"\#(text(2_000))"}]"#) == "functions[0].name")
    }

    @Test func unknownFieldsAreNotedAndFew() throws {
        let request = try Self.decode(#""my_field":1,"another":{"a":[1]},"empty":null"#)
        #expect(request.unknownFields == ["my_field", "another"])
        let many = (0..<1_000).map { "\"x\($0)\":1" }.joined(separator: ",")
        #expect(try Self.decode(many).unknownFields.count == 16)
    }

    @Test func everySpellingOfAToolIsOneTool() throws {
        let spellings = [
            #"{"type":"function","function":{"name":"f","parameters":{"a":1}}}"#,
            #"{"type":"function","name":"f","parameters":{"a":1}}"#, #"{"name":"f","input_schema":{"a":1}}"#,
            // Anthropic's own name for the type, which is OpenAI's for tools that take free text.
            #"{"type":"custom","name":"f","input_schema":{"a":1}}"#,
            #"{"type":"custom","custom":null,"name":"f","input_schema":{"a":1}}"#,
            // A null is nothing, wherever it stands.
            #"{"name":"f","parameters":null,"input_schema":{"a":1}}"#,
            #"{"type":"function","function":null,"name":"f","parameters":{"a":1}}"#,
            #"{"type":null,"name":"f","function":null,"input_schema":{"a":1},"cache_control":null}"#,
            #"{"type":"function","function":{"name":"f","parameters":{"a":1},"input_schema":null}}"#,
        ]
        for spelling in spellings {
            let tools = try Self.decode("\"tools\":[\(spelling)]").tools
            #expect(tools.map(\.name.string) == ["f"])
            #expect(tools[0].parameters?.description == #"{"a":1}"#)
            #expect(!tools[0].isCustom)
        }
        for custom in [
            #"{"type":"custom","custom":{"name":"c"}}"#, #"{"type":"custom","name":"c"}"#,
            #"{"type":"custom","name":"c","input_schema":null}"#,
        ] {
            #expect(try Self.decode("\"tools\":[\(custom)]").tools[0].isCustom)
        }
        #expect(try Self.decode(#""functions":[{"name":"f"}]"#).usesLegacyFunctions)
        #expect(try !Self.decode(#""functions":[{"name":"f"}],"tools":[\#(spellings[0])]"#).usesLegacyFunctions)
        #expect(try Self.decode(#""tools":[]"#).tools.isEmpty)
    }

    @Test(arguments: [
        (#"{"type":"function","function":null}"#, "tools[0].function"),
        (#"{"type":"function","function":null,"name":null}"#, "tools[0].function"),
        (#"{"type":"function","function":{"name":null}}"#, "tools[0].function.name"),
    ])
    func whatIsNullInAToolIsMissing(_ tool: String, _ param: String) {
        do {
            _ = try Self.decode("\"tools\":[\(tool)]")
            Issue.record("nothing was refused")
        } catch {
            #expect((error as? OpenAIError)?.param == param)
            #expect((error as? OpenAIError)?.code == "missing_required_parameter")
        }
    }

    /// `function_call` holds one call, so that a second would be lost.
    @Test(arguments: [
        (#""functions":[{"name":"f"}]"#, false), (#""parallel_tool_calls":true,"functions":[{"name":"f"}]"#, false),
        (#""functions":[{"name":"f"}],"tools":[{"name":"g","input_schema":{}}]"#, true), (#""functions":[]"#, true),
    ])
    func functionsAreCalledOneAtATime(_ members: String, _ allowsSeveral: Bool) throws {
        #expect(try Self.decode(members).allowsParallelToolCalls == allowsSeveral)
    }

    /// The field at fault is the one that was written, whatever the tools are spelled as.
    @Test(arguments: [
        (#""tools":[T],"function_call":{"name":"x"}"#, "function_call"),
        (#""tools":[T],"tool_choice":null,"function_call":{"name":"x"}"#, "function_call"),
        (#""functions":[{"name":"f"}],"tool_choice":{"type":"function","function":{"name":"g"}}"#, "tool_choice"),
        (#""functions":[{"name":"f"}],"function_call":{"name":"g"}"#, "function_call"),
        (#""tools":[T],"function_call":"auto","tool_choice":{"type":"tool","name":"g"}"#, "tool_choice"),
        (#""function_call":"required""#, "function_call"), (#""tool_choice":"required""#, "tool_choice"),
    ])
    func aChoiceOfNoToolIsNamedAsWritten(_ members: String, _ param: String) {
        let tool = #"{"name":"f","input_schema":{}}"#
        do {
            _ = try Self.decode(members.replacing("T]", with: "\(tool)]"))
            Issue.record("nothing was refused")
        } catch {
            #expect((error as? OpenAIError)?.param == param)
            #expect((error as? OpenAIError)?.message.hasPrefix("'\(param)'") == true)
        }
    }

    /// A part of a field belongs to the spelling that holds it, not to the strongest one in the body.
    @Test(arguments: [
        (#""thinking":{"type":"disabled"},"reasoning":{"effort":"high"}"#, "reasoning.effort", "reasoning.effort"),
        (#""thinking":{"type":"disabled"},"reasoning":{"effort":"high"}"#, "reasoning", "thinking"),
        (#""reasoning_effort":"high""#, "reasoning", "reasoning_effort"),
        (
            #""extra_body":{"model":"x"},"additional_model_request_fields":{"a":1}"#,
            "additional_model_request_fields.model", "extra_body.model"
        ),
        (#""guardrail_config":{"trace":"x"}"#, "guardrailConfig.trace", "guardrail_config.trace"),
        (#""functions":[{"name":"f","strict":true}]"#, "tools.strict", "functions.strict"),
        (#""functions":[{"name":"f","strict":true}],"tools":[]"#, "tools.strict", "functions.strict"),
        (#""tools":[{"name":"f","input_schema":{}}],"functions":[{"name":"f"}]"#, "tools.strict", "tools.strict"),
        (#""seed":1"#, "tools[0]", "tools[0]"),
    ])
    func aFieldIsNamedAsItIsWritten(_ members: String, _ path: String, _ written: String) throws {
        let request = try Self.decode(members)
        #expect(request.spelling(of: path) == written)
    }

    @Test func everySpellingOfReasoningIsRead() throws {
        #expect(try Self.decode(#""reasoning_effort":"high""#).reasoning == .effort("high"))
        #expect(try Self.decode(#""reasoning_effort":"none""#).reasoning == .off)
        #expect(try Self.decode(#""reasoning":{"effort":"low","exclude":true}"#).reasoning == .effort("low"))
        #expect(try Self.decode(#""reasoning":{"effort":"low","exclude":true}"#).excludesReasoning)
        #expect(try Self.decode(#""reasoning":{"max_tokens":2000}"#).reasoning == .budget(2000))
        #expect(try Self.decode(#""reasoning":{"max_tokens":0}"#).reasoning == .off)
        #expect(try Self.decode(#""reasoning":{"enabled":true}"#).reasoning == .adaptive)
        #expect(try Self.decode(#""thinking":{"type":"enabled","budget_tokens":1024}"#).reasoning == .budget(1024))
        #expect(try Self.decode(#""thinking":{"type":"disabled"}"#).reasoning == .off)
        #expect(try Self.decode(#""thinking":{"type":"adaptive"}"#).reasoning == .adaptive)
    }

    /// Which field holds does not depend on the order in the body, and what loses is told.
    @Test(
        arguments: [
            (#""thinking":{"type":"adaptive"}"#, #""reasoning_effort":"high""#, .effort("high"), []),
            (#""thinking":{"type":"enabled"}"#, #""reasoning":{"effort":"low"}"#, .effort("low"), []),
            (#""thinking":{"type":"adaptive"}"#, #""reasoning_effort":"none""#, .adaptive, ["reasoning_effort"]),
            (#""thinking":{"type":"disabled"}"#, #""reasoning_effort":"high""#, .off, ["reasoning_effort"]),
            (#""thinking":{"type":"disabled"}"#, #""reasoning_effort":"none""#, .off, []),
            (
                #""thinking":{"type":"enabled","budget_tokens":2000}"#, #""reasoning_effort":"high""#, .budget(2000),
                ["reasoning_effort"]
            ),
            (#""reasoning":{"effort":"low","max_tokens":2000}"#, #""seed":1"#, .budget(2000), ["reasoning.effort"]),
            (#""reasoning":{"enabled":false,"effort":"high"}"#, #""seed":1"#, .off, ["reasoning.effort"]),
            (#""reasoning":{"enabled":true}"#, #""reasoning_effort":"high""#, .effort("high"), []),
            (#""reasoning":{"effort":"low"}"#, #""reasoning_effort":"high""#, .effort("low"), ["reasoning_effort"]),
            (#""reasoning":{"effort":null}"#, #""reasoning_effort":null"#, nil, []),
        ] as [(String, String, ChatCompletionRequest.ReasoningOption?, [String])]
    )
    func oneWishAboutThinkingHolds(
        _ first: String,
        _ second: String,
        _ option: ChatCompletionRequest.ReasoningOption?,
        _ lost: [String]
    ) throws {
        for fields in ["\(first),\(second)", "\(second),\(first)"] {
            let request = try Self.decode(fields)
            #expect(request.reasoning == option)
            #expect(request.lostReasoningFields == lost)
        }
    }

    @Test func fieldsForTheModelOfAllSpellingsAreMerged() throws {
        let request = try Self.decode(
            #""extra_body":{"a":{"b":1,"c":2}},"additional_model_request_fields":{"a":{"c":3},"d":4}"#
        )
        #expect(request.additionalFields?.description == #"{"a":{"b":1,"c":3},"d":4}"#)
    }

    @Test(.timeLimit(.minutes(1))) func ofARepeatedNameOfStopTextsTheLastCounts() throws {
        let repeated = (0..<50_000).map { #""stop":["s\#($0)"]"# }.joined(separator: ",")
        let request = try Self.decode(#"\#(repeated),"stop_sequences":["t","s49999"]"#)
        #expect(request.stop.map(\.string) == ["s49999", "t"])
    }

    /// Merged one by one, ten thousand would be fifty million members.
    @Test(.timeLimit(.minutes(1))) func ofARepeatedNameOfExtraFieldsTheLastCounts() throws {
        let repeated = (0..<50_000).map { #""extra_body":{"k\#($0)":1}"# }.joined(separator: ",")
        let request = try Self.decode(#"\#(repeated),"additionalModelRequestFields":{"z":2}"#)
        #expect(request.additionalFields?.description == #"{"k49999":1,"z":2}"#)
    }

    /// Work that grows with the square of a list would hold a thread for minutes.
    @Test(.timeLimit(.minutes(1))) func longListsTakeTimeInProportion() throws {
        func list(_ element: (Int) -> String) -> String {
            (0..<50_000).map(element).joined(separator: ",")
        }
        let bodies = [
            #""tools":[\#(list { #"{"type":"function","function":{"name":"f\#($0)"}}"# })]"#,
            list { #""field\#($0)":1"# },
            #""tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"allowed_tools","#
                + #""allowed_tools":{"tools":[\#(list { _ in #"{"type":"function","function":{"name":"f"}}"# })]}}"#,
        ]
        for body in bodies { _ = try Self.decode(body) }
        let stops = #""stop":[\#(list { "\"s\($0)\"" })]"#
        #expect(throws: OpenAIError.self) { _ = try Self.decode(stops) }
    }

    /// SDKs echo whole messages; of a repeated member the last counts, and a null is nothing.
    @Test func nullsInMessagesAreNothing() throws {
        let call = #"{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}"#
        let body = #"""
            {"model":"a","messages":[
            {"role":"user","content":"Hi","name":null,"tool_calls":null},
            {"role":"assistant","content":null,"tool_calls":[\#(call)],"refusal":null},
            {"role":"assistant","content":"x","tool_calls":[\#(call)],"name":"n","tool_calls":null},
            {"role":"tool","content":"x","role":null,"tool_call_id":"c"}]}
            """#
        let messages = try ChatCompletionRequest.decode(try JSONValue.parse(body)).messages
        #expect(messages.map(\.toolCalls.count) == [0, 1, 0, 0])
        #expect(messages.map(\.name) == [nil, nil, "n", nil])
        #expect(messages.map(\.role) == [.user, .assistant, .assistant, .tool])
        #expect(messages[3].toolCallID == "c")
    }

    /// Thinking that comes back in both spellings is wanted once; of a repeated spelling the last counts.
    @Test(
        arguments: [
            (#""thinking_blocks":[A],"reasoning_details":[B]"#, ["a"], false),
            (#""reasoning_details":[B],"thinking_blocks":[A]"#, ["a"], false),
            (#""reasoning_details":[B],"thinking_blocks":[]"#, ["b"], false),
            (#""thinking_blocks":null,"reasoning_details":[B]"#, ["b"], false),
            (#""thinking_blocks":[A],"thinking_blocks":[C,A]"#, ["c", "a"], false),
            (#""thinking_blocks":[A,U],"reasoning_details":[B]"#, ["a"], true),
            (#""thinking_blocks":[U],"reasoning_details":[B]"#, ["b"], true),
            (#""reasoning_details":[B,U],"thinking_blocks":[A]"#, ["a"], false),
        ] as [(String, [String], Bool)]
    )
    func echoedThinkingIsTakenOnce(_ members: String, _ signatures: [String], _ hasUnsigned: Bool) throws {
        var members = members
        for (letter, part) in [
            ("A", #"{"type":"thinking","thinking":"x","signature":"a"}"#),
            ("B", #"{"type":"reasoning.text","text":"x","signature":"b"}"#),
            ("C", #"{"type":"thinking","thinking":"x","signature":"c"}"#),
            ("U", #"{"type":"thinking","thinking":"x"}"#),
        ] {
            members = members.replacing(letter, with: part)
        }
        let body = #"{"model":"m","messages":[{"role":"assistant","content":"x",\#(members)}]}"#
        let request = try ChatCompletionRequest.decode(try JSONValue.parse(body))
        let found = request.messages[0].thinkingBlocks.map { part in
            if case .signed(_, let signature) = part { signature.string } else { "" }
        }
        #expect(found == signatures)
        #expect(request.messages[0].hasUnsignedThinking == hasUnsigned)
    }

    /// Empty data is refused by Bedrock, and data of another type is no thinking of Claude's.
    @Test(
        arguments: [
            (#"{"type":"reasoning.encrypted","data":"d"}"#, ["d"], false),
            (#"{"type":"reasoning.encrypted","data":""}"#, [], true),
            (#"{"type":"reasoning.encrypted","data":null}"#, [], true),
            (#"{"type":"reasoning.other","data":"d"}"#, [], true),
            (#"{"data":"d"}"#, [], true),
            (#"{"type":"reasoning.text","text":"x","signature":"s","data":"d"}"#, ["s"], false),
            (#"{"type":"reasoning.text","text":"x","signature":""}"#, [], true),
            (#"{"type":"reasoning.summary","summary":"x"},{"type":"reasoning.encrypted","data":"d"}"#, ["d"], true),
        ] as [(String, [String], Bool)]
    )
    func onlyWholeReasoningDetailsGoBack(_ details: String, _ kept: [String], _ hasUnsigned: Bool) throws {
        let message = #"{"role":"assistant","content":"x","reasoning_details":[\#(details)]}"#
        let body = try JSONValue.parse(#"{"model":"m","messages":[\#(message)]}"#)
        let decoded = try ChatCompletionRequest.decode(body).messages[0]
        let found = decoded.thinkingBlocks.map { part in
            switch part {
            case .signed(_, let signature): signature.string
            case .redacted(let data): data.string
            }
        }
        #expect(found == kept)
        #expect(decoded.hasUnsignedThinking == hasUnsigned)
    }
}
