public import BedrockRuntime
public import Catalog

/// A type that speaks one Bedrock wire dialect.
///
/// A family of models is one conforming type in `Families/`, its name in `AdapterID.standard`, one line in
/// ``AdapterRegistry/standard``, and one folder of fixtures. Everything an adapter does is pure: no network, no clock, no
/// waiting. `init(model:)` runs once an entry at start; what it refuses stops the launch with the entry's line, so nothing
/// about the entry is left to check later.
///
/// A conversation that reaches an adapter already keeps the turn rules and asks for nothing the model lacks. What the
/// *dialect* lacks is the adapter's to report: throw ``AdapterError/cannotSay(_:)`` and the gateway takes Converse.
public protocol ModelAdapter: Sendable {
    /// The decoder of one streamed answer.
    associatedtype EventDecoder: ChatEventDecoder
    /// The name that selects this adapter in models.yaml.
    static var id: AdapterID { get }
    /// Creates the adapter for one catalog entry, reading that entry's `options`.
    init(model: Model) throws(AdapterError)
    /// Translates a conversation into a Bedrock call, and says what reading the answer will need.
    ///
    /// The conversation is the adapter's own, to change as the dialect wants it. The context starts as
    /// ``ReplyContext/init(for:)``, which carries on what was reported so far and the names of tools.
    func call(for conversation: consuming Conversation, streaming: Bool) throws(AdapterError) -> (
        BedrockCall, ReplyContext
    )
    /// Translates a complete Bedrock answer into chat events.
    func events(from reply: BedrockReply, for context: ReplyContext) throws(AdapterError) -> [ChatEvent]
    /// Creates the decoder for one streamed answer.
    func makeEventDecoder(for context: ReplyContext) -> EventDecoder
}

/// The translation of one streamed answer: a value that lives for that answer.
public protocol ChatEventDecoder: Sendable {
    /// Translates one event, appending what it means. Unknown events mean nothing.
    mutating func decode(_ event: BedrockEvent, into events: inout [ChatEvent]) throws(AdapterError)
    /// Takes note that the stream ended; throws ``AdapterError/streamCutShort`` unless the answer was complete.
    mutating func finish(into events: inout [ChatEvent]) throws(AdapterError)
    /// Takes note that the stream broke; appends what was held back of an answer that is complete.
    mutating func breakOff(into events: inout [ChatEvent])
}

extension ChatEventDecoder {
    /// Appends nothing: most decoders hold nothing back.
    public mutating func breakOff(into events: inout [ChatEvent]) {}
}

/// What reading an answer needs to know about its question.
public struct ReplyContext: Sendable {
    /// The client's spellings of the tool names that had to be changed.
    public var toolNames: ToolNameMap
    /// How structured output was asked for.
    public var structuredOutput: StructuredOutputMode
    /// The tags between which the model writes its thinking into its text; nil when it does not.
    public var reasoningTags: ReasoningTags?
    /// Texts at which the gateway cuts the answer itself, because the model cannot.
    public var emulatedStop: [String]
    /// Whether the model stops at ``emulatedStop`` too and only its output holds them: its end is then waited for, since it
    /// brings the token counts.
    public var stopsItself = false
    /// Whether the model may call tools.
    public var offersTools: Bool
    /// Whether tool calls that come although none may be made are discarded.
    public var discardsToolCalls: Bool
    /// What was dropped, adjusted or emulated.
    public var report: TranslationReport

    /// Creates the context of an answer to nothing in particular.
    public init() {
        toolNames = ToolNameMap()
        structuredOutput = .none
        emulatedStop = []
        offersTools = false
        discardsToolCalls = false
        report = TranslationReport()
    }

    /// Creates the context of an answer to a fitted conversation: with its report and its tool names, and without what a
    /// dialect adds of its own.
    init(for conversation: borrowing Conversation) {
        toolNames = conversation.toolNames
        report = conversation.report
        structuredOutput = conversation.structuredOutput
        emulatedStop = conversation.emulatedStop
        offersTools = !conversation.tools.isEmpty
        discardsToolCalls = conversation.toolChoice == .none && !conversation.tools.isEmpty
    }
}

/// How an answer is made to follow a schema.
public enum StructuredOutputMode: Sendable, Hashable {
    /// It is not.
    case none
    /// The model's own mechanism: the text is the JSON.
    case native
    /// A tool with this name is called with the JSON; the client sees its arguments as text.
    case tool(String)
    /// The model was told in words; code fences around the JSON are removed.
    case instruction
}
