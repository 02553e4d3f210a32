public import Catalog

/// What a request will say about thinking, decided from the client's wish and the model's abilities.
///
/// Precedence: 1. what the request says; 2. what the catalog entry says (`-Thinking` names); 3. nothing.
public enum ThinkingPlan: Sendable, Hashable {
    /// Say nothing.
    case omit
    /// Claude's `{"type": "disabled"}`.
    case disabled
    /// Claude's `{"type": "enabled", "budget_tokens": n}`.
    case budget(Int)
    /// Claude's `{"type": "adaptive"}`, perhaps with an effort, perhaps with a word on how it is shown.
    case adaptive(effort: EffortLevel?, display: Bool)
    /// An effort in the field the entry names.
    case effort(EffortLevel)

    /// Whether the model will think, as far as the request decides.
    public var isOn: Bool {
        switch self {
        case .omit, .disabled, .effort(.none): false
        case .budget, .adaptive, .effort: true
        }
    }

    /// The effort to write for a model, if any.
    ///
    /// A model that always reasons is told nothing unless the client or the entry named an effort: its own choice stands.
    func effort(wanted request: ThinkingRequest, for thinking: Thinking) -> EffortLevel? {
        guard case .effort(let effort) = self else { return nil }
        if request == .unspecified, thinking.alwaysOn, thinking.defaultEffort == nil { return nil }
        return effort
    }

    /// The smallest budget that Claude accepts, in tokens (CONVERSE.md §7.1).
    static let minimumBudget = 1024

    /// Decides.
    ///
    /// - Parameters:
    ///   - request: What the client said.
    ///   - thinking: What the catalog says of the model.
    ///   - report: Gets a note where the wish could not be followed.
    /// - Returns: What to say.
    static func decide(
        _ request: ThinkingRequest,
        for thinking: Thinking,
        report: inout TranslationReport
    ) -> ThinkingPlan {
        switch thinking.style {
        case .none, .alwaysOn, .native:
            switch request {
            case .unspecified: break
            case .off where thinking.style == .none: break
            default: report.drop("reasoning")
            }
            return .omit
        case .budget: return budget(request, thinking, &report)
        case .adaptiveOrBudget:
            if case .budget = request { return budget(request, thinking, &report) }
            if case .unspecified = request, thinking.budgetTokens != nil { return budget(request, thinking, &report) }
            return adaptive(request, thinking, &report)
        case .adaptive: return adaptive(request, thinking, &report)
        case .effort: return effort(request, thinking, &report)
        }
    }

    private static func budget(
        _ request: ThinkingRequest,
        _ thinking: Thinking,
        _ report: inout TranslationReport
    ) -> ThinkingPlan {
        switch request {
        case .off: return .omit
        case .budget(let tokens):
            if tokens < minimumBudget { report.adjust("reasoning budget=\(minimumBudget)") }
            return .budget(max(tokens, minimumBudget))
        case .effort(let level):
            let tokens = tokens(for: level)
            return tokens == 0 ? .omit : .budget(tokens)
        case .adaptive: return .budget(thinking.budgetTokens ?? tokens(for: .medium))
        case .unspecified:
            if let tokens = thinking.budgetTokens { return .budget(tokens) }
            return thinking.enabledByDefault ? .budget(tokens(for: .medium)) : .omit
        }
    }

    private static func adaptive(
        _ request: ThinkingRequest,
        _ thinking: Thinking,
        _ report: inout TranslationReport
    ) -> ThinkingPlan {
        func adaptive(_ effort: EffortLevel?) -> ThinkingPlan {
            .adaptive(effort: effort.flatMap { thinking.effort(nearest: $0) }, display: thinking.needsDisplay)
        }
        switch request {
        case .off, .effort(.none):
            guard thinking.alwaysOn else { return .disabled }
            report.adjust("reasoning=always on")
            return .omit
        case .budget(let tokens):
            report.adjust("reasoning budget=effort")
            return adaptive(level(for: tokens))
        case .effort(let level):
            note(level, becomes: thinking.effort(nearest: level), &report)
            return adaptive(level)
        case .adaptive: return adaptive(thinking.defaultEffort)
        case .unspecified:
            let isWanted = thinking.enabledByDefault || thinking.budgetTokens != nil || thinking.defaultEffort != nil
            return isWanted ? adaptive(thinking.defaultEffort) : .omit
        }
    }

    private static func effort(
        _ request: ThinkingRequest,
        _ thinking: Thinking,
        _ report: inout TranslationReport
    ) -> ThinkingPlan {
        let wanted: EffortLevel?
        switch request {
        case .off: wanted = EffortLevel.none
        case .budget(let tokens):
            report.adjust("reasoning budget=effort")
            wanted = level(for: tokens)
        case .effort(let level): wanted = level
        case .adaptive: wanted = thinking.defaultEffort ?? .medium
        case .unspecified: wanted = thinking.defaultEffort ?? (thinking.enabledByDefault ? .medium : nil)
        }
        guard let wanted else { return .omit }
        if wanted == .none, thinking.effortField == .reasoningConfig {
            // Nova 2 has a word for it beside its efforts.
            return .effort(.none)
        }
        let nearest = thinking.effort(nearest: wanted)
        if wanted == .none, nearest != EffortLevel.none {
            // The least is what comes closest (effort_map: gpt_oss.none is low).
            report.adjust("reasoning=always on")
        } else if case .effort = request {
            note(wanted, becomes: nearest, &report)
        }
        return nearest.map { .effort($0) } ?? .omit
    }

    /// Says that an effort was asked for that the model does not take.
    private static func note(
        _ wanted: EffortLevel,
        becomes effort: EffortLevel?,
        _ report: inout TranslationReport
    ) {
        guard let effort else { return report.drop("reasoning_effort") }
        if effort != wanted { report.adjust("reasoning_effort=\(effort.rawValue)") }
    }

    /// The budget that stands for an effort (effort_map: minimal and low 1024, doubling from there).
    static func tokens(for level: EffortLevel) -> Int {
        switch level {
        case .none: 0
        case .minimal, .low: 1024
        case .medium: 2048
        case .high: 4096
        case .xhigh: 8192
        case .max: 16_384
        }
    }

    /// The effort that stands for a budget: the inverse of ``tokens(for:)``, rounded down.
    static func level(for tokens: Int) -> EffortLevel {
        switch tokens {
        case ..<2048: .low
        case ..<4096: .medium
        case ..<8192: .high
        case ..<16_384: .xhigh
        default: .max
        }
    }
}
