/// The OpenAI APIs that a model answers.
public struct ModelAPIs: OptionSet, Hashable, Sendable {
    /// One bit an API.
    public let rawValue: UInt8

    /// Creates a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Chat completions, whatever the adapter makes of them.
    public static let chat = ModelAPIs(rawValue: 1 << 0)
    /// Responses only: a chat request is refused with an error that says so.
    public static let responses = ModelAPIs(rawValue: 1 << 1)

    /// The spelling of each API in models.yaml.
    static let spellings: [(String, ModelAPIs)] = [("chat", .chat), ("responses", .responses)]
}
