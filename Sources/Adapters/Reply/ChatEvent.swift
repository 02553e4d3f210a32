public import JSON

/// One thing that happened in an answer.
///
/// Order: text, thinking and tool calls as the model made them; then exactly one ``finished(_:)``; usage before or
/// after it. A tool call is started once, gets any number of argument pieces, and is finished.
public enum ChatEvent: Sendable {
    /// A piece of the visible answer, not empty.
    case text(JSONText)
    /// A piece of thinking, not empty.
    case thinking(JSONText)
    /// The signature of the thinking block that just ended.
    case thinkingSignature(JSONText)
    /// A whole encrypted thinking block, in base64.
    case redactedThinking(JSONText)
    /// The model starts calling a tool. Indexes count calls from 0.
    case toolCallStarted(index: Int, id: JSONText, name: JSONText)
    /// A piece of the text of a call's arguments, which is JSON once whole.
    case toolCallArguments(index: Int, JSONText)
    /// A call's arguments are whole.
    case toolCallFinished(index: Int)
    /// Token counts; the last one given stands.
    case usage(TokenUsage)
    /// The service tier that really served the call.
    case serviceTier(String)
    /// The guardrail's assessment, as AWS wrote it.
    case guardrailTrace(JSONValue)
    /// The answer ended.
    case finished(FinishReason)
}

/// Why an answer ended.
public enum FinishReason: String, Sendable, Hashable {
    /// The model was done, or a stop text came.
    case stop
    /// The token limit or the context window was reached.
    case length
    /// The model waits for tool results.
    case toolCalls
    /// A guardrail or the model's own filter stepped in.
    case contentFilter
}

/// Token counts of one answer.
///
/// Nil means that the model did not say.
public struct TokenUsage: Sendable, Hashable {
    /// Prompt tokens, cached ones included.
    public var promptTokens: Int
    /// Answer tokens, thinking included.
    public var completionTokens: Int
    /// Prompt tokens read from a cache.
    public var cacheReadTokens: Int?
    /// Prompt tokens written to a cache.
    public var cacheWriteTokens: Int?
    /// Answer tokens spent thinking.
    public var reasoningTokens: Int?

    /// Creates counts.
    public init(
        promptTokens: Int,
        completionTokens: Int,
        cacheReadTokens: Int? = nil,
        cacheWriteTokens: Int? = nil,
        reasoningTokens: Int? = nil
    ) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.cacheReadTokens = cacheReadTokens
        self.cacheWriteTokens = cacheWriteTokens
        self.reasoningTokens = reasoningTokens
    }

    /// The most tokens that a count may say: what is more is a model's mistake, and sums of counts must fit an `Int`.
    private static let mostTokens = 1 << 40

    /// A count as a model reports it, within what can be true.
    static func plausible(_ count: Int) -> Int { min(max(count, 0), mostTokens) }
}

extension JSONValue {
    /// A count of tokens; nil for what is no whole number.
    var tokenCount: Int? { int.map(TokenUsage.plausible) }
}
