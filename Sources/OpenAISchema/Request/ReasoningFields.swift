import JSON

/// What a body says about thinking in its three spellings, before one wish is made of it.
///
/// Precedence, whatever the order in the body:
/// 1. `thinking`, Anthropic's;
/// 2. `reasoning`, OpenRouter's: in it `enabled: false`, then `max_tokens`, then `effort`, then `enabled: true`;
/// 3. `reasoning_effort`, OpenAI's.
///
/// What only says to think (`adaptive`, `enabled` without a budget) takes its effort from further down. A wish that
/// contradicts the one that holds is lost, and told.
struct ReasoningFields: Sendable {
    typealias Option = ChatCompletionRequest.ReasoningOption

    private var isEmpty = true
    private var thinking: Option?
    private var disabled: Option?
    private var budget: Option?
    private var innerEffort: Option?
    private var enabled: Option?
    private var effort: Option?

    /// Every wish with the field that it stands in, the strongest first.
    private var wishes: [(field: String, option: Option)] {
        [
            ("thinking", thinking), ("reasoning.enabled", disabled), ("reasoning.max_tokens", budget),
            ("reasoning.effort", innerEffort), ("reasoning.enabled", enabled), ("reasoning_effort", effort),
        ].compactMap { wish in wish.1.map { (wish.0, $0) } }
    }

    /// The wish that holds, and the fields whose wishes are lost.
    func resolved() -> (option: Option?, lost: [String]) {
        guard !isEmpty else { return (nil, []) }
        let wishes = wishes
        guard var option = wishes.first?.option else { return (nil, []) }
        if option == .adaptive {
            option = wishes.first { if case .effort = $0.option { true } else { false } }?.option ?? .adaptive
        }
        let lost = wishes.filter { $0.option != option && !(option != .off && $0.option == .adaptive) }
        return (option, lost.map(\.field))
    }

    // MARK: Decoding

    /// Reads OpenAI's `reasoning_effort`.
    mutating func decodeEffort(_ value: JSONValue) throws(OpenAIError) {
        isEmpty = false
        effort = try RequestReader.string(value, "reasoning_effort").map { word throws(OpenAIError) in
            try Self.effort(word, "reasoning_effort")
        }
    }

    /// Reads OpenRouter's form: `{"effort" | "max_tokens", "exclude", "enabled"}`.
    ///
    /// - Returns: Whether the thinking is to be left out of the answer.
    mutating func decodeReasoning(_ value: JSONValue) throws(OpenAIError) -> Bool {
        guard let object = try RequestReader.object(value, "reasoning") else { return false }
        isEmpty = false
        if let isEnabled = try RequestReader.bool(object["enabled"], "reasoning.enabled") {
            if isEnabled { enabled = .adaptive } else { disabled = .off }
        }
        if let word = try RequestReader.string(object["effort"], "reasoning.effort") {
            innerEffort = try Self.effort(word, "reasoning.effort")
        }
        if let tokens = try RequestReader.int(object["max_tokens"], in: 0...Int.max, "reasoning.max_tokens") {
            budget = tokens == 0 ? .off : .budget(tokens)
        }
        return try RequestReader.bool(object["exclude"], "reasoning.exclude") ?? false
    }

    /// Reads Anthropic's form: `{"type": "enabled", "budget_tokens"}`, `{"type": "adaptive"}` or `{"type": "disabled"}`.
    ///
    /// - Returns: `summarized` or `omitted`, if the object says how the thinking is to be shown.
    mutating func decodeThinking(_ value: JSONValue) throws(OpenAIError) -> String? {
        guard let object = try RequestReader.object(value, "thinking") else { return nil }
        isEmpty = false
        switch try RequestReader.string(object["type"], "thinking.type") {
        case "enabled":
            let tokens = try RequestReader.int(object["budget_tokens"], in: 1...Int.max, "thinking.budget_tokens")
            thinking = tokens.map { .budget($0) } ?? .adaptive
        case "adaptive": thinking = .adaptive
        case "disabled": thinking = .off
        default:
            throw .badRequest(
                .invalidValue,
                param: "thinking.type",
                "'thinking.type' must be enabled, adaptive or disabled."
            )
        }
        guard let display = try RequestReader.string(object["display"], "thinking.display") else { return nil }
        guard display == "summarized" || display == "omitted" else {
            throw .badRequest(
                .invalidValue,
                param: "thinking.display",
                "'thinking.display' must be summarized or omitted."
            )
        }
        return display
    }

    private static func effort(_ word: String, _ path: String) throws(OpenAIError) -> Option {
        switch word {
        case "none": return .off
        case "minimal", "low", "medium", "high", "xhigh", "max": return .effort(word)
        default:
            throw .badRequest(
                .invalidValue,
                param: path,
                "'\(path)' must be none, minimal, low, medium, high, xhigh or max."
            )
        }
    }
}
