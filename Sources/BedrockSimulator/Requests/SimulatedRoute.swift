import NIOHTTP1

/// Where a request goes: an operation, and the model's label as it stands in the path; chat completions have none there.
struct SimulatedRoute {
    let operation: SimulatedCall.Operation
    let label: Substring

    /// Whether the endpoint speaks OpenAI's API.
    static func isOpenAI(_ path: String) -> Bool {
        path.hasPrefix("/openai/")
    }

    /// Reads `/model/{id}/{operation}`; a label holds no bare slash.
    init(path: String, method: HTTPMethod) throws(SimulatorError) {
        if path == "/openai/v1/chat/completions" {
            guard method == .POST else { throw .wrongMethod }
            operation = .chat
            label = ""
            return
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, parts[1] == "model", !parts[2].isEmpty,
            let operation = SimulatedCall.Operation(rawValue: String(parts[3]))
        else { throw .unknownOperation }
        guard method == .POST else { throw .wrongMethod }
        self.operation = operation
        label = parts[2]
    }
}
