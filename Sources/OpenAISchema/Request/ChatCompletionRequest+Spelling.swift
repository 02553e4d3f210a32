import JSON

extension ChatCompletionRequest {
    /// The fields that may be written in several ways, by the name that reports and errors begin with.
    private static let spellings: [String: [String]] = [
        "reasoning": ["thinking", "reasoning", "reasoning_effort"],
        "guardrailConfig": ["guardrailConfig", "guardrail_config"],
        "max_tokens": ["max_completion_tokens", "max_tokens"],
        "stop": ["stop", "stop_sequences"],
        "tools": ["tools", "functions"],
        "tool_choice": ["tool_choice", "function_call"],
        "latency": ["latency", "performanceConfig", "performance_config"],
        "additional_model_request_fields": [
            "additional_model_request_fields", "additionalModelRequestFields", "extra_body",
        ],
    ]

    /// A field as the client wrote it.
    ///
    /// - Parameter path: A name such as `reasoning`, or a path that begins with one, such as `guardrailConfig.trace`.
    /// - Returns: The path with the first of the name's spellings that the body holds; itself where it holds none.
    public func spelling(of path: String) -> String {
        let name = path.prefix { $0 != "." && $0 != "[" }
        guard let spellings = Self.spellings[String(name)],
            let written = spellings.first(where: { body[$0].map { !$0.isNull } ?? false })
        else { return path }
        return written + path.dropFirst(name.count)
    }
}
