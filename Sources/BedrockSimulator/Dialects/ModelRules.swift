import JSON

/// What particular models add to the rules of Converse.
enum ModelRules {
    /// Whether a model takes cache points; one that hides behind an ARN may.
    static func allowsCaching(_ model: ModelID) -> Bool {
        model.isClaude || model.name.hasPrefix("amazon.nova") || model.raw.hasPrefix("arn:")
    }

    /// Whether a model takes reasoning back (CONVERSE.md §7.5): Claude does; of Nova 2 nothing is said.
    static func takesReasoning(_ model: ModelID) -> Bool {
        model.isClaude || model.name.hasPrefix("amazon.nova-2") || model.raw.hasPrefix("arn:")
    }

    /// Whether a model takes images inside tool results: OpenAI's own do not (CONVERSE.md §2.1).
    static func seesToolResults(_ model: ModelID) -> Bool {
        !model.name.hasPrefix("openai.gpt-")
    }

    /// Models that refuse `stopSequences` on Converse, by the start of their name.
    private static let withoutStops = [
        "openai.gpt-oss", "openai.gpt-5.6", "openai.gpt-6", "xai.", "qwen.qwen3-235b", "moonshot",
    ]

    /// Models without eyes (CONVERSE.md §9), by the start of their name.
    private static let withoutImages = [
        "amazon.nova-micro", "amazon.titan-t", "meta.llama2", "meta.llama3-8b", "meta.llama3-70b", "meta.llama3-1-",
        "meta.llama3-2-1b", "meta.llama3-2-3b", "meta.llama3-3-", "mistral.mistral-7b", "mistral.mixtral",
        "mistral.mistral-large-240", "mistral.mistral-small-2402", "deepseek.r1", "cohere.command", "ai21.",
        "openai.gpt-oss", "anthropic.claude-3-5-haiku", "anthropic.claude-v", "anthropic.claude-instant",
    ]

    /// Models that read no documents (CONVERSE.md §9), by the start of their name.
    private static let withoutDocuments = ["amazon.nova-micro", "amazon.titan-text-premier", "amazon.titan-tg1"]

    /// Refuses a picture or file that the model can't see.
    static func check(content kind: String, model: ModelID) throws(SimulatorError) {
        let without = kind == "image" ? withoutImages : kind == "document" ? withoutDocuments : []
        guard without.contains(where: { model.name.hasPrefix($0) }) else { return }
        throw .validation("This model doesn't support the \(kind) content block. Provide another, and try again.")
    }

    /// How many stop texts a family takes (CONVERSE.md §9), by the start of its models' names.
    private static let stopLimits = [
        (name: "anthropic.", limit: 8_191), (name: "amazon.nova", limit: 4), (name: "amazon.titan-t", limit: 1),
        (name: "mistral.", limit: 10), (name: "deepseek.r1", limit: 10),
    ]

    /// Models that always think.
    private static let alwaysThinking = ["deepseek.r1", "moonshot.kimi-k2-thinking", "minimax."]

    /// Checks a Converse call, and finds out whether its model is to think.
    static func check(_ prompt: inout Prompt, of call: SimulatedCall) throws(SimulatorError) {
        let model = call.model
        let traits = ModelTraits(of: model)
        try checkStops(call)
        try checkTools(prompt, traits, call)
        if traits.contains(.longAnswers), let maximum = prompt.maximumTokens, maximum < 16 {
            throw .validation("The maximum of tokens, \(maximum), is below the model's minimum of 16.")
        }
        prompt.thinks = alwaysThinking.contains { model.name.hasPrefix($0) }
        let fields = call.body["additionalModelRequestFields"]
        try checkSampling(traits, fields, call)
        guard let fields else { return }
        guard fields.kind == .object else {
            throw .validation("The value at additionalModelRequestFields is not a JSON object.")
        }
        if model.isClaude {
            do throws(SimulatorError) {
                try ClaudeRules.checkFields(fields)
                try ClaudeRules.checkThinking(&prompt, fields, call)
            } catch {
                throw error.asModelError
            }
        } else if model.name.hasPrefix("deepseek.r1") {
            // It always reasons, and refuses to be told how (CONVERSE.md §7.3).
            for name in ["reasoning", "reasoning_effort", "reasoningConfig", "thinking"] where fields[name] != nil {
                throw .validation("\(name): Extra inputs are not permitted")
            }
        } else if let type = (fields["reasoningConfig"] ?? fields["thinking"])?["type"] {
            prompt.thinks = prompt.thinks || !type.equals("disabled")
        } else if let effort = fields["reasoning_effort"] ?? fields["reasoning"]?["effort"] {
            if let word = effort.string, !traits.takesEffort(word, of: model) {
                throw .validation("The reasoning effort \(word) is not supported by this model.")
            }
            prompt.thinks = prompt.thinks || !effort.equals("none")
        }
        if let tools = fields["tool_choice"], tools["disable_parallel_tool_use"]?.bool == true {
            prompt.maximumToolCalls = 1
        }
        if fields["tool_choice"]?["type"]?.equals("none") == true { prompt.toolChoice = .none }
    }

    private static func checkStops(_ call: SimulatedCall) throws(SimulatorError) {
        let name = call.model.name
        let stops = call.body["inferenceConfig"]?["stopSequences"]?.count ?? 0
        if stops > 0, withoutStops.contains(where: { name.hasPrefix($0) }) { throw .unsupportedField("stopSequences") }
        if name.hasPrefix("amazon.titan-t") {
            let pattern = Shape.Pattern.titanStop
            for stop in call.body["inferenceConfig"]?["stopSequences"]?.elements.compactMap(\.string) ?? []
            where !pattern.matches(stop) {
                throw .validation("The stop sequence \(stop) does not match pattern \(pattern.expression).")
            }
        }
        guard let limit = stopLimits.first(where: { name.hasPrefix($0.name) })?.limit, stops > limit else { return }
        throw .validation("The model takes \(limit) stopSequences, and \(stops) were given.")
    }

    /// Checks whether a model takes tools, and the demand for one (CONVERSE.md §3 and §9).
    private static func checkTools(
        _ prompt: Prompt,
        _ traits: ModelTraits,
        _ call: SimulatedCall
    ) throws(SimulatorError) {
        guard call.body["toolConfig"] != nil else { return }
        if traits.contains(.noTools) { throw .validation("This model doesn't support tool use.") }
        if traits.contains(.noStreamedTools), call.isStream {
            throw .validation("This model doesn't support tool use in streaming mode.")
        }
        switch prompt.toolChoice {
        case .any where traits.contains(.noAnyTool): throw .unsupportedField("toolConfig.toolChoice.any")
        case .named where traits.contains(.noNamedTool): throw .unsupportedField("toolConfig.toolChoice.tool")
        default: break
        }
    }

    private static func checkSampling(
        _ traits: ModelTraits,
        _ fields: JSONValue?,
        _ call: SimulatedCall
    ) throws(SimulatorError) {
        guard !call.model.isClaude else {
            do throws(SimulatorError) {
                return try ClaudeRules.checkSampling(fields, call)
            } catch {
                throw error.asModelError
            }
        }
        // OpenAI's own models take them when they do not reason (WIRE.md §8).
        guard traits.contains(.noSampling), fields?["reasoning"]?["effort"]?.equals("none") != true else { return }
        for name in ["temperature", "topP"] where call.body["inferenceConfig"]?[name] != nil {
            throw .unsupportedField(name)
        }
    }
}
