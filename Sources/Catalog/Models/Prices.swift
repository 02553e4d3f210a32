/// What a model costs, in US dollars a million tokens.
///
/// They come from published lists and serve estimates; an invoice is AWS's.
public struct Prices: Hashable, Sendable {
    /// A pair of prices for one way of being served.
    public struct Rate: Hashable, Sendable {
        /// A million input tokens.
        public var input: Double
        /// A million output tokens.
        public var output: Double

        /// Creates a pair of prices.
        public init(input: Double, output: Double) {
            self.input = input
            self.output = output
        }
    }

    /// The prices of a prompt longer than a number of tokens.
    public struct LongContext: Hashable, Sendable {
        /// The tokens above which these prices hold.
        public var above: Int
        /// The prices.
        public var rate: Rate

        /// Creates the prices of long prompts.
        public init(above: Int, rate: Rate) {
            self.above = above
            self.rate = rate
        }
    }

    /// The standard prices.
    public var standard: Rate
    /// A million input tokens read from the cache.
    public var cacheRead: Double?
    /// A million input tokens written to the cache for five minutes.
    public var cacheWrite: Double?
    /// A million input tokens written to the cache for an hour.
    public var cacheWriteOneHour: Double?
    /// The service tier `flex`.
    public var flex: Rate?
    /// The service tier `priority`.
    public var priority: Rate?
    /// The prices of long prompts.
    public var longContext: LongContext?

    /// Creates standard prices.
    public init(standard: Rate) { self.standard = standard }
}
