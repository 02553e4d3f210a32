/// Where a model stops at texts that the caller names, and how many it takes.
public struct StopSupport: Hashable, Sendable {
    /// Whether the family's own body has a field for stop texts.
    public var native = false
    /// Whether Converse accepts `stopSequences` for the model.
    public var converse = false
    /// How many stop texts are accepted; nil when no limit is known.
    public var maximumCount: Int?

    /// Creates the support of a model that stops at nothing.
    public init() {}
}
