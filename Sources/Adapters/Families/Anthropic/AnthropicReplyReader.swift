import JSON
import NIOCore

/// Reads a whole Anthropic Messages answer.
enum AnthropicReplyReader {
    static func events(from body: ByteBuffer) throws(AdapterError) -> [ChatEvent] {
        let reply = try JSONValue.parse(answer: body)
        guard let content = reply["content"], content.kind == .array else {
            throw .malformedReply("there is no content")
        }
        var events: [ChatEvent] = []
        var calls = ToolCallBlocks()
        for block in content.elements { append(block, to: &events, &calls) }
        if let trace = reply.guardrailTrace { events.append(.guardrailTrace(trace)) }
        var counts = AnthropicCounts()
        AnthropicVocabulary.merge(reply["usage"], into: &counts)
        if let usage = counts.usage { events.append(.usage(usage)) }
        var reason = AnthropicVocabulary.finishReason(reply["stop_reason"]?.string, hasToolCalls: calls.count > 0)
        if reply.isIntervened { reason = .contentFilter }
        events.append(.finished(reason))
        return events
    }

    private static func append(_ block: JSONValue, to events: inout [ChatEvent], _ calls: inout ToolCallBlocks) {
        switch block["type"]?.string {
        case "text":
            if let text = block["text"]?.text, !text.isEmpty { events.append(.text(text)) }
        case "thinking":
            if let text = block["thinking"]?.text, !text.isEmpty { events.append(.thinking(text)) }
            if let signature = block["signature"]?.text, !signature.isEmpty {
                events.append(.thinkingSignature(signature))
            }
        case "redacted_thinking":
            if let data = block["data"]?.text { events.append(.redactedThinking(data)) }
        case "tool_use":
            guard let id = block["id"]?.text, let name = block["name"]?.text else { return }
            let arguments = JSONText(argumentsFrom: block["input"])
            calls.append(block: calls.count, id: id, name: name, arguments: arguments, to: &events)
        default: return
        }
    }
}
