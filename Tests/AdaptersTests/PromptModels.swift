import Adapters
import BedrockRuntime
import Catalog
import Foundation
import JSON
import NIOCore

/// Models for the tests of prompt dialects: those of the shipped catalog, and some made from a few lines of YAML.
enum PromptModels {
    /// The shipped catalog: its tokens are what the goldens check.
    private static let catalog = Result {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "models.yaml")
        return try ModelCatalog.load(path: file.path(percentEncoded: false))
    }

    /// A model of the shipped catalog.
    static func shipped(_ name: String) throws -> Model {
        guard let model = try catalog.get().models.first(where: { $0.name == name }) else { throw Missing(name: name) }
        return model
    }

    /// A model of the shipped template `name`, imported under an ARN, as the comments in models.yaml tell users to.
    static func imported(_ template: String) throws -> Model {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let shipped = try String(contentsOf: root.appending(path: "models.yaml"), encoding: .utf8)
        let entry = """

            models:
              Ours:
                template: \(template)
                bedrock_id: arn:aws:bedrock:us-east-1:123456789012:imported-model/a1b2c3d4e5f6

            """
        let text = shipped.replacingOccurrences(of: "\nmodels:\n", with: entry)
        guard let model = try ModelCatalog.parse(text).models.first(where: { $0.name == "Ours" }) else {
            throw Missing(name: template)
        }
        return model
    }

    /// A model of the `text` dialect with options in YAML's flow style.
    static func text(_ options: String, adapter: String = "text", capabilities: String = "streaming, stop") throws
        -> Model
    {
        let yaml = """
            models:
              Test:
                adapter: \(adapter)
                bedrock_id: example.test-v1:0
                capabilities: [\(capabilities)]
                options: \(options)
            """
        guard let model = try ModelCatalog.parse(yaml).models.first else { throw Missing(name: "Test") }
        return model
    }

    static func adapter(_ model: Model) throws -> any ModelAdapter {
        guard let adapter = try AdapterRegistry.standard.make(model.adapter, for: model) else {
            throw Missing(name: model.adapter.rawValue)
        }
        return adapter
    }

    struct Missing: Error {
        var name: String
    }
}

/// A conversation in a few words.
struct Talk {
    var system: [SystemBlock]
    var turns: [Turn]
    var sampling = SamplingParameters()
    var stop: [JSONText] = []
    var emulatedStop: [String] = []
    var additionalFields: JSONValue?

    init(system: [String] = [], _ turns: (TurnRole, [String])...) {
        self.system = system.map { SystemBlock(text: JSONText($0)) }
        self.turns = turns.map { role, texts in
            Turn(role: role, blocks: texts.map { .text(JSONText($0)) })
        }
    }

    /// The conversation, made anew: an adapter takes it for its own.
    var conversation: Conversation {
        var conversation = Conversation(modelID: "example.test-v1:0")
        conversation.system = system
        conversation.turns = turns
        conversation.sampling = sampling
        conversation.stop = stop
        conversation.emulatedStop = emulatedStop
        conversation.additionalFields = additionalFields
        return conversation
    }

    /// The body that a model gets.
    func body(for model: Model) throws -> JSONValue {
        try JSONValue.parse(try PromptModels.adapter(model).call(for: conversation, streaming: false).0.body.joined)
    }

    /// The prompt that a model gets.
    func prompt(for model: Model, member: String = "prompt") throws -> String {
        try prompt(by: PromptModels.adapter(model), member: member)
    }

    /// The prompt that an adapter makes.
    func prompt(by adapter: any ModelAdapter, member: String) throws -> String {
        try JSONValue.parse(try adapter.call(for: conversation, streaming: false).0.body.joined)[member]?.string
            ?? "no prompt"
    }
}

/// What events say, in short: text, thinking, the end and the counts.
struct Answer: Equatable {
    var text = ""
    var thinking = ""
    var finish: FinishReason?
    var finishes = 0
    var usage: TokenUsage?

    init(_ events: [ChatEvent]) {
        for event in events {
            switch event {
            case .text(let piece): text += piece.string
            case .thinking(let piece): thinking += piece.string
            case .finished(let reason):
                finish = reason
                finishes += 1
            case .usage(let counts): usage = counts
            default: break
            }
        }
    }

    /// Reads chunks as a stream, through the pipeline.
    init(chunks: [String], _ model: Model, _ talk: Talk = Talk((.user, ["Hi"]))) throws {
        let adapter = try PromptModels.adapter(model)
        let context = try adapter.call(for: talk.conversation, streaming: true).1
        var decoder: any ChatEventDecoder = adapter.makeEventDecoder(for: context)
        var pipeline = ReplyPipeline(context: context)
        var all: [ChatEvent] = []
        for chunk in chunks {
            var events: [ChatEvent] = []
            try decoder.decode(BedrockEvent(.chunk, payload: ByteBuffer(string: chunk)), into: &events)
            pipeline.process(&events)
            all += events
            if pipeline.isCut { break }
        }
        var events: [ChatEvent] = []
        if !pipeline.isCut { try decoder.finish(into: &events) }
        pipeline.process(&events)
        self.init(all + events)
    }

    /// Reads a whole answer, through the pipeline.
    init(
        whole body: String,
        _ model: Model,
        headers: [(name: String, value: String)] = [],
        _ talk: Talk = Talk((.user, ["Hi"]))
    ) throws {
        let adapter = try PromptModels.adapter(model)
        let context = try adapter.call(for: talk.conversation, streaming: false).1
        var events = try adapter.events(
            from: BedrockReply(headers: headers, body: ByteBuffer(string: body)),
            for: context
        )
        var pipeline = ReplyPipeline(context: context)
        pipeline.process(&events)
        self.init(events)
    }
}

/// A text as a client spelled it in JSON.
struct JSONValueText {
    let text: JSONText

    init(_ spelling: String) throws {
        guard let text = try JSONValue.parse("\"\(spelling)\"").text else { throw PromptModels.Missing(name: spelling) }
        self.text = text
    }
}
