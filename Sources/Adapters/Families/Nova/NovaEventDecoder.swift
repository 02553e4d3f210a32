public import BedrockRuntime
import Catalog
import JSON

/// Translates Nova's stream: Converse's events as objects of one member, which is named for the event.
public struct NovaEventDecoder: ChatEventDecoder {
    private var converse: ConverseEventDecoder

    init(model: Model) {
        converse = ConverseEventDecoder(model: model)
    }

    /// Translates one chunk; Bedrock's own members beside the event are passed over.
    public mutating func decode(_ event: BedrockEvent, into events: inout [ChatEvent]) throws(AdapterError) {
        guard event.kind == .chunk else { return }
        let chunk = try JSONValue.parse(answer: event.payload, part: "a chunk")
        for (key, value) in chunk.members {
            if let kind = Self.kind(of: key) { try converse.decode(kind, value, into: &events) }
        }
    }

    /// A stream that closes without `messageStop` was cut.
    public mutating func finish(into events: inout [ChatEvent]) throws(AdapterError) {
        try converse.finish(into: &events)
    }

    private static func kind(of key: JSONValue) -> BedrockEvent.Kind? {
        if key.equals("contentBlockDelta") { return .contentBlockDelta }
        if key.equals("contentBlockStart") { return .contentBlockStart }
        if key.equals("contentBlockStop") { return .contentBlockStop }
        if key.equals("messageStop") { return .messageStop }
        return key.equals("metadata") ? .metadata : nil
    }
}
