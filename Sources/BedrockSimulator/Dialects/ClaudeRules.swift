import JSON

/// The rules that Claude's models have on every way to them.
enum ClaudeRules {
    /// Checks the fields that Converse hands through to a Claude model.
    static func checkFields(_ fields: JSONValue) throws(SimulatorError) {
        for (key, _) in fields.members where !AnthropicShapes.fieldNames.contains(where: { key.equals($0) }) {
            throw .validation("\(key.string ?? ""): Extra inputs are not permitted")
        }
        try ShapeCheck.check(fields, AnthropicShapes.fields, voice: .anthropic)
    }

    /// Checks the sampling parameters: temperature or `top_p` on some models, neither on the newest (CONVERSE.md §1).
    static func checkSampling(_ fields: JSONValue?, _ call: SimulatedCall) throws(SimulatorError) {
        let traits = ModelTraits(of: call.model)
        let inference = call.body["inferenceConfig"]
        let temperature = inference?["temperature"] ?? fields?["temperature"]
        let topP = inference?["topP"] ?? fields?["top_p"]
        if traits.contains(.eitherSampling), temperature != nil, topP != nil {
            throw .validation(
                "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
            )
        }
        guard traits.contains(.noSampling) else { return }
        for (name, value) in [("temperature", temperature), ("top_p", topP), ("top_k", fields?["top_k"])]
        where value != nil {
            throw .validation("`\(name)` is not supported by this model.")
        }
    }

    /// Checks the beginning of an answer that the caller wrote for the model (CONVERSE.md §2.1).
    static func checkPrefill(_ last: String?, model: ModelID) throws(SimulatorError) {
        guard !ModelTraits(of: model).contains(.noPrefill) else {
            throw .validation(
                "This model does not support assistant message prefill. The conversation must end with a user message."
            )
        }
        guard let end = last?.unicodeScalars.last, end.properties.isWhitespace else { return }
        throw .validation("messages: final assistant content cannot end with trailing whitespace")
    }

    /// Checks that a model can think in the way it is told to (CONVERSE.md §7.1 and §7.2).
    private static func check(thinking type: String, model: ModelID) throws(SimulatorError) {
        let traits = ModelTraits(of: model)
        switch type {
        case "enabled" where traits.contains(.adaptiveOnly), "disabled" where traits.contains(.alwaysThinks),
            "adaptive" where traits.contains(.budgetOnly), "enabled" where traits.contains(.noThinking),
            "adaptive" where traits.contains(.noThinking):
            throw .validation("thinking.type: \"thinking.type.\(type)\" is not supported for this model.")
        default: break
        }
    }

    /// Checks a demand for a tool of a model that always thinks (CONVERSE.md §3).
    static func checkToolChoice(_ choice: Prompt.ToolChoice, model: ModelID) throws(SimulatorError) {
        let traits = ModelTraits(of: model)
        switch choice {
        case .any where traits.contains(.noAnyTool), .named where traits.contains(.noNamedTool):
            throw .validation("Thinking may not be enabled when tool_choice forces tool use.")
        default: break
        }
    }

    /// Checks how thinking goes with the rest of a request, and notes whether the model is to think.
    ///
    /// The fields are the object that has `thinking`; the sampling parameters are looked for in either dialect's place.
    static func checkThinking(
        _ prompt: inout Prompt,
        _ fields: JSONValue,
        _ call: SimulatedCall
    ) throws(SimulatorError) {
        let thinking = fields["thinking"]
        if let type = thinking?["type"]?.string { try check(thinking: type, model: call.model) }
        guard let thinking, let type = thinking["type"]?.string, type != "disabled" else {
            guard prompt.loop.holdsThinking, thinking != nil || thinksOnlyIfAsked(call.model) else { return }
            throw .validation(
                "When thinking is disabled, an `assistant` message in the final position cannot contain `thinking`. To use "
                    + "thinking blocks, enable `thinking` in your request."
            )
        }
        prompt.thinks = true
        let inference = call.body["inferenceConfig"]
        if let budget = thinking["budget_tokens"]?.int, let maximum = prompt.maximumTokens, budget >= maximum,
            !hasInterleavedThinking(fields)
        {
            throw .validation(
                "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation."
            )
        }
        let temperature = inference?["temperature"] ?? call.body["temperature"] ?? fields["temperature"]
        if let temperature = temperature?.double, temperature != 1 {
            throw .validation(
                "`temperature` may only be set to 1 when thinking is enabled. Please consult our documentation."
            )
        }
        let topP = inference?["topP"] ?? call.body["top_p"] ?? fields["top_p"]
        if let topP = topP?.double, topP < 0.95 {
            throw .validation("`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.")
        }
        if fields["top_k"] != nil {
            throw .validation("`top_k` must be unset when thinking is enabled. Please consult our documentation.")
        }
        switch prompt.toolChoice {
        case .any, .named: throw .validation("Thinking may not be enabled when tool_choice forces tool use.")
        case .auto, .none: break
        }
        if prompt.isContinued {
            throw .validation(
                "When `thinking` is enabled, a final `assistant` message must start with a thinking block: it can't be "
                    + "the beginning of the answer."
            )
        }
        if type == "enabled", prompt.loop.lacksThinking {
            throw .validation(
                "Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final "
                    + "`assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and "
                    + "`tool_result` blocks)."
            )
        }
    }

    /// Checks thinking that comes back: it must be what was said, under its signature.
    static func checkReplay(of value: JSONValue, model: ModelID, place: String) throws(SimulatorError) {
        guard model.isClaude, let thinking = value["reasoningText"] else { return }
        do throws(SimulatorError) {
            try checkSignature(thinking["signature"]?.string, of: thinking["text"]?.string ?? "", place: place)
        } catch {
            throw error.asModelError
        }
    }

    static func checkSignature(_ signature: String?, of text: String, place: String) throws(SimulatorError) {
        guard let signature else { throw .validation("\(place).thinking.signature: Field required") }
        guard signature == Thinking.signature(of: text) else {
            throw .validation("\(place): Invalid `signature` in `thinking` block")
        }
    }

    /// Whether a model does not think unless it is told to: those up to the generation 4.
    private static func thinksOnlyIfAsked(_ model: ModelID) -> Bool {
        model.name.contains("claude-3-") || ["opus-4-", "sonnet-4-", "haiku-4-"].contains { model.name.contains($0) }
    }

    /// The beta under which the budget spans several turns and may exceed the maximum of one.
    private static func hasInterleavedThinking(_ fields: JSONValue) -> Bool {
        fields["anthropic_beta"]?.elements.contains { $0.string?.hasPrefix("interleaved-thinking") == true } ?? false
    }
}
