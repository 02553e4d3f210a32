/// The sampling parameters a model accepts, and their ranges.
public struct Sampling: Hashable, Sendable {
    /// Parameters by name.
    public struct Parameters: OptionSet, Hashable, Sendable {
        /// One bit a parameter.
        public let rawValue: UInt8

        /// Creates a set from its bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `temperature`.
        public static let temperature = Parameters(rawValue: 1 << 0)
        /// `top_p`.
        public static let topP = Parameters(rawValue: 1 << 1)
        /// `top_k`.
        public static let topK = Parameters(rawValue: 1 << 2)
        /// `seed`.
        public static let seed = Parameters(rawValue: 1 << 3)
        /// `frequency_penalty`.
        public static let frequencyPenalty = Parameters(rawValue: 1 << 4)
        /// `presence_penalty`.
        public static let presencePenalty = Parameters(rawValue: 1 << 5)

        /// The spelling of each parameter in models.yaml.
        static let spellings: [(String, Parameters)] = [
            ("temperature", .temperature), ("top_p", .topP), ("top_k", .topK), ("seed", .seed),
            ("frequency_penalty", .frequencyPenalty), ("presence_penalty", .presencePenalty),
        ]

        /// The names of the parameters in this set, as requests spell them.
        public var names: [String] { Self.spellings.filter { contains($0.1) }.map(\.0) }
    }

    /// The parameters that may be sent.
    public var accepted: Parameters = [.temperature, .topP]
    /// Whether `temperature` and `top_p` exclude each other; `temperature` is then the one to keep.
    public var isEither = false
    /// The temperatures that are accepted.
    public var temperature: ClosedRange<Double> = 0...1
    /// The values of `top_p` that are accepted.
    public var topP: ClosedRange<Double> = 0...1
    /// The highest `top_k` that is accepted; nil when no limit is known.
    public var maximumTopK: Int?

    /// Creates the sampling of a model that takes temperature and top_p from 0 to 1.
    public init() {}
}
