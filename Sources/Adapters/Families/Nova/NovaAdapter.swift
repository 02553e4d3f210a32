public import BedrockRuntime
public import Catalog
import JSON

/// Amazon Nova's own body through InvokeModel: Converse's shapes with differences.
///
/// ```
/// POST /model/{id}/invoke
/// {"schemaVersion":"messages-v1","system":[{"text":"Be brief."}],"messages":[{"role":"user","content":[{"text":"Hi"}]}],"inferenceConfig":{"maxTokens":64}}
/// → {"output":{"message":{"role":"assistant","content":[{"text":"Hello."}]}},"stopReason":"end_turn","usage":{"inputTokens":8,"cacheReadInputTokenCount":0,…}}
/// → {"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"Hel"}}}
/// ```
///
/// There are no document blocks, a cache point is a member of the text it follows, and the answer ends with the stop text
/// that ended it. It has no options.
public struct NovaAdapter: ModelAdapter {
    /// The name that selects this adapter.
    public static let id = AdapterID.nova

    private let model: Model

    /// Creates the adapter for an entry.
    public init(model: Model) throws(AdapterError) {
        self.model = model
        _ = try AdapterOptions(of: model, for: Self.id, known: [])
    }

    /// Translates a conversation into an InvokeModel call.
    public func call(for conversation: consuming Conversation, streaming: Bool) throws(AdapterError) -> (
        BedrockCall, ReplyContext
    ) {
        var context = ReplyContext(for: conversation)
        Self.prepare(&context, of: model, for: &conversation)
        let body = try NovaRequestWriter(model: model).body(for: conversation, report: &context.report)
        let call = BedrockCall.invoke(conversation, body: body, streaming: streaming, report: &context.report)
        return (call, context)
    }

    /// Says what is particular about the answers of Nova, on Converse too; nothing for other models.
    static func prepare(_ context: inout ReplyContext, of model: Model, for conversation: inout Conversation) {
        guard model.adapter == id else { return }
        let stops = conversation.stop.map(\.string)
        context.emulatedStop += stops
        // The first generation thinks aloud when it has tools.
        if model.thinking.style == .none, !conversation.tools.isEmpty {
            context.reasoningTags = ReasoningTags(names: ["thinking"])
            // It would stop inside that thinking, and the answer would be empty.
            conversation.stop = []
            if !stops.isEmpty { context.report.adjust("stop=emulated") }
        } else if !stops.isEmpty {
            // Nova leaves the stop text in its answer: it is trimmed as if the gateway had stopped.
            context.stopsItself = conversation.emulatedStop.isEmpty
        }
    }

    /// Reads a whole answer, which is Converse's.
    public func events(from reply: BedrockReply, for context: ReplyContext) throws(AdapterError) -> [ChatEvent] {
        try ConverseReplyReader(model: model).events(from: reply.body)
    }

    /// Creates the decoder of a streamed answer.
    public func makeEventDecoder(for context: ReplyContext) -> NovaEventDecoder {
        NovaEventDecoder(model: model)
    }
}
