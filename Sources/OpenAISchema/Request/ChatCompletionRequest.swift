public import JSON

/// A decoded and validated body of `POST /v1/chat/completions`.
///
/// Everything that is not inspected stays a slice of the body. Nil means absent or `null`.
///
/// It has one owner: a copy would count a reference for each of its fields, and every request pays for it.
public struct ChatCompletionRequest: ~Copyable, Sendable {
    /// The body itself.
    public var body: JSONValue
    /// The model as the client named it.
    public var model = ""
    /// The conversation so far; never empty.
    public var messages: [ChatMessage] = []

    /// Whether to stream; nil leaves it to the server's default.
    public var stream: Bool?
    /// Whether a stream ends with a usage chunk.
    public var includesUsage = false
    /// How many answers are wanted, 1 to 8.
    public var choiceCount = 1

    /// The most tokens to answer with: `max_completion_tokens`, else `max_tokens`.
    public var maxTokens: Int?
    /// Randomness, 0 to 2.
    public var temperature: Double?
    /// Nucleus sampling, 0 to 1.
    public var topP: Double?
    /// How many of the likeliest tokens are considered.
    public var topK: Int?
    /// A seed.
    public var seed: Int?
    /// -2 to 2.
    public var frequencyPenalty: Double?
    /// -2 to 2.
    public var presencePenalty: Double?
    /// Whether a `logit_bias` with entries was given.
    public var hasLogitBias = false
    /// `stop` and `stop_sequences`, merged, without repeats and empty ones.
    public var stop: [JSONText] = []
    /// The same by each of its names, while a body is decoded.
    var stopsByName: [(name: String, texts: [JSONText])] = []

    /// The tools, from `tools` or the deprecated `functions`.
    public var tools: [ToolDefinition] = []
    /// Which tools may be called.
    public var toolChoice: ToolChoiceOption?
    /// Whether several tools may be called at once; true when absent, false with the deprecated `functions`.
    public var allowsParallelToolCalls = true
    /// Whether the deprecated `functions` were used, so that the answer uses `function_call`.
    public var usesLegacyFunctions = false
    /// The shape of the answer.
    public var responseFormat: ResponseFormat = .text

    /// What was said about thinking, from `thinking`, `reasoning` or `reasoning_effort`.
    public var reasoning: ReasoningOption?
    /// The fields about thinking that contradict ``reasoning`` and are not followed.
    public var lostReasoningFields: [String] = []
    /// How thinking is to be shown: `summarized` or `omitted`.
    public var thinkingDisplay: String?
    /// Whether the answer leaves thinking out (`reasoning.exclude`).
    public var excludesReasoning = false
    /// The seed's switch: true puts thinking into the content, false leaves it out.
    public var includeThinkingData: Bool?
    /// The seed's switch between the Converse and the Invoke API.
    public var usesConverse: Bool?

    /// `auto`, `default`, `flex`, `priority`, ….
    public var serviceTier: String?
    /// Pairs to record with the call.
    public var metadata: JSONValue?
    /// An end user's id.
    public var user: String?
    /// The guardrail, in AWS's spelling.
    public var guardrailConfig: JSONValue?
    /// Whether `moderation` is to block what it finds, which only a guardrail can do here.
    public var blocksByModeration = false
    /// `standard` or `optimized`.
    public var latency: String?
    /// Fields for the model itself, from all spellings merged deeply; of two values the one further down wins.
    public var additionalFields: JSONValue?
    /// The same by each of its names, while a body is decoded.
    var fieldsByName: [(name: String, fields: JSONValue)] = []
    /// Anthropic beta names.
    public var betas: [String] = []
    /// A cache mark on the request as a whole: everything up to the last message is to be cached.
    public var cacheControl: CacheControl?
    /// Names of fields of OpenAI's that were given and that Bedrock has nothing for, for the report.
    public var ignoredFields: [String] = []
    /// Names of fields that nothing here understands, for the report: the first 16, as the client wrote them.
    public var unknownFields: [String] = []

    /// The most answers to one request.
    static let maximumChoices = 8
    /// The most stop texts: as many as Converse takes.
    static let maximumStops = 2500
    /// The most bytes that all stop texts may have together: they are held for as long as the answer streams.
    static let maximumStopBytes = 16_384
    /// The most names kept in ``unknownFields``.
    static let maximumUnknownFields = 16

    /// `response_format`.
    public enum ResponseFormat: Sendable {
        case text
        case jsonObject
        case jsonSchema(name: JSONText, description: JSONText?, schema: JSONValue?, strict: Bool)
    }

    /// A wish about thinking.
    public enum ReasoningOption: Sendable, Hashable {
        case off
        case adaptive
        case budget(Int)
        /// `minimal`, `low`, `medium`, `high`, `xhigh` or `max`.
        case effort(String)
    }

    init(body: JSONValue) {
        self.body = body
    }
}
