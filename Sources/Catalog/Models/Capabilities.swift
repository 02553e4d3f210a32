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

    /// The spelling of each capability in models.yaml.
    static let spellings: [(String, Capabilities)] = [
        ("vision", .vision), ("documents", .documents), ("video", .video), ("audio", .audio), ("tools", .tools),
        ("streaming", .streaming), ("streaming_tools", .streamingTools), ("system_prompt", .systemPrompt),
        ("prefill", .prefill), ("stop", .stop), ("strict_tools", .strictTools),
    ]

    /// The names of the capabilities in this set, as models.yaml spells them.
    public var names: [String] { Self.spellings.filter { contains($0.1) }.map(\.0) }
}

/// The kinds of content a model reads or writes.
public struct Modalities: OptionSet, Hashable, Sendable {
    /// One bit a modality.
    public let rawValue: UInt8

    /// Creates a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Text.
    public static let text = Modalities(rawValue: 1 << 0)
    /// Images.
    public static let image = Modalities(rawValue: 1 << 1)
    /// Documents.
    public static let document = Modalities(rawValue: 1 << 2)
    /// Video.
    public static let video = Modalities(rawValue: 1 << 3)
    /// Audio.
    public static let audio = Modalities(rawValue: 1 << 4)

    /// The names of the modalities in this set, in the spelling that model lists use.
    public var names: [String] {
        let spellings: [(String, Modalities)] = [
            ("text", .text), ("image", .image), ("document", .document), ("video", .video), ("audio", .audio),
        ]
        return spellings.filter { contains($0.1) }.map(\.0)
    }
}

/// The ways in which a model can be told to use tools; `none` is every adapter's own affair.
public struct ToolChoiceModes: OptionSet, Hashable, Sendable {
    /// One bit a mode.
    public let rawValue: UInt8

    /// Creates a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The model decides.
    public static let auto = ToolChoiceModes(rawValue: 1 << 0)
    /// Some tool must be called: OpenAI's `required`.
    public static let any = ToolChoiceModes(rawValue: 1 << 1)
    /// One named tool must be called.
    public static let tool = ToolChoiceModes(rawValue: 1 << 2)

    /// The spelling of each mode in models.yaml.
    static let spellings: [(String, ToolChoiceModes)] = [("auto", .auto), ("any", .any), ("tool", .tool)]
}
