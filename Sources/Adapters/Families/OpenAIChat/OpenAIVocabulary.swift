import Catalog
import JSON

/// The readings of OpenAI-shaped answers that the whole and the streamed form share.
enum OpenAIVocabulary {
    /// Maps a finish reason, an open set.
    static func finishReason(_ reason: String?, hasToolCalls: Bool) -> FinishReason {
        switch reason {
        case "length", "max_tokens", "model_length", "model_context_window_exceeded": .length
        case "content_filter", "content_filtered", "guardrail_intervened": .contentFilter
        default: hasToolCalls ? .toolCalls : .stop
        }
    }

    /// Appends the thinking and the text of a message or a delta.
    static func appendContent(of message: JSONValue, hidesThinking: Bool, to events: inout [ChatEvent]) {
        var thinking: JSONText?
        var content: JSONValue?
        var refusal: JSONText?
        for (key, value) in message.members {
            if key.equals("content") {
                content = value
            } else if key.equals("reasoning_content") {
                thinking = value.text ?? thinking
            } else if key.equals("reasoning") {
                thinking = thinking ?? value.text
            } else if key.equals("refusal") {
                refusal = value.text
            }
        }
        if let thinking, !thinking.isEmpty, !hidesThinking { events.append(.thinking(thinking)) }
        if let text = content?.text {
            if !text.isEmpty { events.append(.text(text)) }
        } else if let content, content.kind == .array {
            for part in content.elements { append(part, hidesThinking: hidesThinking, to: &events) }
        }
        if let refusal, !refusal.isEmpty { events.append(.text(refusal)) }
    }

    /// Appends a part: text, or Magistral's thinking, which is a string or a list of texts.
    private static func append(_ part: JSONValue, hidesThinking: Bool, to events: inout [ChatEvent]) {
        if let text = part["text"]?.text {
            if !text.isEmpty { events.append(.text(text)) }
        } else if let thinking = part["thinking"], !hidesThinking {
            if let text = thinking.text, !text.isEmpty { events.append(.thinking(text)) }
            for element in thinking.elements {
                if let text = element["text"]?.text, !text.isEmpty { events.append(.thinking(text)) }
            }
        }
    }

    /// Appends what AWS adds to an answer.
    static func appendNotes(from body: JSONValue, to events: inout [ChatEvent]) {
        if let tier = body["service_tier"]?.string { events.append(.serviceTier(tier)) }
        if let trace = body.guardrailTrace { events.append(.guardrailTrace(trace)) }
    }

    /// What a body says of its failure instead of answering.
    static func failure(in body: JSONValue) -> AdapterError? {
        guard let error = body["error"], !error.isNull else { return nil }
        return .modelFailed((error["message"] ?? error).string ?? "The model reported an error instead of an answer.")
    }

    /// Reads OpenAI's counts, whose prompt includes what came from a cache.
    static func usage(_ usage: JSONValue) -> TokenUsage? {
        guard let prompt = usage["prompt_tokens"]?.tokenCount else { return nil }
        let details = usage["prompt_tokens_details"]
        return TokenUsage(
            promptTokens: prompt,
            completionTokens: usage["completion_tokens"]?.tokenCount ?? 0,
            cacheReadTokens: details?["cached_tokens"]?.tokenCount,
            cacheWriteTokens: details?["cache_write_tokens"]?.tokenCount,
            reasoningTokens: usage["completion_tokens_details"]?["reasoning_tokens"]?.tokenCount
        )
    }

    /// AWS's own counts, whose input leaves cached tokens out unless the entry says otherwise.
    static func usage(_ counts: InvocationCounts, _ counting: UsageCounting) -> TokenUsage? {
        guard let input = counts.input, let output = counts.output else { return nil }
        return TokenUsage(
            promptTokens: counting == .gross ? input : input + (counts.cacheRead ?? 0) + (counts.cacheWrite ?? 0),
            completionTokens: output,
            cacheReadTokens: counts.cacheRead,
            cacheWriteTokens: counts.cacheWrite
        )
    }
}
