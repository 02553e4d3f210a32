public import BedrockRuntime
public import Catalog

/// OpenAI's chat completions body through InvokeModel: most open models.
///
/// ```
/// POST /model/{id}/invoke
/// {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}],"max_tokens":64}
/// → {"id":"chatcmpl-…","choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}],"usage":{"prompt_tokens":8,…}}
/// → {"id":"chatcmpl-…","choices":[{"index":0,"delta":{"content":"Hel"}}]}
/// ```
///
/// The body never holds `model` or `stream`: the path says both.
///
/// Options:
/// - `max_tokens_field`: `max_tokens`, or `max_completion_tokens` where the family knows only that.
/// - `tool_choice_required`: `required`, or `any` as Mistral spells it.
/// - `tool_call_ids`: `alnum9` where ids of calls are nine letters and digits; the same id always gets the same nine.
/// - `omits_tool_choice`: true where tools are taken but no word about choosing them.
/// - `string_content`: true where content is one string; images then go through Converse.
/// - `reasoning_tags`: the names of tags between which thinking stands in the text.
/// - `reasoning_opens`: true where an answer begins inside thinking, without an opening tag.
public struct OpenAIChatAdapter: ModelAdapter {
    /// The name that selects this adapter.
    public static let id = AdapterID.openAIChat

    private let model: Model
    private let options: OpenAIChatOptions

    /// Creates the adapter for an entry.
    public init(model: Model) throws(AdapterError) {
        self.model = model
        options = try OpenAIChatOptions(of: model, for: Self.id)
    }

    /// Translates a conversation into an InvokeModel call.
    public func call(for conversation: consuming Conversation, streaming: Bool) throws(AdapterError) -> (
        BedrockCall, ReplyContext
    ) {
        var context = ReplyContext(for: conversation)
        options.keepStops(of: &conversation, &context)
        let writer = OpenAIChatRequestWriter(model: model, options: options)
        let body = try writer.body(for: conversation, report: &context.report)
        let call = BedrockCall.invoke(conversation, body: body, streaming: streaming, report: &context.report)
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
}
