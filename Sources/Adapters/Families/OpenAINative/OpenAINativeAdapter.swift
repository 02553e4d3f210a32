public import BedrockRuntime
public import Catalog

/// Bedrock's own chat completions endpoints, on the runtime host or on mantle, for models that have no other door.
///
/// ```
/// POST /openai/v1/chat/completions
/// {"model":"us.xai.grok-4.7","messages":[{"role":"user","content":"Hi"}],"stream":true,"stream_options":{"include_usage":true}}
/// → data: {"id":"chatcmpl-…","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Hel"}}]}
/// → data: [DONE]
/// ```
///
/// Of the client's body goes on what Bedrock takes, as it is written, except for what the entry says that the model refuses
/// and what is this gateway's own; the answer is relayed event by event, with ids of tool calls that are unique.
///
/// Options:
/// - `max_tokens_field`: `max_completion_tokens` where the other is refused; without it the client's own word is kept.
/// - `tool_choice_required`: `required`, or `any`.
/// - `reasoning_excludes`: `tools` or `sampling`, where they are refused while the model reasons. For tools Converse is
///   taken instead, or reasoning is switched off; `temperature` and its like are dropped.
/// - `reasoning_tags`, `reasoning_opens`: as with `openai-chat`.
public struct OpenAINativeAdapter: ModelAdapter {
    /// The name that selects this adapter.
    public static let id = AdapterID.openAINative

    private let model: Model
    private let endpoint: NativeEndpoint
    private let options: OpenAIChatOptions

    /// Creates the adapter for an entry.
    public init(model: Model) throws(AdapterError) {
        self.model = model
        endpoint = model.native ?? NativeEndpoint()
        options = try OpenAIChatOptions(of: model, for: Self.id)
    }

    /// Translates a conversation into a chat completions call.
    public func call(for conversation: consuming Conversation, streaming: Bool) throws(AdapterError) -> (
        BedrockCall, ReplyContext
    ) {
        var context = ReplyContext(for: conversation)
        options.keepStops(of: &conversation, &context)
        try exclude(&conversation, &context.report)
        let writer = OpenAINativeRequestWriter(
            model: model,
            modelID: endpoint.host == .mantle ? endpoint.modelID ?? model.bedrockID : conversation.modelID,
            options: options,
            streaming: streaming
        )
        let headers = try headers(for: &conversation, &context.report)
        let call = BedrockCall(
            host: endpoint.host == .mantle ? .mantle : .runtime,
            operation: .chatCompletions,
            path: endpoint.path + "/chat/completions",
            headers: headers,
            body: try writer.body(for: conversation, report: &context.report),
            framing: streaming ? .serverSentEvents : .whole
        )
        return (call, context)
    }

    /// Reads a whole answer.
    public func events(from reply: BedrockReply, for context: ReplyContext) throws(AdapterError) -> [ChatEvent] {
        try OpenAIReplyReader(model: model).events(from: reply)
    }

    /// Creates the decoder of a streamed answer.
    public func makeEventDecoder(for context: ReplyContext) -> OpenAIEventDecoder {
        OpenAIEventDecoder(model: model)
    }

    /// Chooses between reasoning and what is refused beside it.
    ///
    /// Tools win over reasoning, unless Converse can have both; reasoning wins over temperature and its like.
    private func exclude(
        _ conversation: inout Conversation,
        _ report: inout TranslationReport
    ) throws(AdapterError) {
        guard conversation.thinkingPlan != .effort(.none) else { return }
        if options.reasoningExcludes.contains(.tools), !conversation.tools.isEmpty {
            if model.converse { throw .cannotSay("tools together with reasoning") }
            if model.thinking.effortLevels.contains(.none) {
                conversation.thinkingPlan = .effort(.none)
                report.adjust("reasoning=off (tools)")
                return
            }
        }
        guard options.reasoningExcludes.contains(.sampling) else { return }
        let wanted = conversation.sampling
        var kept = SamplingParameters()
        kept.maxOutputTokens = wanted.maxOutputTokens
        kept.seed = wanted.seed
        conversation.sampling = kept
        if wanted.temperature != nil { report.drop("temperature") }
        if wanted.topP != nil { report.drop("top_p") }
        if wanted.frequencyPenalty != nil { report.drop("frequency_penalty") }
        if wanted.presencePenalty != nil { report.drop("presence_penalty") }
    }

    /// The headers of the runtime host; mantle takes guardrail headers and ignores them, so a guardrail needs another way.
    private func headers(
        for conversation: inout Conversation,
        _ report: inout TranslationReport
    ) throws(AdapterError) -> [(name: String, value: String)] {
        if conversation.latency != nil { report.drop("latency") }
        conversation.latency = nil
        // The tier is a member of the body here.
        let tier = conversation.serviceTier
        conversation.serviceTier = nil
        defer { conversation.serviceTier = tier }
        guard endpoint.host == .mantle else {
            if conversation.guardrail?.streamProcessingMode != nil {
                report.drop("guardrailConfig.streamProcessingMode")
            }
            return InvokeHeaders.make(for: conversation, report: &report)
        }
        if conversation.guardrail != nil { throw .cannotSay("guardrails") }
        if !conversation.metadata.isEmpty { report.drop("metadata") }
        return []
    }
}
