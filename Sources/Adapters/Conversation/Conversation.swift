public import JSON

/// What a client asks of a model, in words that belong to no wire format.
///
/// Every front API is turned into this once, and every adapter turns this into one Bedrock call. Turns alternate and
/// begin with the user, blank text is gone, and what the model cannot do has been refused, dropped or replaced and
/// written into ``report`` (see `ConversationBuilder` and `CapabilityPolicy`).
///
/// It has one owner: a copy would count a reference for each of its fields, and every request pays for it.
public struct Conversation: ~Copyable, Sendable {
    /// The model id as it goes into the path, geography prefix and all, not yet percent-encoded.
    public var modelID: String
    /// Instructions, in order.
    public var system: [SystemBlock] = []
    /// The turns, alternating, a user's first.
    public var turns: [Turn] = []
    /// The kinds of content that the turns may hold; all of them unless somebody looked.
    public var holds = ContentKinds.all
    /// The tools the model may call.
    public var tools: [Tool] = []
    /// The client's spellings of the names that had to be changed.
    public var toolNames = ToolNameMap()
    /// Which tools the model must or may call.
    public var toolChoice: ToolChoice = .automatic
    /// Whether the model may call several tools in one turn.
    public var allowsParallelToolCalls = true
    /// Tokens, temperature and the like.
    public var sampling = SamplingParameters()
    /// Texts that end the answer.
    ///
    /// None is blank.
    public var stop: [JSONText] = []
    /// Whether all the thinking in the turns was remembered for the client, which gave none back itself.
    public var onlyRemembersThinking = false
    /// What was said about thinking.
    public var thinking: ThinkingRequest = .unspecified
    /// How thinking is to be shown; decided by `CapabilityPolicy` from the client's wish.
    public var thinkingDisplay: ThinkingDisplay?
    /// What will be said to the model about thinking; decided by `CapabilityPolicy`.
    public var thinkingPlan: ThinkingPlan = .omit
    /// The shape the answer must have.
    public var outputFormat: OutputFormat = .text
    /// How that shape is reached; decided by `CapabilityPolicy`.
    public var structuredOutput: StructuredOutputMode = .none
    /// Texts at which the gateway cuts the answer itself; decided by `CapabilityPolicy`.
    public var emulatedStop: [String] = []
    /// The guardrail that checks this conversation.
    public var guardrail: Guardrail?
    /// The service tier asked for: `default`, `flex`, `priority` or `reserved`.
    public var serviceTier: String?
    /// The latency mode asked for: `standard` or `optimized`.
    public var latency: String?
    /// Pairs that AWS records with the call, already of AWS's character set and limits.
    public var metadata: [(key: String, value: String)] = []
    /// Fields for the model itself, merged deeply over what the adapter writes.
    public var additionalFields: JSONValue?
    /// Anthropic beta names the client asked for.
    public var betas: [String] = []
    /// The client's own body, for dialects that pass it through.
    public var passthrough: PassthroughBody?
    /// Whether the turns had to be mended, so that the client's own messages could be refused: one that says nothing, a call
    /// without its answer, an image that is not what it is labelled, arguments that are no object.
    public var isMended = false
    /// What was dropped, adjusted or emulated on the way here.
    public var report = TranslationReport()

    /// Creates an empty conversation with a model.
    public init(modelID: String) {
        self.modelID = modelID
    }
}

/// A piece of the system prompt.
public struct SystemBlock: Sendable {
    /// The instruction.
    public var text: JSONText
    /// Whether the prefix up to and including this block is to be cached.
    public var cacheMark: CacheMark?

    /// Creates a block.
    public init(text: JSONText, cacheMark: CacheMark? = nil) {
        self.text = text
        self.cacheMark = cacheMark
    }
}

/// The party that speaks a turn.
public enum TurnRole: String, Sendable {
    case user
    case assistant
}

/// What one party says before the other answers.
public struct Turn: Sendable {
    /// Who speaks.
    public var role: TurnRole
    /// What is said, in order.
    public var blocks: [ContentBlock]

    /// Creates a turn.
    public init(role: TurnRole, blocks: [ContentBlock]) {
        self.role = role
        self.blocks = blocks
    }
}

/// Tokens and randomness.
///
/// Nil means that the client did not say.
public struct SamplingParameters: Sendable {
    /// The most tokens to answer with, thinking included.
    public var maxOutputTokens: Int?
    /// Randomness from 0 to 2 as OpenAI counts it.
    public var temperature: Double?
    /// Nucleus sampling, 0 to 1.
    public var topP: Double?
    /// How many of the likeliest tokens are considered.
    public var topK: Int?
    /// A seed for repeatable sampling.
    public var seed: Int?
    /// OpenAI's frequency penalty, -2 to 2.
    public var frequencyPenalty: Double?
    /// OpenAI's presence penalty, -2 to 2.
    public var presencePenalty: Double?

    /// Creates parameters that leave everything to the model.
    public init() {}
}

/// A body that reaches Bedrock as the client wrote it, but for what the catalog changes.
public struct PassthroughBody: Sendable {
    /// The parsed body.
    public var body: JSONValue

    /// Wraps a body in OpenAI's chat completions dialect.
    public init(chatCompletions body: JSONValue) {
        self.body = body
    }
}

/// The guardrail of a call.
public struct Guardrail: Sendable, Hashable {
    /// The guardrail's id or ARN.
    public var identifier: String
    /// Its version number, or `DRAFT`.
    public var version: String
    /// `enabled`, `disabled` or `enabled_full`; nil leaves it to AWS.
    public var trace: String?
    /// `sync` or `async`, for streams; nil leaves it to AWS.
    public var streamProcessingMode: String?

    /// Names a guardrail.
    public init(identifier: String, version: String, trace: String? = nil, streamProcessingMode: String? = nil) {
        self.identifier = identifier
        self.version = version
        self.trace = trace
        self.streamProcessingMode = streamProcessingMode
    }
}
