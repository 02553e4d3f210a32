/// Where a model is between its preview and its end.
public struct Lifecycle: Hashable, Sendable {
    /// Whether it is a preview that may change or go without notice.
    public var isPreview = false
    /// Whether callers should move away from it; a known end of life means that too.
    public var isDeprecated = false
    /// The day from which AWS refuses it.
    public var sunset: CalendarDate?
    /// The name of the catalog entry that takes its place.
    public var replacedBy: String?

    /// Creates the lifecycle of a model without a known end.
    public init() {}
}
