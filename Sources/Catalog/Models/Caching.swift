/// How a model caches the beginning of a prompt.
public struct Caching: Hashable, Sendable {
    /// Who says what is cached.
    public enum Style: String, Hashable, Sendable, CaseIterable {
        /// The caller marks the places; Bedrock's `cachePoint`.
        case explicit
        /// The model caches by itself; marks are refused.
        case implicit
    }

    /// How long a cached prompt lives.
    public enum Lifetime: String, Hashable, Sendable, CaseIterable {
        case fiveMinutes = "5m"
        case oneHour = "1h"
    }

    /// Who says what is cached.
    public var style: Style = .explicit
    /// The shortest prefix in tokens that is cached; shorter ones are ignored without an error.
    public var minimumTokens: Int?
    /// The lifetimes that may be asked for; empty when `ttl` must not be sent.
    public var lifetimes: [Lifetime] = []
    /// How many marks one request may hold.
    public var maximumCheckpoints = 4
    /// Whether a mark may stand after the tools.
    public var tools = true

    /// Creates explicit caching with marks anywhere and without lifetimes.
    public init() {}
}
