public import BedrockRuntime
import Catalog
import JSON

/// Translates Nova's stream: Converse's events as objects of one member, which is named for the event.
///
/// The end of the answer is told one chunk late: beside the counts that follow it InvokeModel may say that a guardrail
/// stepped in.
public struct NovaEventDecoder: ChatEventDecoder {
    private var converse: ConverseEventDecoder
    private var end: FinishReason?
    private var isIntervened = false

    init(model: Model) {
        converse = ConverseEventDecoder(model: model)
    }

    /// Translates one chunk: its event, and what InvokeModel adds beside it.
    public mutating func decode(_ event: BedrockEvent, into events: inout [ChatEvent]) throws(AdapterError) {
        guard event.kind == .chunk else { return }
        let chunk = try JSONValue.parse(answer: event.payload, part: "a chunk")
        let isLast = end != nil
        for (key, value) in chunk.members {
            if let kind = Self.kind(of: key) {
                try converse.decode(kind, value, into: &events)
            } else if key.equals("amazon-bedrock-guardrailAction") {
                if value.equals("INTERVENED") { isIntervened = true }
            } else if key.equals("amazon-bedrock-trace"), let trace = value["guardrail"] {
                events.append(.guardrailTrace(trace))
            }
        }
        if case .finished(let reason)? = events.last {
            events.removeLast()
            end = reason
        }
        if isLast { tellEnd(&events) }
    }

    /// A stream that closes without `messageStop` was cut.
    public mutating func finish(into events: inout [ChatEvent]) throws(AdapterError) {
        try converse.finish(into: &events)
        tellEnd(&events)
    }

    private mutating func tellEnd(_ events: inout [ChatEvent]) {
        guard let reason = end else { return }
        end = nil
        events.append(.finished(isIntervened ? .contentFilter : reason))
    }

    private static func kind(of key: JSONValue) -> BedrockEvent.Kind? {
        if key.equals("contentBlockDelta") { return .contentBlockDelta }
        if key.equals("contentBlockStart") { return .contentBlockStart }
        if key.equals("contentBlockStop") { return .contentBlockStop }
        if key.equals("messageStop") { return .messageStop }
        return key.equals("metadata") ? .metadata : nil
    }
}
