import Adapters
import BedrockRuntime
import Catalog

/// The chat completions of Bedrock's OpenAI-shaped endpoints, streamed as server-sent events (WIRE.md §8).
struct OpenAINativeSample: WireSample {
    private let chat = OpenAIChatSample()
    let adapter = AdapterID.openAINative
    let model = "Grok-4.7"
    var carries: Set<LogicalReply.Feature> { chat.carries }

    func whole(_ reply: LogicalReply) -> BedrockReply { chat.whole(reply) }

    func events(_ reply: LogicalReply) -> [BedrockEvent] { chat.events(reply).map(Self.asData) }

    var unknownEvents: [BedrockEvent] { chat.unknownEvents.map(Self.asData) }

    private static func asData(_ event: BedrockEvent) -> BedrockEvent {
        BedrockEvent(event.kind == .chunk ? .data : event.kind, payload: event.payload)
    }
}
