public import BedrockRuntime
import JSON

/// Translates the stream of a model that continues a prompt; a whole answer is read as a stream of one chunk.
///
/// The end is told with Bedrock's counts, which come last, or when the stream ends.
public struct PromptEventDecoder: ChatEventDecoder {
    private let fields: PromptReplyFields
    /// Whether counts are told as they come, for an answer that may be cut before its end.
    private let countsEarly: Bool
    private var promptTokens: Int?
    private var completionTokens: Int?
    private var end = HeldEnd()
    private var hasText = false

    init(fields: PromptReplyFields, countsEarly: Bool = false) {
        self.fields = fields
        self.countsEarly = countsEarly
    }

    /// Translates one chunk.
    public mutating func decode(_ event: BedrockEvent, into events: inout [ChatEvent]) throws(AdapterError) {
        guard event.kind == .chunk else { return }
        let chunk = try JSONValue.parse(answer: event.payload, part: "a chunk")
        let reason = try read(chunk, into: &events)
        if let reason { end.hold(reason) }
        let counts = InvocationCounts(in: chunk)
        if let counts {
            take(counts)
            end.tell(&events)
        }
        if reason != nil || counts != nil || countsEarly { reportUsage(into: &events) }
    }

    /// A stream that closes without a stop reason was cut.
    public mutating func finish(into events: inout [ChatEvent]) throws(AdapterError) {
        guard end.isReached else { throw .streamCutShort }
        end.tell(&events)
    }

    /// The end that is held back, for the answer was complete.
    public mutating func breakOff(into events: inout [ChatEvent]) {
        end.tell(&events)
    }

    /// Translates a whole answer.
    mutating func decode(whole reply: BedrockReply, into events: inout [ChatEvent]) throws(AdapterError) {
        let body = try JSONValue.parse(answer: reply.body)
        let reason = try read(body, into: &events)
        guard hasText || end.isIntervened else { throw .malformedReply("there is no text") }
        take(InvocationCounts(headersOf: reply))
        end.hold(reason ?? .stop)
        end.tell(&events)
        reportUsage(into: &events)
    }

    /// Takes Bedrock's counts where the model gives none.
    private mutating func take(_ counts: InvocationCounts) {
        promptTokens = promptTokens ?? counts.input
        completionTokens = completionTokens ?? counts.output
    }

    /// Reads text, counts and guardrail, and returns why the answer ended if it did.
    private mutating func read(_ value: JSONValue, into events: inout [ChatEvent]) throws(AdapterError) -> FinishReason?
    {
        if let text = fields.text.value(in: value)?.text {
            hasText = true
            if !text.isEmpty, !end.isReached { events.append(.text(text)) }
        }
        promptTokens = fields.promptTokens.value(in: value)?.tokenCount ?? promptTokens
        completionTokens = fields.completionTokens.value(in: value)?.tokenCount ?? completionTokens
        if let trace = value.guardrailTrace { events.append(.guardrailTrace(trace)) }
        if value.isIntervened { end.isIntervened = true }
        if let reason = fields.stopReason.word(in: value) {
            return end.isIntervened ? .contentFilter : try PromptReplyFields.finishReason(reason)
        }
        return end.isIntervened ? .contentFilter : nil
    }

    private func reportUsage(into events: inout [ChatEvent]) {
        guard let promptTokens, let completionTokens else { return }
        events.append(.usage(TokenUsage(promptTokens: promptTokens, completionTokens: completionTokens)))
    }
}
