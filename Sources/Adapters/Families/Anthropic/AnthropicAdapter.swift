public import BedrockRuntime
public import Catalog
import JSON

/// Anthropic Messages through InvokeModel: Claude 3 and later.
///
/// ```
/// POST /model/{id}/invoke
/// {"anthropic_version":"bedrock-2023-05-31","max_tokens":64,"system":"Be brief.","messages":[{"role":"user","content":"Hi"}]}
/// → {"type":"message","role":"assistant","content":[{"type":"text","text":"Hello."}],"stop_reason":"end_turn","usage":{"input_tokens":8,…}}
/// → {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}
/// ```
///
/// The body never holds `model` or `stream`: the path says both, and Claude refuses keys it does not know.
///
/// Options: `betas` and `converse_betas`, the Anthropic beta names that Bedrock lets through on InvokeModel and on Converse;
/// any other that a client asks for is dropped, for AWS would refuse the request.
public struct AnthropicAdapter: ModelAdapter {
    /// The name that selects this adapter.
    public static let id = AdapterID.anthropic

    private let model: Model
    private let template: JSONValue?
    private let acceptedBetas: Set<String>

    /// Creates the adapter for an entry.
    public init(model: Model) throws(AdapterError) {
        self.model = model
        template = AnthropicRequestWriter.template(of: model)
        acceptedBetas = try ClaudeOptions(model).betas
    }

    /// Translates a conversation into an InvokeModel call.
    public func call(for conversation: consuming Conversation, streaming: Bool) throws(AdapterError) -> (
        BedrockCall, ReplyContext
    ) {
        var context = ReplyContext(for: conversation)
        let betas = conversation.betas.filter(acceptedBetas.contains)
        if betas.count < conversation.betas.count { context.report.drop("anthropic_beta") }
        let body = try AnthropicRequestWriter(model: model, template: template, betas: betas).body(for: conversation)
        let call = BedrockCall.invoke(conversation, body: body, streaming: streaming, report: &context.report)
        return (call, context)
    }

    /// Reads a whole answer.
    public func events(from reply: BedrockReply, for context: ReplyContext) throws(AdapterError) -> [ChatEvent] {
        try AnthropicReplyReader.events(from: reply.body)
    }

    /// Creates the decoder of a streamed answer.
    public func makeEventDecoder(for context: ReplyContext) -> AnthropicEventDecoder {
        AnthropicEventDecoder()
    }
}

/// The readings of Anthropic's answers that the whole and the streamed form share.
enum AnthropicVocabulary {
    static func finishReason(_ reason: String?, hasToolCalls: Bool) -> FinishReason {
        switch reason {
        case "max_tokens", "model_context_window_exceeded": .length
        case "refusal": .contentFilter
        default: hasToolCalls ? .toolCalls : .stop
        }
    }

    /// Adds the counts that an object holds to those known so far; Anthropic tells input first and output last.
    static func merge(_ usage: JSONValue?, into counts: inout AnthropicCounts) {
        guard let usage, usage.kind == .object else { return }
        counts.input = usage["input_tokens"]?.tokenCount ?? counts.input
        counts.output = usage["output_tokens"]?.tokenCount ?? counts.output
        counts.cacheRead = usage["cache_read_input_tokens"]?.tokenCount ?? counts.cacheRead
        counts.cacheWrite = usage["cache_creation_input_tokens"]?.tokenCount ?? counts.cacheWrite
        let details = usage["output_tokens_details"]
        counts.reasoning = (details?["thinking_tokens"] ?? details?["reasoning_tokens"])?.tokenCount ?? counts.reasoning
    }
}

/// Anthropic's token counts, which exclude cached tokens from the input.
struct AnthropicCounts {
    var input: Int?
    var output: Int?
    var cacheRead: Int?
    var cacheWrite: Int?
    var reasoning: Int?

    var usage: TokenUsage? {
        guard let input else { return nil }
        return TokenUsage(
            promptTokens: input + (cacheRead ?? 0) + (cacheWrite ?? 0),
            completionTokens: output ?? 0,
            cacheReadTokens: cacheRead,
            cacheWriteTokens: cacheWrite,
            reasoningTokens: reasoning
        )
    }
}
