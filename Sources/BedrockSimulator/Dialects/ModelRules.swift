import JSON

/// What particular models add to the rules of Converse.
enum ModelRules {
    /// Whether a model takes cache points; one that hides behind an ARN may.
    static func allowsCaching(_ model: ModelID) -> Bool {
        model.isClaude || model.name.hasPrefix("amazon.nova") || model.raw.hasPrefix("arn:")
    }

    /// Models that refuse `stopSequences` on Converse, by the start of their name.
    private static let withoutStops = [
        "openai.gpt-oss", "openai.gpt-5.6", "openai.gpt-6", "xai.", "qwen.qwen3-235b", "moonshot",
    ]

    /// Models that always think.
    private static let alwaysThinking = ["deepseek.r1", "moonshot.kimi-k2-thinking", "minimax."]

    /// Checks a Converse call, and finds out whether its model is to think.
    static func check(_ prompt: inout Prompt, of call: SimulatedCall) throws(SimulatorError) {
        let model = call.model
        let stops = call.body["inferenceConfig"]?["stopSequences"]?.count ?? 0
        if stops > 0, withoutStops.contains(where: { model.name.hasPrefix($0) }) {
            throw .validation("This model doesn't support the stopSequences field. Remove stopSequences and try again.")
        }
        prompt.thinks = alwaysThinking.contains { model.name.hasPrefix($0) }
        guard let fields = call.body["additionalModelRequestFields"] else { return }
        guard fields.kind == .object else {
            throw .validation("The value at additionalModelRequestFields is not a JSON object.")
        }
        if model.isClaude {
            do throws(SimulatorError) {
                try ClaudeRules.checkFields(fields)
                try ClaudeRules.checkThinking(&prompt, fields, call)
            } catch {
                throw .validation("The model returned the following errors: \(error.message)")
            }
        } else if let type = (fields["reasoningConfig"] ?? fields["thinking"])?["type"] {
            prompt.thinks = prompt.thinks || !type.equals("disabled")
        } else if let effort = fields["reasoning_effort"] ?? fields["reasoning"]?["effort"] {
            prompt.thinks = prompt.thinks || !effort.equals("none")
        }
        if let tools = fields["tool_choice"], tools["disable_parallel_tool_use"]?.bool == true {
            prompt.maximumToolCalls = 1
        }
        if fields["tool_choice"]?["type"]?.equals("none") == true { prompt.toolChoice = .none }
    }
}
