/// What a model can be asked for; a request that needs more is refused before Bedrock sees it.
public struct Capabilities: OptionSet, Hashable, Sendable {
    /// One bit a capability.
    public let rawValue: UInt32

    /// Creates a set from its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Reads images.
    public static let vision = Capabilities(rawValue: 1 << 0)
    /// Reads documents such as PDF.
    public static let documents = Capabilities(rawValue: 1 << 1)
    /// Watches video.
    public static let video = Capabilities(rawValue: 1 << 2)
    /// Listens to audio.
    public static let audio = Capabilities(rawValue: 1 << 3)
    /// Calls tools.
    public static let tools = Capabilities(rawValue: 1 << 4)
    /// Streams its answer.
    public static let streaming = Capabilities(rawValue: 1 << 5)
    /// Streams its answer also when tools are offered.
    public static let streamingTools = Capabilities(rawValue: 1 << 6)
    /// Takes a system prompt apart from the conversation.
    public static let systemPrompt = Capabilities(rawValue: 1 << 7)
    /// Continues a last assistant turn that the caller began.
    public static let prefill = Capabilities(rawValue: 1 << 8)
    /// Stops at texts that the caller names; ``StopSupport`` says where and how many.
    public static let stop = Capabilities(rawValue: 1 << 9)
    /// Holds tool arguments to their schema when a tool says `strict`.
    public static let strictTools = Capabilities(rawValue: 1 << 10)

    /// Whether an answer can be streamed: some models stream none while tools are offered.
    public func streams(withTools hasTools: Bool) -> Bool {
        contains(.streaming) && (!hasTools || contains(.streamingTools))
    }

    /// The spelling of each capability in models.yaml.
    static let spellings: [(String, Capabilities)] = [
        ("vision", .vision), ("documents", .documents), ("video", .video), ("audio", .audio), ("tools", .tools),
        ("streaming", .streaming), ("streaming_tools", .streamingTools), ("system_prompt", .systemPrompt),
        ("prefill", .prefill), ("stop", .stop), ("strict_tools", .strictTools),
    ]

    /// The names of the capabilities in this set, as models.yaml spells them.
    public var names: [String] { Self.spellings.filter { contains($0.1) }.map(\.0) }
}
