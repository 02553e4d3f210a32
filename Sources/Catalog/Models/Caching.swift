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

/// How a model is held to a JSON schema.
public enum StructuredOutput: String, Hashable, Sendable, CaseIterable {
    /// Converse's `outputConfig.textFormat`, or the same in the family's own body.
    case native
    /// As ``native``, but only together with thinking.
    case nativeWithThinking = "native_with_thinking"
    /// `response_format` of the OpenAI-shaped endpoints; elsewhere as ``tool``.
    case responseFormat = "response_format"
    /// A tool with that schema which the model is made to call.
    case tool
    /// Only words in the prompt.
    case none
}

/// Whether the input tokens that a model reports include those it read from its cache.
public enum UsageCounting: String, Hashable, Sendable, CaseIterable {
    /// Cached tokens are counted apart and must be added.
    case net
    /// Cached tokens are in the count already.
    case gross
}
