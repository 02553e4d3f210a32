import JSON

/// What OpenAI's and xAI's own models refuse on chat completions, and what the whole endpoint does (WIRE.md §8).
enum NativeRules {
    /// Checks a call whose shape is right.
    static func check(_ call: SimulatedCall) throws(SimulatorError) {
        let body = call.body
        if let count = body["n"]?.int, count > 1 { throw .unsupported("n") }
        let name = call.model.name
        let traits = ModelTraits(of: call.model)
        if name.hasPrefix("openai.gpt-oss"), isGiven(body["logit_bias"]) { throw .unsupported("logit_bias") }
        if let effort = body["reasoning_effort"]?.string, !traits.takesEffort(effort, of: call.model) {
            throw .unsupported("reasoning_effort")
        }
        let isGPT = name.hasPrefix("openai.gpt-5.6") || name.hasPrefix("openai.gpt-6")
        if isGPT { try checkGPT(body) }
        if name.hasPrefix("xai.grok") { try checkGrok(body) }
        guard traits.contains(.longAnswers) else { return }
        guard let maximum = (body["max_completion_tokens"] ?? body["max_tokens"])?.int, maximum < 16 else { return }
        throw .validation("The maximum of tokens, \(maximum), is below the model's minimum of 16.")
    }

    /// GPT 5.6 and its successors reason unless they are told not to, and take less while they do.
    private static func checkGPT(_ body: JSONValue) throws(SimulatorError) {
        if isGiven(body["max_tokens"]) {
            throw .validation(
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
            )
        }
        if isGiven(body["stop"]) { throw .unsupportedField("stopSequences") }
        guard body["reasoning_effort"]?.equals("none") != true else { return }
        for name in ["temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs"]
        where isGiven(body[name]) { throw .unsupported(name) }
        if isGiven(body["tools"]) {
            throw .validation("Function tools with reasoning are not supported for this model on chat completions.")
        }
    }

    private static func checkGrok(_ body: JSONValue) throws(SimulatorError) {
        if isGiven(body["stop"]) { throw .unsupportedField("stopSequences") }
        // Not a refusal, yet what it answers.
        guard !isGiven(body["presence_penalty"]), !isGiven(body["frequency_penalty"]) else {
            throw SimulatorError(503, "ServiceUnavailableException", "Bedrock is unable to process your request.")
        }
    }

    private static func isGiven(_ value: JSONValue?) -> Bool {
        value.map { !$0.isNull } ?? false
    }
}

extension SimulatorError {
    /// How OpenAI's models name a parameter that they have no place for.
    fileprivate static func unsupported(_ name: String) -> SimulatorError {
        .validation("Unsupported parameter: '\(name)' is not supported with this model.")
    }
}
