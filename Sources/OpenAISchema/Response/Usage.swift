public import JSON

/// The `usage` object of a chat completion.
public struct Usage: Sendable, Hashable {
    /// Prompt tokens, cached ones included.
    public var promptTokens: Int
    /// Answer tokens, thinking included.
    public var completionTokens: Int
    /// Prompt tokens read from a cache.
    public var cachedTokens: Int?
    /// Prompt tokens written to a cache.
    public var cacheWriteTokens: Int?
    /// Answer tokens spent thinking, where known.
    public var reasoningTokens: Int?

    /// Creates counts.
    public init(
        promptTokens: Int,
        completionTokens: Int,
        cachedTokens: Int? = nil,
        cacheWriteTokens: Int? = nil,
        reasoningTokens: Int? = nil
    ) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.cachedTokens = cachedTokens
        self.cacheWriteTokens = cacheWriteTokens
        self.reasoningTokens = reasoningTokens
    }

    /// Adds the counts of another answer, for several choices of one request.
    public mutating func add(_ other: Usage) {
        func sum(_ left: Int?, _ right: Int?) -> Int? {
            left == nil && right == nil ? nil : (left ?? 0) + (right ?? 0)
        }
        promptTokens += other.promptTokens
        completionTokens += other.completionTokens
        cachedTokens = sum(cachedTokens, other.cachedTokens)
        cacheWriteTokens = sum(cacheWriteTokens, other.cacheWriteTokens)
        reasoningTokens = sum(reasoningTokens, other.reasoningTokens)
    }

    /// Writes the object.
    ///
    /// Every number is a whole one; what is unknown is left out or 0, never `null`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("prompt_tokens")
        writer.int(promptTokens)
        writer.key("completion_tokens")
        writer.int(completionTokens)
        writer.key("total_tokens")
        writer.int(promptTokens + completionTokens)
        writer.key("prompt_tokens_details")
        writer.beginObject()
        writer.key("cached_tokens")
        writer.int(cachedTokens ?? 0)
        writer.key("audio_tokens")
        writer.int(0)
        if let cacheWriteTokens {
            writer.key("cache_write_tokens")
            writer.int(cacheWriteTokens)
        }
        writer.endObject()
        writer.key("completion_tokens_details")
        writer.beginObject()
        writer.key("reasoning_tokens")
        writer.int(reasoningTokens ?? 0)
        writer.key("audio_tokens")
        writer.int(0)
        writer.key("accepted_prediction_tokens")
        writer.int(0)
        writer.key("rejected_prediction_tokens")
        writer.int(0)
        writer.endObject()
        // Anthropic's names, which Roo Code reads.
        if let cachedTokens, cachedTokens > 0 {
            writer.key("cache_read_input_tokens")
            writer.int(cachedTokens)
        }
        if let cacheWriteTokens, cacheWriteTokens > 0 {
            writer.key("cache_creation_input_tokens")
            writer.int(cacheWriteTokens)
        }
        writer.endObject()
    }
}
