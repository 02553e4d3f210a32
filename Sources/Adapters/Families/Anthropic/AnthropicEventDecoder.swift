public import BedrockRuntime
import Glibc
import JSON
import NIOCore

/// Translates Anthropic's stream objects, which InvokeModelWithResponseStream carries as chunks.
public struct AnthropicEventDecoder: ChatEventDecoder {
    private var calls = ToolCallBlocks()
    private var signature = HeldSignature()
    private var counts = AnthropicCounts()
    private var stopReason: String?
    private var isIntervened = false
    private var isComplete = false

    init() {}

    /// Translates one chunk.
    public mutating func decode(_ event: BedrockEvent, into events: inout [ChatEvent]) throws(AdapterError) {
        guard event.kind == .chunk else { return }
        if let text = Self.plainText(of: event.payload) {
            if !text.isEmpty { events.append(.text(text)) }
            return
        }
        let chunk = try JSONValue.parse(answer: event.payload, part: "a chunk")
        // Nearly every chunk is a delta.
        if chunk.member("type", equals: "content_block_delta") {
            delta(chunk, &events)
            // Bedrock's own members stand beside type, index and delta.
            if chunk.count > 3 { noteGuardrail(chunk) }
            return
        }
        noteGuardrail(chunk)
        guard let type = chunk["type"] else { return }
        if type.equals("content_block_start") {
            start(chunk, &events)
        } else if type.equals("content_block_stop") {
            signature.release(&events)
            calls.stop(block: chunk["index"]?.int ?? 0, &events)
        } else if type.equals("message_start") {
            AnthropicVocabulary.merge(chunk["message"]?["usage"], into: &counts)
        } else if type.equals("message_delta") {
            stopReason = chunk["delta"]?["stop_reason"]?.string ?? stopReason
            AnthropicVocabulary.merge(chunk["usage"], into: &counts)
        } else if type.equals("message_stop") {
            complete(chunk, &events)
        } else if type.equals("error") {
            throw .modelFailed(chunk["error"]?["message"]?.string ?? "The model reported an error in its stream.")
        }
    }

    /// The text of a chunk that has the form of nearly every one, to the byte, and holds nothing that must be looked at.
    ///
    /// `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"…"}}`
    static func plainText(of chunk: ByteBuffer) -> JSONText? {
        let head: StaticString = #"{"type":"content_block_delta","index":"#
        let middle: StaticString = #","delta":{"type":"text_delta","text":""#
        let offset: Int? = chunk.withUnsafeReadableBytes { bytes in
            var at = head.utf8CodeUnitCount
            guard let base = bytes.baseAddress, bytes.count > at + middle.utf8CodeUnitCount,
                memcmp(base, head.utf8Start, at) == 0
            else { return nil }
            // A number of several digits may not begin with 0.
            let first = bytes[at]
            guard first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") else { return nil }
            at += 1
            while first != UInt8(ascii: "0"), at < bytes.count, bytes[at] >= UInt8(ascii: "0"),
                bytes[at] <= UInt8(ascii: "9")
            {
                at += 1
            }
            guard at + middle.utf8CodeUnitCount <= bytes.count,
                memcmp(base + at, middle.utf8Start, middle.utf8CodeUnitCount) == 0
            else { return nil }
            return at + middle.utf8CodeUnitCount
        }
        return offset.flatMap { JSONText.plain(in: chunk, from: $0, before: "\"}}") }
    }

    private mutating func noteGuardrail(_ chunk: JSONValue) {
        if chunk.isIntervened { isIntervened = true }
    }

    /// A stream that closes without `message_stop` was cut.
    public mutating func finish(into events: inout [ChatEvent]) throws(AdapterError) {
        guard isComplete else { throw .streamCutShort }
    }

    private mutating func delta(_ chunk: JSONValue, _ events: inout [ChatEvent]) {
        guard let delta = chunk["delta"] else { return }
        if delta.member("type", equals: "text_delta") {
            if let text = delta.text("text"), !text.isEmpty { events.append(.text(text)) }
            return
        }
        guard let type = delta["type"] else { return }
        if type.equals("thinking_delta") {
            if let text = delta["thinking"]?.text, !text.isEmpty { events.append(.thinking(text)) }
        } else if type.equals("signature_delta") {
            signature.append(delta["signature"]?.text, block: chunk["index"]?.int ?? 0, &events)
        } else if type.equals("input_json_delta") {
            guard let fragment = delta["partial_json"]?.text, !fragment.isEmpty else { return }
            calls.arguments(fragment, block: chunk["index"]?.int ?? 0, &events)
        }
    }

    private mutating func start(_ chunk: JSONValue, _ events: inout [ChatEvent]) {
        signature.release(&events)
        guard let block = chunk["content_block"] else { return }
        switch block["type"]?.string {
        case "text":
            if let text = block["text"]?.text, !text.isEmpty { events.append(.text(text)) }
        case "thinking":
            if let text = block["thinking"]?.text, !text.isEmpty { events.append(.thinking(text)) }
            signature.append(block["signature"]?.text, block: chunk["index"]?.int ?? 0, &events)
        case "redacted_thinking":
            if let data = block["data"]?.text { events.append(.redactedThinking(data)) }
        case "tool_use":
            guard let id = block["id"]?.text, let name = block["name"]?.text else { return }
            calls.start(block: chunk["index"]?.int ?? 0, id: id, name: name, &events)
        default: return
        }
    }

    private mutating func complete(_ chunk: JSONValue, _ events: inout [ChatEvent]) {
        isComplete = true
        signature.release(&events)
        if counts.input == nil, let invocation = InvocationCounts(in: chunk) {
            counts.input = invocation.input
            counts.output = invocation.output
            counts.cacheRead = invocation.cacheRead
            counts.cacheWrite = invocation.cacheWrite
        }
        if let trace = chunk.guardrailTrace { events.append(.guardrailTrace(trace)) }
        calls.stopAll(&events)
        let reason = AnthropicVocabulary.finishReason(stopReason, hasToolCalls: calls.count > 0)
        events.append(.finished(isIntervened ? .contentFilter : reason))
        if let usage = counts.usage { events.append(.usage(usage)) }
    }
}
