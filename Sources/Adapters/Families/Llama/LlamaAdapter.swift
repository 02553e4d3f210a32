public import BedrockRuntime
public import Catalog

/// Meta's prompt dialect through InvokeModel: Llama 3 to 4, and imported models of their architecture.
///
/// ```
/// POST /model/{id}/invoke
/// {"prompt":"<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n","max_gen_len":512}
/// → {"generation":"Hello.","prompt_token_count":11,"generation_token_count":3,"stop_reason":"stop"}
/// → {"generation":"Hel","prompt_token_count":11,"generation_token_count":1,"stop_reason":null}
/// ```
///
/// There is no field for stop texts: the gateway cuts the answer. Images go into `images`, each with an `<|image|>` in the
/// prompt.
///
/// Options: `prompt`, the tokens of the model's generation (see ``PromptTemplate``).
public struct LlamaAdapter: ModelAdapter {
    /// The name that selects this adapter.
    public static let id = AdapterID.llama

    private let dialect: PromptDialect

    /// Creates the adapter for an entry.
    public init(model: Model) throws(AdapterError) {
        let options = try PromptOptions(of: model, keys: ["prompt"])
        dialect = PromptDialect(
            model: model,
            template: try PromptTemplate(try options.map("prompt", keys: PromptTemplate.keys), reasoningTags: []),
            body: try PromptBodyFields(
                .empty,
                usual: [
                    "prompt": "prompt", "max_tokens": "max_gen_len", "temperature": "temperature", "top_p": "top_p",
                    "images": "images",
                ]
            ),
            reply: PromptReplyFields(
                text: "generation",
                stopReason: "stop_reason",
                promptTokens: "prompt_token_count",
                completionTokens: "generation_token_count"
            )
        )
    }

    /// Translates a conversation into an InvokeModel call.
    public func call(for conversation: consuming Conversation, streaming: Bool) throws(AdapterError) -> (
        BedrockCall, ReplyContext
    ) {
        try dialect.call(for: conversation, streaming: streaming)
    }

    /// Reads a whole answer.
    public func events(from reply: BedrockReply, for context: ReplyContext) throws(AdapterError) -> [ChatEvent] {
        try dialect.events(from: reply)
    }

    /// Creates the decoder of a streamed answer.
    public func makeEventDecoder(for context: ReplyContext) -> PromptEventDecoder {
        dialect.makeEventDecoder(for: context)
    }
}
