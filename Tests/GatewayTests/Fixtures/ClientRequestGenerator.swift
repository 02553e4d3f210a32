import Foundation
import JSON
import NIOCore
import TestSupport

/// Makes up requests as clients send them: valid for OpenAI, but as odd as that allows.
struct ClientRequestGenerator {
    private var random: SeededGenerator
    private let models: [String]
    private let usesConverse: Bool
    /// The signature under the thinking that is given back, and the thinking that is not shown.
    var signature = "c2ln"
    var redactedThinking = "cmVk"
    static let thinking = "Let me see."

    /// Models of the fixtures' catalog, of every kind that Converse serves.
    static let converseModels = [
        "Claude-4-Sonnet", "Claude-4-Sonnet-Thinking", "Claude-Opus-4-6", "Claude-Opus-5-5", "Nova-Pro", "Nova-2-Lite",
        "Llama-3-3-70b", "Mistral-Large-3", "GPT-OSS-120B", "GPT-6-Sol", "DeepSeek-R1", "Qwen3-32B", "Plain-Text",
        "With-Request",
    ]
    private static let texts = [
        "Hi", "", " \n\t", "你好 😀", "a\u{301}", "\"quoted\" \\ \u{1}", "Long " + String(repeating: "word ", count: 40),
        "\u{3000}", "0", "null",
    ]
    private static let ids = ["call_1", "call_2", "call_3", "odd|id/ü", String(repeating: "x", count: 80), ""]
    private static let tools = ["get_weather", "mcp.server/read file", String(repeating: "n", count: 70), "1st", "ü"]
    private static let png = "iVBORw0KGgoAAAANSUhEUg=="

    /// Makes requests for some models, all through Converse or each in the model's own dialect.
    init(seed: UInt64, models: [String] = converseModels, usesConverse: Bool = true) {
        random = SeededGenerator(seed: seed)
        self.models = models
        self.usesConverse = usesConverse
    }

    /// The next request.
    mutating func next() -> [String: Any] {
        var request: [String: Any] = [
            "model": random.pick(models), "stream": random.once(in: 2),
            "messages": (0...random.below(8)).map { _ in message() },
        ]
        if usesConverse { request["use_converse_api"] = true }
        addSampling(to: &request)
        addTools(to: &request)
        addExtras(to: &request)
        return request
    }

    private mutating func addSampling(to request: inout [String: Any]) {
        if random.once(in: 3) { request["temperature"] = random.pick([0, 0.3, 1, 1.7, 2]) }
        if random.once(in: 3) { request["top_p"] = random.pick([0, 0.5, 1]) }
        if random.once(in: 4) { request["top_k"] = random.pick([1, 50, 9999]) }
        if random.once(in: 3) { request["max_tokens"] = random.pick([1, 15, 300, 2000, 1_000_000]) }
        if random.once(in: 3) {
            request["stop"] = (0..<random.below(6)).map { _ in random.pick(["END", " ", "", "\n\n", "😀"]) }
        }
        if random.once(in: 3) { request["reasoning_effort"] = random.pick(["none", "minimal", "low", "high", "max"]) }
        if random.once(in: 6) { request["seed"] = 7 }
        if random.once(in: 6) { request["frequency_penalty"] = 0.5 }
    }

    private mutating func addTools(to request: inout [String: Any]) {
        guard random.once(in: 2) else { return }
        let names = Self.tools.filter { _ in random.once(in: 2) }
        request["tools"] = names.map { name -> [String: Any] in
            var function: [String: Any] = ["name": name]
            if random.once(in: 2) { function["description"] = random.pick(Self.texts) }
            if random.once(in: 2) {
                function["parameters"] = random.pick([
                    [:], ["type": "object"], ["properties": ["a": ["type": "string"]]], ["type": "string"],
                    ["type": "object", "properties": ["a": ["type": "integer"]], "additionalProperties": false],
                ])
            }
            if random.once(in: 4) { function["strict"] = true }
            var tool: [String: Any] = ["type": "function", "function": function]
            if random.once(in: 4) { tool["cache_control"] = cacheControl() }
            return tool
        }
        if random.once(in: 3) { request["parallel_tool_calls"] = random.once(in: 2) }
        guard random.once(in: 2) else { return }
        if let name = names.first, random.once(in: 2) {
            request["tool_choice"] = ["type": "function", "function": ["name": name]] as [String: Any]
        } else {
            request["tool_choice"] = names.isEmpty ? "none" : random.pick(["auto", "none", "required"])
        }
    }

    private mutating func addExtras(to request: inout [String: Any]) {
        if random.once(in: 5) {
            request["metadata"] = ["team": "a b", "ü": "x", "empty": "", "long": String(repeating: "y", count: 300)]
        }
        if random.once(in: 5) { request["service_tier"] = random.pick(["auto", "default", "flex", "priority"]) }
        if random.once(in: 5) {
            request["guardrailConfig"] = [
                "guardrailIdentifier": "gr12345abcde", "guardrailVersion": "1", "streamProcessingMode": "async",
            ]
        }
        if random.once(in: 4) {
            let schema: [String: Any] = ["type": "object", "properties": ["n": ["type": "integer"]]]
            request["response_format"] = random.pick(
                [
                    ["type": "json_object"], ["type": "text"],
                    ["type": "json_schema", "json_schema": ["name": "answer", "schema": schema] as [String: Any]],
                ] as [[String: Any]]
            )
        }
    }

    // MARK: Messages

    private mutating func message() -> [String: Any] {
        var message: [String: Any] = [
            "role": random.pick(["system", "user", "user", "assistant", "assistant", "tool"])
        ]
        switch message["role"] as? String {
        case "user": message["content"] = random.once(in: 2) ? random.pick(Self.texts) : parts()
        case "assistant":
            if random.once(in: 2) { message["content"] = random.once(in: 3) ? saidParts() : random.pick(Self.texts) }
            if random.once(in: 2) {
                message["tool_calls"] = (0...random.below(2)).map { _ -> [String: Any] in
                    let arguments = random.pick(["", "{}", #"{"a":1}"#, "{bad", "[1]", "null", #""text""#])
                    return [
                        "id": random.pick(Self.ids), "type": "function",
                        "function": ["name": random.pick(Self.tools), "arguments": arguments],
                    ]
                }
            }
            if random.once(in: 3) {
                message["thinking_blocks"] = [
                    ["type": "thinking", "thinking": Self.thinking, "signature": signature],
                    ["type": "redacted_thinking", "data": redactedThinking],
                ]
            }
        case "tool":
            message["tool_call_id"] = random.pick(Self.ids)
            message["content"] = random.once(in: 3) ? [text()] : random.pick(Self.texts)
        default: message["content"] = random.pick(Self.texts)
        }
        if random.once(in: 6) { message["cache_control"] = cacheControl() }
        return message
    }

    private mutating func parts() -> [[String: Any]] {
        (0...random.below(3)).map { _ in
            switch random.below(5) {
            case 0: ["type": "image_url", "image_url": ["url": "data:image/jpeg;base64,\(Self.png)"]]
            case 1:
                [
                    "type": "file",
                    "file": [
                        "filename": random.pick(["a.pdf", "a_b..c.pdf", "ü.txt", "---.md", "x  y.csv", ""]),
                        "file_data": "data:application/pdf;base64,JVBERg==",
                    ],
                ]
            default: text()
            }
        }
    }

    /// Parts of an assistant's message.
    private mutating func saidParts() -> [[String: Any]] {
        var refusal: [String: Any] = ["type": "refusal", "refusal": random.pick(Self.texts)]
        if random.once(in: 2) { refusal["cache_control"] = cacheControl() }
        let thinking: [String: Any] = ["type": "thinking", "thinking": "unsigned", "cache_control": cacheControl()]
        return random.once(in: 2) ? [thinking, text(), refusal] : [text(), refusal]
    }

    private mutating func text() -> [String: Any] {
        var part: [String: Any] = ["type": "text", "text": random.pick(Self.texts)]
        if random.once(in: 3) { part["cache_control"] = cacheControl() }
        return part
    }

    private mutating func cacheControl() -> [String: Any] {
        if random.once(in: 8) { return ["type": "persistent"] }
        return random.once(in: 2)
            ? ["type": "ephemeral"] : ["type": "ephemeral", "ttl": random.pick(["5m", "1h", "24h"])]
    }
}
