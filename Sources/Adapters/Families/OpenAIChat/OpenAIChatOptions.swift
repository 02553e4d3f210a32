import Catalog
import JSON

/// In what the families that speak OpenAI's body differ, as `options` of their entries say it.
struct OpenAIChatOptions: Sendable {
    /// The field of the answer's limit.
    enum LimitField: String, CaseIterable, Sendable {
        case maxTokens = "max_tokens"
        case maxCompletionTokens = "max_completion_tokens"
    }

    /// The word that demands a tool call.
    enum RequiredWord: String, CaseIterable, Sendable {
        case required
        case any
    }

    /// The ids of tool calls that the family takes.
    enum CallIDs: String, CaseIterable, Sendable {
        case any
        /// Exactly nine letters and digits (Mistral).
        case alnum9
    }

    /// What may be refused while a model reasons.
    enum Excluded: String, CaseIterable, Sendable {
        case tools
        case sampling
    }

    /// `max_tokens_field`; nil keeps what the client wrote, where that can be kept.
    var limitField: LimitField?
    /// `tool_choice_required`.
    var requiredWord = RequiredWord.required
    /// `tool_call_ids`.
    var callIDs = CallIDs.any
    /// `omits_tool_choice`: tools are taken, but no word about choosing them.
    var omitsToolChoice = false
    /// `string_content`: content is one string, so that images need Converse.
    var takesStringsOnly = false
    /// `reasoning_tags` and `reasoning_opens`.
    var reasoningTags: ReasoningTags?
    /// `reasoning_excludes`: what is refused while the model reasons.
    var reasoningExcludes: Set<Excluded> = []

    /// The options that any answer in OpenAI's shape may need.
    private static let common = ["max_tokens_field", "tool_choice_required", "reasoning_tags", "reasoning_opens"]

    /// Reads the options of an entry.
    init(of model: Model, for adapter: AdapterID) throws(AdapterError) {
        let particular =
            adapter == .openAINative
            ? ["reasoning_excludes"] : ["tool_call_ids", "omits_tool_choice", "string_content"]
        let options = try AdapterOptions(of: model, for: adapter, known: Self.common + particular)
        limitField = try options.word("max_tokens_field", LimitField.self)
        requiredWord = try options.word("tool_choice_required", RequiredWord.self) ?? .required
        callIDs = try options.word("tool_call_ids", CallIDs.self) ?? .any
        omitsToolChoice = try options.flag("omits_tool_choice")
        takesStringsOnly = try options.flag("string_content")
        reasoningExcludes = Set(try options.words("reasoning_excludes", Excluded.self))
        let tags = try options.tags("reasoning_tags")
        let opensInside = try options.flag("reasoning_opens")
        if opensInside, tags.isEmpty { throw options.bad("reasoning_opens", "goes with reasoning_tags only") }
        if !tags.isEmpty {
            // A chat model decides for itself whether it thinks, whatever its template opened.
            reasoningTags = ReasoningTags(names: tags, opensInside: opensInside, unclosedIsAnswer: opensInside)
        }
    }

    /// Keeps stop texts from a model that reasons in its text: they would end the reasoning, and the answer would be empty.
    func keepStops(of conversation: inout Conversation, _ context: inout ReplyContext) {
        if reasoningTags != nil, !conversation.stop.isEmpty {
            conversation.emulatedStop += conversation.stop.map(\.string)
            conversation.stop = []
            context.report.adjust("stop=emulated")
        }
        context.emulatedStop = conversation.emulatedStop
        context.reasoningTags = reasoningTags
    }
}
