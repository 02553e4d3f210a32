public import BedrockRuntime
import Catalog
import JSON

/// Translates Nova's stream: Converse's events as objects of one member, which is named for the event.
///
/// The end of the answer is told one chunk late: behind it, in its own chunk or beside the counts in the next, InvokeModel may
/// say that a guardrail stepped in.
public struct NovaEventDecoder: ChatEventDecoder {
    private var converse: ConverseEventDecoder
    private var end = HeldEnd()

    init(model: Model) {
        converse = ConverseEventDecoder(model: model)
    }

    /// Translates one chunk: its event, and what InvokeModel adds beside it.
    public mutating func decode(_ event: BedrockEvent, into events: inout [ChatEvent]) throws(AdapterError) {
        guard event.kind == .chunk else { return }
        let chunk = try JSONValue.parse(answer: event.payload, part: "a chunk")
        let isLast = end.isReached
        let start = events.count
        for (key, value) in chunk.members {
            if let kind = Self.kind(of: key) {
                try converse.decode(kind, value, into: &events)
            } else if key.equals("amazon-bedrock-guardrailAction") {
                if value.equals("INTERVENED") { end.isIntervened = true }
            } else if key.equals("amazon-bedrock-trace"), let trace = value["guardrail"] {
                events.append(.guardrailTrace(trace))
            }
        }
        holdEnd(&events, from: start)
        if isLast { end.tell(&events) }
    }

    /// A stream that closes without `messageStop` was cut.
    public mutating func finish(into events: inout [ChatEvent]) throws(AdapterError) {
        try converse.finish(into: &events)
        end.tell(&events)
    }

    /// The end that is held back, for the answer was complete.
    public mutating func breakOff(into events: inout [ChatEvent]) {
        end.tell(&events)
    }

    /// Takes the end of the answer out of a chunk's events; something that stands beside it may follow it.
    private mutating func holdEnd(_ events: inout [ChatEvent], from start: Int) {
        for index in events.indices[start...] {
            guard case .finished(let reason) = events[index] else { continue }
            events.remove(at: index)
            end.hold(reason)
            return
        }
    }

    private static func kind(of key: JSONValue) -> BedrockEvent.Kind? {
        if key.equals("contentBlockDelta") { return .contentBlockDelta }
        if key.equals("contentBlockStart") { return .contentBlockStart }
        if key.equals("contentBlockStop") { return .contentBlockStop }
        if key.equals("messageStop") { return .messageStop }
        return key.equals("metadata") ? .metadata : nil
    }
}
