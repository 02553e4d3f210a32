public import BedrockRuntime
import Catalog
import JSON

/// Translates ConverseStream events (WIRE.md §5.1).
///
/// Blocks are told apart by their index, never by order of arrival: text and thinking blocks have no start event, indexes
/// may skip, and deltas of different blocks may interleave.
public struct ConverseEventDecoder: ChatEventDecoder {
    private let counting: UsageCounting
    private let hidesThinking: Bool
    private var calls = ToolCallBlocks()
    private var signature = HeldSignature()
    private var isComplete = false

    init(model: Model) {
        counting = model.usage
        hidesThinking = model.thinking.isHidden
    }

    /// Translates one event.
    public mutating func decode(_ event: BedrockEvent, into events: inout [ChatEvent]) throws(AdapterError) {
        switch event.kind {
        case .contentBlockDelta, .contentBlockStart, .contentBlockStop, .messageStop, .metadata: break
        default: return
        }
        let payload = try JSONValue.parse(answer: event.payload, part: "an event")
        try decode(event.kind, payload, into: &events)
    }

    /// Translates the payload of an event whose kind is known.
    mutating func decode(
        _ kind: BedrockEvent.Kind,
        _ payload: JSONValue,
        into events: inout [ChatEvent]
    ) throws(AdapterError) {
        switch kind {
        case .contentBlockDelta: delta(payload, &events)
        case .contentBlockStart: start(payload, &events)
        case .contentBlockStop:
            signature.release(&events)
            calls.stop(block: Self.block(payload), &events)
        case .messageStop:
            signature.release(&events)
            isComplete = true
            calls.stopAll(&events)
            let reason = payload["stopReason"]?.string ?? "end_turn"
            events.append(.finished(try ConverseVocabulary.finishReason(reason, hasToolCalls: calls.count > 0)))
        case .metadata: metadata(payload, &events)
        default: return
        }
    }

    /// A stream that closes without `messageStop` was cut.
    public mutating func finish(into events: inout [ChatEvent]) throws(AdapterError) {
        guard isComplete else { throw .streamCutShort }
    }

    private mutating func delta(_ payload: JSONValue, _ events: inout [ChatEvent]) {
        guard let delta = payload["delta"] else { return }
        for (key, value) in delta.members {
            if key.equals("text") {
                signature.release(&events)
                if let text = value.text, !text.isEmpty { events.append(.text(text)) }
            } else if key.equals("toolUse") {
                guard let fragment = value["input"]?.text, !fragment.isEmpty else { continue }
                calls.arguments(fragment, block: Self.block(payload), &events)
            } else if key.equals("reasoningContent") {
                reasoning(value, block: Self.block(payload), &events)
            }
        }
    }

    private mutating func reasoning(_ value: JSONValue, block: Int, _ events: inout [ChatEvent]) {
        if let data = (value["redactedContent"] ?? value["data"])?.text {
            signature.release(&events)
            events.append(.redactedThinking(data))
        }
        guard !hidesThinking else { return }
        if let text = value["text"]?.text, !text.isEmpty { events.append(.thinking(text)) }
        signature.append(value["signature"]?.text, block: block, &events)
    }

    private mutating func start(_ payload: JSONValue, _ events: inout [ChatEvent]) {
        signature.release(&events)
        // Tools that AWS runs itself are not the client's to answer: their block has no call, and its pieces go nowhere.
        guard let use = payload["start"]?["toolUse"], use["type"]?.equals("server_tool_use") != true,
            let id = use["toolUseId"]?.text, let name = use["name"]?.text
        else { return }
        calls.start(block: Self.block(payload), id: id, name: name, &events)
    }

    private static func block(_ payload: JSONValue) -> Int { payload["contentBlockIndex"]?.int ?? 0 }

    private func metadata(_ payload: JSONValue, _ events: inout [ChatEvent]) {
        if let usage = payload["usage"], let counts = ConverseVocabulary.usage(usage, counting: counting) {
            events.append(.usage(counts))
        }
        if let tier = payload["serviceTier"]?["type"]?.string { events.append(.serviceTier(tier)) }
        if let trace = payload["trace"]?["guardrail"] { events.append(.guardrailTrace(trace)) }
    }
}
