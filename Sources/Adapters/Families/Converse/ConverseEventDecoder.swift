public import BedrockRuntime
import Catalog
import JSON

/// Translates ConverseStream events (WIRE.md §5.1).
///
/// Blocks are told apart by their index, never by order of arrival: text and thinking blocks have no start event, indexes
/// may skip, and deltas of different blocks may interleave.
public struct ConverseEventDecoder: ChatEventDecoder {
    private enum Block {
        /// A call of one of the client's tools: its place among the calls, and whether arguments came.
        case toolCall(index: Int, hasArguments: Bool)
        /// A tool that AWS runs itself, or content that chat completions cannot carry.
        case skipped
    }

    private let counting: UsageCounting
    private let hidesThinking: Bool
    private var blocks: [(index: Int, block: Block)] = []
    private var toolCalls = 0
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
        case .contentBlockStop: stop(payload, &events)
        case .messageStop:
            isComplete = true
            let reason = payload["stopReason"]?.string ?? "end_turn"
            events.append(.finished(try ConverseVocabulary.finishReason(reason, hasToolCalls: toolCalls > 0)))
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
                if let text = value.text, !text.isEmpty { events.append(.text(text)) }
            } else if key.equals("toolUse") {
                guard let fragment = value["input"]?.text, !fragment.isEmpty else { continue }
                toolArguments(fragment, blockIndex: payload["contentBlockIndex"]?.int ?? 0, &events)
            } else if key.equals("reasoningContent") {
                reasoning(value, &events)
            }
        }
    }

    private func reasoning(_ value: JSONValue, _ events: inout [ChatEvent]) {
        if let data = (value["redactedContent"] ?? value["data"])?.text { events.append(.redactedThinking(data)) }
        guard !hidesThinking else { return }
        if let text = value["text"]?.text, !text.isEmpty { events.append(.thinking(text)) }
        if let signature = value["signature"]?.text, !signature.isEmpty { events.append(.thinkingSignature(signature)) }
    }

    private mutating func toolArguments(_ fragment: JSONText, blockIndex: Int, _ events: inout [ChatEvent]) {
        guard let place = blocks.firstIndex(where: { $0.index == blockIndex }),
            case .toolCall(let index, _) = blocks[place].block
        else { return }
        blocks[place].block = .toolCall(index: index, hasArguments: true)
        events.append(.toolCallArguments(index: index, fragment))
    }

    private mutating func start(_ payload: JSONValue, _ events: inout [ChatEvent]) {
        guard let start = payload["start"] else { return }
        let blockIndex = payload["contentBlockIndex"]?.int ?? 0
        guard let use = start["toolUse"], use["type"]?.equals("server_tool_use") != true,
            let id = use["toolUseId"]?.text, let name = use["name"]?.text
        else {
            blocks.append((blockIndex, .skipped))
            return
        }
        blocks.append((blockIndex, .toolCall(index: toolCalls, hasArguments: false)))
        events.append(.toolCallStarted(index: toolCalls, id: id, name: name))
        toolCalls += 1
    }

    private mutating func stop(_ payload: JSONValue, _ events: inout [ChatEvent]) {
        let blockIndex = payload["contentBlockIndex"]?.int ?? 0
        guard let place = blocks.firstIndex(where: { $0.index == blockIndex }) else { return }
        let block = blocks.remove(at: place).block
        guard case .toolCall(let index, let hasArguments) = block else { return }
        // A tool without arguments may send none; clients parse what they get as JSON.
        if !hasArguments { events.append(.toolCallArguments(index: index, "{}")) }
        events.append(.toolCallFinished(index: index))
    }

    private func metadata(_ payload: JSONValue, _ events: inout [ChatEvent]) {
        if let usage = payload["usage"], let counts = ConverseVocabulary.usage(usage, counting: counting) {
            events.append(.usage(counts))
        }
        if let tier = payload["serviceTier"]?["type"]?.string { events.append(.serviceTier(tier)) }
        if let trace = payload["trace"]?["guardrail"] { events.append(.guardrailTrace(trace)) }
    }
}
