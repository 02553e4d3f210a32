public import Catalog

extension Model {
    /// Whether thinking is asked for as Anthropic does, which goes with Anthropic's other rules.
    public var followsClaudesRules: Bool {
        switch self.thinking.style {
        case .budget, .adaptive, .adaptiveOrBudget: true
        default: self.adapter == .anthropic
        }
    }
}
