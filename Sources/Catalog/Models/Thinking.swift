/// How a model thinks before it answers, and how it is asked to.
public struct Thinking: Hashable, Sendable {
    /// The dialect in which thinking is asked for.
    public enum Style: String, Hashable, Sendable, CaseIterable {
        /// It does not think.
        case none
        /// Claude's `{"type": "enabled", "budget_tokens": n}`.
        case budget
        /// Claude's `{"type": "adaptive"}` with an effort; a budget is refused.
        case adaptive
        /// Claude's 4.6 generation: adaptive, or a budget.
        case adaptiveOrBudget = "adaptive_or_budget"
        /// An effort in the field that ``Thinking/effortField`` names.
        case effort
        /// It always thinks and takes no instruction about it.
        case alwaysOn = "always_on"
        /// It thinks by itself; whether Bedrock can switch that is not known, so nothing is sent.
        case native
    }

    /// Where an effort is written, beside or inside the body, for the style ``Style/effort``.
    public enum EffortField: String, Hashable, Sendable, CaseIterable {
        /// `"reasoning_effort": "low"` (gpt-oss, DeepSeek V3, Grok, Kimi K3).
        case reasoningEffort = "reasoning_effort"
        /// `"reasoning": {"effort": "low"}` (OpenAI's own models).
        case reasoning
        /// `"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "low"}` (Nova 2).
        case reasoningConfig = "reasoning_config"
    }

    /// The dialect in which thinking is asked for.
    public var style: Style = .none
    /// Whether the model thinks when a request says nothing about it, as the `-Thinking` names do.
    public var enabledByDefault = false
    /// The budget in tokens when a request names none; set, it also switches thinking on.
    public var budgetTokens: Int?
    /// The effort when a request names none.
    public var defaultEffort: EffortLevel?
    /// The efforts the model accepts, least first; empty when it takes none.
    public var effortLevels: [EffortLevel] = []
    /// The highest effort that Bedrock lets through, which can be below the model's own highest.
    public var effortCeiling: EffortLevel?
    /// Where an effort is written.
    public var effortField: EffortField = .reasoningEffort
    /// Whether thinking cannot be switched off: an instruction to do so is refused and must not be sent.
    public var alwaysOn = false
    /// Whether the thinking text comes only when it is asked for (`"display": "summarized"`).
    public var needsDisplay = false
    /// Whether what the model returns as thinking is not worth showing, such as Nova 2's `[REDACTED]`.
    public var isHidden = false

    /// Creates a description of a model that does not think.
    public init() {}

    /// The nearest effort that the model accepts and Bedrock lets through; nil when it takes no effort.
    ///
    /// A level between two accepted ones becomes the lower, except that nothing falls to `none` but `none` itself.
    ///
    /// - Parameter wanted: The effort that was asked for.
    /// - Returns: An accepted effort.
    public func effort(nearest wanted: EffortLevel) -> EffortLevel? {
        let ceiling = effortCeiling ?? .max
        let allowed = effortLevels.filter { $0 <= ceiling && ($0 != .none || wanted == .none) }
        return allowed.last { $0 <= wanted } ?? allowed.first
    }
}
