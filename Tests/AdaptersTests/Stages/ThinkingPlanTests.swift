import Catalog
import TestSupport
import Testing

@testable import Adapters

/// What is said about thinking, by the client's wish and the model's ability (CONVERSE.md §7).
struct ThinkingPlanTests {
    private static let budget = Thinking.of(.budget)
    private static let named = Thinking.of(.budget) {
        $0.budgetTokens = 16_000
        $0.enabledByDefault = true
    }
    private static let both = Thinking.of(.adaptiveOrBudget) { $0.effortLevels = [.low, .medium, .high, .max] }
    private static let adaptive = Thinking.of(.adaptive) {
        $0.effortLevels = [.low, .medium, .high, .xhigh, .max]
        $0.effortCeiling = .xhigh
        $0.needsDisplay = true
    }
    private static let fixed = Thinking.of(.adaptive) {
        $0.alwaysOn = true
        $0.effortLevels = [.low, .high]
    }
    private static let gptOSS = Thinking.of(.effort) { $0.effortLevels = [.low, .medium, .high] }
    private static let gpt = Thinking.of(.effort) { $0.effortLevels = [.none, .low, .high] }
    private static let nova = Thinking.of(.effort) {
        $0.effortLevels = [.low, .medium, .high]
        $0.effortField = .reasoningConfig
    }

    /// A wish, what the model is like, what is said, and what is noted.
    struct Row: Sendable, CustomTestStringConvertible {
        var wish: ThinkingRequest
        var thinking: Thinking
        var plan: ThinkingPlan
        var notes: [String] = []

        var testDescription: String { "\(wish) of \(thinking.style) is \(plan)" }

        init(_ wish: ThinkingRequest, _ thinking: Thinking, _ plan: ThinkingPlan, _ notes: String...) {
            self.wish = wish
            self.thinking = thinking
            self.plan = plan
            self.notes = notes
        }
    }

    static let rows = [
        Row(.unspecified, budget, .omit), Row(.unspecified, named, .budget(16_000)), Row(.off, named, .omit),
        Row(.effort(.minimal), budget, .budget(1024)), Row(.effort(.low), budget, .budget(1024)),
        Row(.effort(.medium), budget, .budget(2048)), Row(.effort(.high), budget, .budget(4096)),
        Row(.effort(.xhigh), budget, .budget(8192)), Row(.effort(.max), budget, .budget(16_384)),
        Row(.budget(5000), named, .budget(5000)), Row(.budget(10), budget, .budget(1024), "reasoning budget=1024"),
        Row(.adaptive, named, .budget(16_000)), Row(.adaptive, budget, .budget(2048)),
        Row(.budget(5000), both, .budget(5000)),
        Row(.effort(.xhigh), both, .adaptive(effort: .high, display: false), "reasoning_effort=high"),
        Row(.effort(.max), both, .adaptive(effort: .max, display: false)), Row(.off, both, .disabled),
        Row(.unspecified, both, .omit), Row(.adaptive, both, .adaptive(effort: nil, display: false)),
        Row(.effort(.minimal), adaptive, .adaptive(effort: .low, display: true), "reasoning_effort=low"),
        Row(.effort(.max), adaptive, .adaptive(effort: .xhigh, display: true), "reasoning_effort=xhigh"),
        Row(.budget(5000), adaptive, .adaptive(effort: .high, display: true), "reasoning budget=effort"),
        Row(.off, adaptive, .disabled), Row(.off, fixed, .omit, "reasoning=always on"),
        Row(.effort(.medium), fixed, .adaptive(effort: .low, display: false), "reasoning_effort=low"),
        Row(.effort(.minimal), gptOSS, .effort(.low), "reasoning_effort=low"),
        Row(.effort(.max), gptOSS, .effort(.high), "reasoning_effort=high"), Row(.effort(.low), gptOSS, .effort(.low)),
        Row(.off, gptOSS, .effort(.low), "reasoning=always on"), Row(.unspecified, gptOSS, .omit),
        Row(.off, gpt, .effort(.none)), Row(.effort(.minimal), gpt, .effort(.low), "reasoning_effort=low"),
        Row(.off, nova, .effort(.none)), Row(.effort(.max), nova, .effort(.high), "reasoning_effort=high"),
        Row(.effort(.low), Thinking.of(.adaptive), .adaptive(effort: nil, display: false), "-reasoning_effort"),
        Row(.budget(3000), nova, .effort(.medium), "reasoning budget=effort"),
        Row(.effort(.high), Thinking.of(.alwaysOn), .omit, "-reasoning"),
        Row(.effort(.high), Thinking.of(.native), .omit, "-reasoning"),
        Row(.effort(.high), Thinking.of(.none), .omit, "-reasoning"), Row(.off, Thinking.of(.none), .omit),
        Row(.unspecified, Thinking.of(.alwaysOn), .omit),
    ]

    @Test(arguments: rows)
    func decides(_ row: Row) {
        var report = TranslationReport()
        #expect(ThinkingPlan.decide(row.wish, for: row.thinking, report: &report) == row.plan)
        #expect(report.adjusted + report.dropped.map { "-" + $0 } == row.notes)
    }
}

extension Thinking {
    fileprivate static func of(_ style: Style, _ change: (inout Thinking) -> Void = { _ in }) -> Thinking {
        var thinking = Thinking()
        thinking.style = style
        change(&thinking)
        return thinking
    }
}
