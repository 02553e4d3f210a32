public import BedrockRuntime
public import Catalog
import JSON

/// Bedrock's own dialect, which nearly every model speaks.
///
/// ```
/// POST /model/{id}/converse
/// {"messages":[{"role":"user","content":[{"text":"Hi"}]}],"system":[{"text":"Be brief."}],"inferenceConfig":{"maxTokens":64}}
/// → {"output":{"message":{"role":"assistant","content":[{"text":"Hello."}]}},"stopReason":"end_turn","usage":{"inputTokens":8,…}}
/// → contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"Hel"}}
/// ```
public struct ConverseAdapter: ModelAdapter {
    /// The name that selects this adapter.
    public static let id = AdapterID.converse

    private let model: Model
    private let writer: ConverseRequestWriter

    /// Creates the adapter.
    ///
    /// Converse has no options of its own; of a Claude entry it reads `converse_betas`.
    public init(model: Model) throws(AdapterError) {
        self.model = model
        let acceptedBetas = model.adapter == .anthropic ? try ClaudeOptions(model).converseBetas : []
        writer = ConverseRequestWriter(model: model, acceptedBetas: acceptedBetas)
    }

    /// Translates a conversation into a Converse or ConverseStream call.
    public func call(for conversation: consuming Conversation, streaming: Bool) throws(AdapterError) -> (
        BedrockCall, ReplyContext
    ) {
        var context = ReplyContext(for: conversation)
        NovaAdapter.prepare(&context, of: model, for: &conversation)
        let body = try writer.body(for: conversation, streaming: streaming, report: &context.report)
        let call = BedrockCall(
            operation: streaming ? .converseStream : .converse,
            path: BedrockPath.converse(modelID: conversation.modelID, streaming: streaming),
            body: body,
            framing: streaming ? .eventStream : .whole
        )
        return (call, context)
    }

    /// Reads a whole Converse answer.
    public func events(from reply: BedrockReply, for context: ReplyContext) throws(AdapterError) -> [ChatEvent] {
        try ConverseReplyReader(model: model).events(from: reply.body)
    }

    /// Creates the decoder of a ConverseStream answer.
    public func makeEventDecoder(for context: ReplyContext) -> ConverseEventDecoder {
        ConverseEventDecoder(model: model)
    }
}

/// The readings of Converse that the whole and the streamed answer share.
enum ConverseVocabulary {
    /// Maps a stop reason, an open set.
    ///
    /// - Parameters:
    ///   - reason: AWS's word.
    ///   - hasToolCalls: Whether the answer called tools, which some open models end with `end_turn`.
    /// - Returns: The reason in this product's words.
    /// - Throws: `AdapterError.modelFailed` for output that Bedrock could not read.
    static func finishReason(_ reason: String, hasToolCalls: Bool) throws(AdapterError) -> FinishReason {
        switch reason {
        case "max_tokens", "model_context_window_exceeded": .length
        case "guardrail_intervened", "content_filtered", "refusal": .contentFilter
        case "malformed_model_output", "malformed_tool_use":
            throw .modelFailed("The model produced output that Bedrock could not read (\(reason)).")
        default: hasToolCalls ? .toolCalls : .stop
        }
    }

    /// Reads a usage object; `gross` counts include cached tokens already.
    static func usage(_ usage: JSONValue, counting: UsageCounting) -> TokenUsage? {
        guard usage.kind == .object, let input = usage["inputTokens"]?.tokenCount else { return nil }
        let read = (usage["cacheReadInputTokens"] ?? usage["cacheReadInputTokenCount"])?.tokenCount
        let write = (usage["cacheWriteInputTokens"] ?? usage["cacheWriteInputTokenCount"])?.tokenCount
        return TokenUsage(
            promptTokens: counting == .gross ? input : input + (read ?? 0) + (write ?? 0),
            completionTokens: usage["outputTokens"]?.tokenCount ?? 0,
            cacheReadTokens: read,
            cacheWriteTokens: write
        )
    }
}
