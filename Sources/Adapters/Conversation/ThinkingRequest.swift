public import Catalog

/// What a client said about thinking before answering.
public enum ThinkingRequest: Sendable, Hashable {
    /// Nothing: the catalog entry decides.
    case unspecified
    /// Do not think.
    case off
    /// Think with at most this many tokens.
    case budget(Int)
    /// Think about this hard.
    case effort(EffortLevel)
    /// Think as much as the model sees fit.
    case adaptive
}

/// How Claude shows its thinking.
public enum ThinkingDisplay: String, Sendable {
    /// As a summary.
    case summarized
    /// Not at all: the blocks hold signatures only.
    case omitted
}
