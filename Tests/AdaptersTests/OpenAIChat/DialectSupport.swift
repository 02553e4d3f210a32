import Adapters
import BedrockRuntime
import Catalog
import Foundation
import JSON
import NIOCore

/// Models of the small catalog, and conversations with them.
enum DialectSupport {
    static let catalog = Result {
        try ModelCatalog.load(path: root.appending(path: "Tests/Fixtures/models.yaml").path(percentEncoded: false))
    }
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func model(_ name: String) throws -> Model {
        try catalog.get().resolve(name, region: "us-east-1").model
    }

    /// A model of a dialect with options given as JSON.
    static func model(_ adapter: AdapterID, options: String) throws -> Model {
        var model = Model(name: "Test", bedrockID: "example.test-v1:0", adapter: adapter)
        model.capabilities = [.tools, .streaming, .streamingTools, .systemPrompt, .stop, .vision]
        model.options = try JSONValue.parse(options)
        model.optionsLocation = SourceLocation(line: 7, column: 5)
        return model
    }

    /// A conversation of one question, fitted to a model.
    static func conversation(_ model: Model, body: String? = nil) throws -> Conversation {
        var conversation = Conversation(modelID: model.bedrockID)
        conversation.turns = [Turn(role: .user, blocks: [.text("Hi")])]
        if let body { conversation.passthrough = PassthroughBody(chatCompletions: try JSONValue.parse(body)) }
        try CapabilityPolicy(model: model, api: .invoke).fit(&conversation)
        return conversation
    }

    /// What events say: thinking, text, calls, end.
    static func summary(_ events: [ChatEvent]) -> Summary {
        var summary = Summary()
        for event in events {
            switch event {
            case .text(let text): summary.text += text.string
            case .thinking(let text): summary.thinking += text.string
            case .toolCallStarted(let index, let id, let name):
                summary.calls.append("\(index) \(id.string) \(name.string) ")
            case .toolCallArguments(let index, let text): summary.calls[index] += text.string
            case .finished(let reason): summary.finishes.append(reason)
            case .usage(let usage): summary.usage = usage
            default: break
            }
        }
        return summary
    }

    struct Summary: Equatable {
        var text = ""
        var thinking = ""
        var calls: [String] = []
        var finishes: [FinishReason] = []
        var usage: TokenUsage?
    }
}
