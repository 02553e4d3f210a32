/// Whether the input tokens that a model reports include those it read from its cache.
public enum UsageCounting: String, Hashable, Sendable, CaseIterable {
    /// Cached tokens are counted apart and must be added.
    case net
    /// Cached tokens are in the count already.
    case gross
}
