public import JSON
public import NIOCore

/// One piece of a turn.
public enum ContentBlock: Sendable {
    case text(JSONText)
    case image(ImageBlock)
    case document(DocumentBlock)
    case media(MediaBlock)
    case toolUse(ToolUseBlock)
    case toolResult(ToolResultBlock)
    case thinking(ThinkingBlock)
    /// The prefix up to here is to be cached.
    case cacheMark(CacheMark)
}

extension ContentBlock {
    /// Whether this is a cache mark.
    var isCacheMark: Bool {
        if case .cacheMark = self { true } else { false }
    }

    /// Whether this answers a call.
    var isToolResult: Bool {
        if case .toolResult = self { true } else { false }
    }

    /// Whether this is text without anything to read.
    var isBlankText: Bool {
        if case .text(let text) = self { text.isBlank } else { false }
    }
}

/// Where the bytes of an image, document, video or sound are.
public enum MediaSource: Sendable {
    /// Base64 text as it stood in the client's body.
    case base64(JSONText)
    /// An object in S3: `s3://bucket/key`, and the account that owns the bucket if it is another.
    case s3(uri: String, bucketOwner: String?)
    /// Text, for documents that are text.
    case text(JSONText)
}

/// A still image.
public struct ImageBlock: Sendable {
    /// The formats that Bedrock takes.
    public enum Format: String, Sendable {
        case png, jpeg, gif, webp
    }

    /// The format that the bytes really have.
    public var format: Format
    /// Where the bytes are.
    public var source: MediaSource

    /// Creates an image.
    public init(format: Format, source: MediaSource) {
        self.format = format
        self.source = source
    }
}

/// A document that the model reads.
public struct DocumentBlock: Sendable {
    /// `pdf`, `csv`, `doc`, `docx`, `xls`, `xlsx`, `html`, `txt` or `md`.
    public var format: String
    /// A name that AWS accepts, unique in the conversation.
    public var name: String
    /// Where the bytes are.
    public var source: MediaSource
    /// Whether the answer should cite it.
    public var citations: Bool
    /// The part of the request that it stands in, such as `messages[0].content[1]`, for errors.
    public var part: String?

    /// Creates a document.
    public init(
        format: String,
        name: String,
        source: MediaSource,
        citations: Bool = false,
        part: String? = nil
    ) {
        self.part = part
        self.format = format
        self.name = name
        self.source = source
        self.citations = citations
    }
}

/// A video or a sound.
public struct MediaBlock: Sendable {
    /// The kinds of moving or sounding media.
    public enum Kind: String, Sendable {
        case video, audio
    }

    /// Video or audio.
    public var kind: Kind
    /// AWS's word for the format: `mp4`, `wav`, `three_gp`, ….
    public var format: String
    /// Where the bytes are.
    public var source: MediaSource

    /// Creates a video or a sound.
    public init(kind: Kind, format: String, source: MediaSource) {
        self.kind = kind
        self.format = format
        self.source = source
    }
}

/// A call of a tool that the model made.
public struct ToolUseBlock: Sendable {
    /// The call's id, unique in its turn.
    public var id: JSONText
    /// The tool's name as Bedrock sees it.
    public var name: JSONText
    /// The arguments: the bytes of one JSON object, as the client spelled them.
    public var input: ByteBuffer

    /// Creates a call.
    public init(id: JSONText, name: JSONText, input: ByteBuffer) {
        self.id = id
        self.name = name
        self.input = input
    }
}

/// What a tool answered.
public struct ToolResultBlock: Sendable {
    /// The id of the call that this answers.
    public var toolUseID: JSONText
    /// Text, images and documents, in order; may be empty.
    public var content: [ContentBlock]
    /// Whether the tool failed.
    public var isError: Bool

    /// Creates a result.
    public init(toolUseID: JSONText, content: [ContentBlock], isError: Bool = false) {
        self.toolUseID = toolUseID
        self.content = content
        self.isError = isError
    }
}

/// Thinking that a model did earlier, to be given back to it.
public enum ThinkingBlock: Sendable {
    /// Readable thinking with the signature that proves it was not changed.
    case signed(text: JSONText, signature: JSONText)
    /// Encrypted thinking, in base64.
    case redacted(JSONText)

    /// What tells the block from any other: its signature, or its encrypted text.
    var proof: JSONText {
        switch self {
        case .signed(_, let signature): signature
        case .redacted(let data): data
        }
    }
}

/// A place up to which the prompt is cached.
public struct CacheMark: Sendable, Hashable {
    /// `5m` or `1h`; nil leaves it to the model.
    public var ttl: String?

    /// Creates a mark.
    public init(ttl: String? = nil) {
        self.ttl = ttl
    }
}
