import OpenAISchema

/// How thinking reaches the client.
enum ThinkingOutput: Sendable {
    /// In `reasoning_content`, with blocks that can be given back in `thinking_blocks`.
    case field
    /// In the content, between `<think>` and `</think>` and a blank line, as the predecessor did.
    case tags
    /// Not at all.
    case hidden

    /// Precedence: 1.
    ///
    /// `include_thinking_data`; 2. `reasoning.exclude`; 3. the field.
    init(_ request: borrowing ChatCompletionRequest) {
        switch request.includeThinkingData {
        case true?: self = .tags
        case false?: self = .hidden
        case nil: self = request.excludesReasoning ? .hidden : .field
        }
    }
}
