import Adapters
import BedrockRuntime
import Catalog
import Foundation
import JSON
import NIOCore
import Testing

/// Every entry of the shipped models.yaml against its own adapter.
struct ShippedCatalogTests {
    private static let catalog = Result {
        try ModelCatalog.load(path: DialectSupport.root.appending(path: "models.yaml").path(percentEncoded: false))
    }
    private static let names = (try? catalog.get().models.map(\.name)) ?? []
    private static let image: JSONText =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="

    /// The adapter of an entry; nil for a dialect that this build does not have.
    private func adapter(_ model: Model) throws -> (any ModelAdapter)? {
        try AdapterRegistry.standard.make(model.adapter, for: model)
    }

    private func model(_ name: String) throws -> Model {
        let models = try Self.catalog.get().models
        return try #require(models.first { $0.name == name })
    }

    /// Fits and translates; nil where the dialect hands over to Converse, which must then serve the model.
    private func body(
        _ model: Model,
        streaming: Bool,
        _ change: (inout Conversation) throws -> Void = { _ in }
    ) throws -> JSONValue? {
        guard let adapter = try adapter(model) else { return nil }
        let profile = model.onDemand ? nil : model.profiles.first
        var conversation = Conversation(modelID: profile.map(model.profileID) ?? model.bedrockID)
        conversation.turns = [Turn(role: .user, blocks: [.text("Hi")])]
        conversation.passthrough = PassthroughBody(
            chatCompletions: try .parse(#"{"model":"m","messages":[{"role":"function","name":"f","content":""}]}"#)
        )
        try change(&conversation)
        let api: CapabilityPolicy.API = model.adapter == .converse ? .converse : .invoke
        try CapabilityPolicy(model: model, api: api).fit(&conversation)
        let call: BedrockCall
        do throws(AdapterError) {
            (call, _) = try adapter.call(for: conversation, streaming: streaming)
        } catch {
            guard case .cannotSay(let what) = error else { throw error }
            #expect(model.converse, "\(model.name) has no words for \(what), and there is no Converse")
            return nil
        }
        #expect(call.path.hasPrefix("/"))
        #expect((call.framing == .whole) == !streaming)
        return try JSONValue.parse(call.body.joined)
    }

    @Test func thereAreModels() {
        #expect(Self.names.count > 90)
    }

    @Test(arguments: names)
    func aPlainTurnIsTranslated(name: String) throws {
        let model = try model(name)
        guard try adapter(model) != nil else { return }
        for streaming in [false, true] {
            let body = try #require(try body(model, streaming: streaming))
            #expect(body.kind == .object)
            #expect(body.description.contains("Hi"))
        }
    }

    @Test(arguments: names)
    func anImageIsTranslatedWhereItCanBeSeen(name: String) throws {
        let model = try model(name)
        guard model.capabilities.contains(.vision) else { return }
        let body = try body(model, streaming: false) { conversation in
            let image = ImageBlock(format: .png, source: .base64(Self.image))
            conversation.turns[0].blocks.append(.image(image))
        }
        if let body { #expect(body.description.contains(Self.image.string)) }
    }

    @Test(arguments: names)
    func anEffortIsTranslatedWhereThereIsOne(name: String) throws {
        let model = try model(name)
        guard model.thinking.style == .effort else { return }
        let body = try body(model, streaming: false) { $0.thinking = .effort(.high) }
        guard let body else { return }
        let effort =
            body["reasoning_effort"] ?? body["reasoningConfig"]?["maxReasoningEffort"]
            ?? body["additionalModelRequestFields"]?["reasoning"]?["effort"]
        #expect(effort?.string == model.thinking.effort(nearest: .high)?.rawValue)
    }

    @Test(arguments: names)
    func aToolIsTranslatedWhereItCanBeCalled(name: String) throws {
        let model = try model(name)
        guard model.capabilities.contains(.tools) else { return }
        let body = try body(model, streaming: false) { conversation in
            conversation.tools = [Tool(name: "get_weather", inputSchema: Tool.emptySchema)]
            conversation.toolChoice = .required
        }
        if let body { #expect(body.description.contains("get_weather")) }
    }

    /// GPT 5.6 and its successors enforce a schema themselves; through a tool it cost the reasoning.
    @Test(arguments: ["GPT-5.6-Cyber", "GPT-6-Sol"])
    func aSchemaGoesToTheModelBesideItsEffort(name: String) throws {
        var model = try model(name)
        model.adapter = .openAINative
        let request = #"{"model":"m","messages":[],"response_format":{"type":"json_schema"}}"#
        let body = try body(model, streaming: false) { conversation in
            conversation.passthrough = try PassthroughBody(chatCompletions: .parse(request))
            conversation.thinking = .effort(.high)
            let schema = ByteBuffer(string: #"{"type":"object","properties":{"a":{"type":"string"}}}"#)
            conversation.outputFormat = .jsonSchema(JSONSchemaFormat(name: "a", schema: schema))
        }
        #expect(body?["reasoning_effort"]?.string == "high")
        #expect(body?["response_format"]?["type"]?.string == "json_schema")
        #expect(body?["tools"] == nil)
    }

    /// What the dialects of these models take is more than Converse does.
    @Test(arguments: [
        ("Jamba-1.5-Large", 1.6, true), ("Palmyra-X5", 1.6, false), ("Palmyra-Vision-7B", 1, false),
        ("GPT-OSS-120B", 1, true),
    ])
    func samplingReachesAsFarAsTheDialect(name: String, temperature: Double, hasPenalties: Bool) throws {
        let body = try body(try model(name), streaming: false) { conversation in
            conversation.sampling.temperature = 1.6
            conversation.sampling.frequencyPenalty = 0.5
            conversation.sampling.presencePenalty = -0.5
        }
        #expect(body?["temperature"]?.double == temperature)
        #expect(body?["frequency_penalty"]?.double == (hasPenalties ? 0.5 : nil))
        #expect(body?["presence_penalty"]?.double == (hasPenalties ? -0.5 : nil))
    }
}
