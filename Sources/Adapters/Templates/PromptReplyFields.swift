import JSON

/// Where an answer's parts stand: the `reply` map of an entry's options.
///
/// ```yaml
/// reply:
///   text: [results.0.outputText, outputText]      # the first place that has a value counts
///   stop_reason: [results.0.completionReason, completionReason]
///   prompt_tokens: inputTextTokenCount
///   completion_tokens: totalOutputTextTokenCount
/// ```
///
/// Whole and streamed answers are read alike, so a list names the places of both. What is not given is looked for where
/// Llama, Mistral, DeepSeek and imported models put it.
struct PromptReplyFields: Sendable {
    static let keys = ["text", "stop_reason", "prompt_tokens", "completion_tokens"]

    let text: [ReplyPath]
    let stopReason: [ReplyPath]
    let promptTokens: [ReplyPath]
    let completionTokens: [ReplyPath]

    init(_ options: PromptOptions) throws(AdapterError) {
        text = try Self.paths("text", options, ["generation", "outputs.0.text", "choices.0.text"])
        stopReason = try Self.paths(
            "stop_reason",
            options,
            // Where a choice has both, `stop_reason` holds the stop text that came.
            ["stop_reason", "outputs.0.stop_reason", "choices.0.finish_reason", "choices.0.stop_reason"]
        )
        promptTokens = try Self.paths("prompt_tokens", options, ["prompt_token_count", "usage.prompt_tokens"])
        completionTokens = try Self.paths(
            "completion_tokens",
            options,
            ["generation_token_count", "usage.completion_tokens"]
        )
    }

    /// Llama's places.
    init(text: String, stopReason: String, promptTokens: String, completionTokens: String) {
        self.text = [ReplyPath(text)]
        self.stopReason = [ReplyPath(stopReason)]
        self.promptTokens = [ReplyPath(promptTokens)]
        self.completionTokens = [ReplyPath(completionTokens)]
    }

    private static func paths(
        _ key: String,
        _ options: PromptOptions,
        _ usual: [String]
    ) throws(AdapterError) -> [ReplyPath] {
        let spellings = try options.texts(key) ?? usual
        guard !spellings.contains(where: \.isEmpty) else { throw options.failure(key, "must name a place") }
        return spellings.map { ReplyPath($0) }
    }

    /// Why an answer ended, in the words of the families that take a prompt.
    static func finishReason(_ reason: String) throws(AdapterError) -> FinishReason {
        switch reason.lowercased() {
        case "length", "max_tokens", "error_limit": .length
        case "content_filter", "content_filtered", "error_toxic": .contentFilter
        case "error": throw .modelFailed("The model ended its answer with an error.")
        default: .stop
        }
    }
}
