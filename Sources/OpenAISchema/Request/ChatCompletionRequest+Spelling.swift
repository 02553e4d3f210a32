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
    /// - Returns: The path with the first of the name's spellings whose object holds the next part, else with the first
    ///   that says something; itself where the body holds none.
    public func spelling(of path: String) -> String {
        let name = path.prefix { $0 != "." && $0 != "[" }
        guard let spellings = Self.spellings[String(name)] else { return path }
        let rest = path.dropFirst(name.count)
        let written = spellings.filter { RequestReader.member(body, $0).map { !$0.isEmptyList } ?? false }
        guard let first = written.first else { return path }
        guard written.count > 1, rest.first == "." else { return first + rest }
        let part = String(rest.dropFirst().prefix { $0 != "." && $0 != "[" })
        let holder = written.first { body[$0].flatMap { RequestReader.member($0, part) } != nil }
        return (holder ?? first) + rest
    }
}

extension JSONValue {
    /// Whether this is `[]`, which says nothing: of `tools` and `functions`, or of stop texts.
    fileprivate var isEmptyList: Bool { kind == .array && count == 0 }
}
