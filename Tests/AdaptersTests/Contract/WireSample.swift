import Adapters
import BedrockRuntime
import Catalog
import JSON
import NIOCore
import TestSupport

/// How a dialect spells answers: all that the contract suite must know about it.
///
/// A new adapter adds one conformance and one line to ``WireSamples/all``.
protocol WireSample: Sendable {
    /// The adapter.
    var adapter: AdapterID { get }
    /// An entry of `Tests/Fixtures/models.yaml` that uses it.
    var model: String { get }
    /// What the dialect has words for.
    var carries: Set<LogicalReply.Feature> { get }
    /// The whole answer.
    func whole(_ reply: LogicalReply) -> BedrockReply
    /// The streamed answer.
    func events(_ reply: LogicalReply) -> [BedrockEvent]
    /// Events that a newer Bedrock might send.
    var unknownEvents: [BedrockEvent] { get }
}

/// A sample as an argument of tests, named for its adapter.
struct NamedSample: Sendable, CustomStringConvertible {
    let sample: any WireSample

    var description: String { sample.adapter.rawValue }

    /// Makes the adapter for the sample's entry.
    func makeAdapter() throws -> any ModelAdapter {
        guard let made = try AdapterRegistry.standard.make(sample.adapter, for: try model()) else {
            throw Missing(description: "there is no adapter \(sample.adapter)")
        }
        return made
    }

    func model() throws -> Model {
        let catalog = try ModelCatalog.load(path: Fixture.catalogPath)
        guard let model = catalog.model(named: sample.model) else {
            throw Missing(description: "models.yaml has no \(sample.model)")
        }
        return model
    }

    struct Missing: Error, CustomStringConvertible {
        var description: String
    }
}

enum WireSamples {
    /// The dialects, those that the registry lacks left out.
    static let all: [NamedSample] = [
        NamedSample(sample: ConverseSample()),
        NamedSample(sample: AnthropicSample()),
        NamedSample(sample: NovaSample()),
        NamedSample(sample: OpenAIChatSample()),
        NamedSample(sample: OpenAINativeSample()),
        NamedSample(sample: LlamaSample()),
        NamedSample(sample: TextSample()),
    ].filter { AdapterRegistry.standard.ids.contains($0.sample.adapter) }
}

/// JSON of strings and numbers, written the plain way.
enum Wire {
    static func string(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(buffer: writer.buffer)
    }

    static func reply(_ json: String) -> BedrockReply {
        BedrockReply(headers: [("content-type", "application/json")], body: ByteBuffer(string: json))
    }

    static func event(_ kind: BedrockEvent.Kind, _ json: String) -> BedrockEvent {
        BedrockEvent(kind, payload: ByteBuffer(string: json))
    }
}
