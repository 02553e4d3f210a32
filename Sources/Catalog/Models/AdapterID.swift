/// The name of a wire dialect, as `adapter:` in models.yaml spells it.
///
/// The set is open: a new adapter adds its name in an extension beside its code.
public struct AdapterID: RawRepresentable, Hashable, Sendable {
    /// The name as models.yaml spells it.
    public let rawValue: String

    /// Creates an adapter's name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Anthropic Messages through InvokeModel.
    public static let anthropic = AdapterID(rawValue: "anthropic")
    /// Bedrock's own Converse.
    public static let converse = AdapterID(rawValue: "converse")
    /// Amazon Nova's `messages-v1` through InvokeModel.
    public static let nova = AdapterID(rawValue: "nova")
    /// An OpenAI-shaped body through InvokeModel.
    public static let openAIChat = AdapterID(rawValue: "openai-chat")
    /// Meta Llama's prompt with its header tokens.
    public static let llama = AdapterID(rawValue: "llama")
    /// A plain prompt made with a template of the entry.
    public static let text = AdapterID(rawValue: "text")
    /// Bedrock's OpenAI-shaped endpoints, on the runtime host or on mantle.
    public static let openAINative = AdapterID(rawValue: "openai-native")

    /// The dialects this product has names for.
    public static let standard: [AdapterID] = [
        .anthropic, .converse, .nova, .openAIChat, .llama, .text, .openAINative,
    ]
}

extension AdapterID: CustomStringConvertible {
    /// The name as models.yaml spells it.
    public var description: String { rawValue }
}
