public import BedrockRuntime
public import Catalog

/// Any model that continues a prompt, described in models.yaml: Mistral instruct, DeepSeek R1, Titan, imported models.
///
/// ```
/// POST /model/{id}/invoke
/// {"prompt":"<s>[INST] Hi [/INST]","max_tokens":64}
/// → {"outputs":[{"text":" Hello.","stop_reason":"stop"}]}
/// → {"outputs":[{"text":" Hel","stop_reason":null}]}
/// ```
///
/// Options:
/// - `prompt`: how a conversation is written (see ``PromptTemplate``);
/// - `body`: what the request calls its members (see ``PromptBodyFields``); usually `prompt`, `max_tokens`, `temperature`,
///   `top_p`, `top_k` and `stop`;
/// - `reply`: where the answer stands (see ``PromptReplyFields``);
/// - `reasoning_tags`: names of tags, such as `think`, between which the model thinks in its text. Where `prompt.reply`
///   ends with the opening tag, the answer begins with thinking.
public struct TextAdapter: ModelAdapter {
    /// The name that selects this adapter.
    public static let id = AdapterID.text

    private let dialect: PromptDialect

    /// Creates the adapter for an entry.
    public init(model: Model) throws(AdapterError) {
        let options = try PromptOptions(of: model, keys: ["prompt", "body", "reply", "reasoning_tags"])
        let tags = try options.texts("reasoning_tags") ?? []
        guard !tags.contains(where: { $0.contains(where: "<>/ ".contains) }) else {
            throw options.failure("reasoning_tags", "holds names without brackets, such as think")
        }
        let names = ["prompt", "max_tokens", "temperature", "top_p", "top_k", "stop"]
        dialect = PromptDialect(
            model: model,
            template: try PromptTemplate(try options.map("prompt", keys: PromptTemplate.keys), reasoningTags: tags),
            body: try PromptBodyFields(
                try options.map("body", keys: PromptBodyFields.keys),
                usual: Dictionary(uniqueKeysWithValues: names.map { ($0, $0) })
            ),
            reply: try PromptReplyFields(try options.map("reply", keys: PromptReplyFields.keys)),
            reasoningTags: tags
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
