import Catalog
import JSON
import NIOCore
import Testing

@testable import Adapters

/// The rules are CONVERSE.md §2.1, points 4 and 9.
@Suite("Tool answers stand where the model takes them")
struct ToolResultPlacementTests {
    private static let image = ContentBlock.image(ImageBlock(format: .png, source: .base64("iVBORw0KGgo=")))

    /// A conversation in which a tool answered with text and an image, and the user adds a question.
    private func fitted(images: Bool, withText: Bool) throws -> Conversation {
        var model = Model(name: "M", bedrockID: "v.m", adapter: .converse)
        model.capabilities = [.tools, .vision, .systemPrompt]
        model.toolResults.images = images
        model.toolResults.withText = withText
        var builder = ConversationBuilder()
        builder.add(.user, [.text("look")])
        builder.add(.assistant, [.toolUse(ToolUseBlock(id: "a", name: "see", input: ByteBuffer(string: "{}")))])
        builder.add(.user, [.toolResult(ToolResultBlock(toolUseID: "a", content: [Self.image]))])
        builder.add(.user, [.text("what is it?")])
        var conversation = Conversation(modelID: "v.m")
        conversation.tools = [Tool(name: "see", inputSchema: Tool.emptySchema)]
        builder.finish(into: &conversation)
        try CapabilityPolicy(model: model, api: .converse).fit(&conversation)
        return conversation
    }

    private func kinds(_ turn: Turn) -> [String] {
        turn.blocks.map { block in
            switch block {
            case .text: "text"
            case .image: "image"
            case .toolResult(let result):
                "result(\(result.content.count == 1 && isImage(result.content[0]) ? "image" : "text"))"
            case .toolUse: "use"
            default: "other"
            }
        }
    }

    private func isImage(_ block: ContentBlock) -> Bool { if case .image = block { true } else { false } }

    @Test func aModelThatTakesBothKeepsThemTogether() throws {
        let conversation = try fitted(images: true, withText: true)
        #expect(conversation.turns.map(\.role) == [.user, .assistant, .user])
        #expect(kinds(conversation.turns[2]) == ["result(image)", "text"])
        #expect(conversation.report.adjusted.isEmpty)
    }

    @Test func imagesFollowTheAnswerWhereTheyMayNotStandInIt() throws {
        let conversation = try fitted(images: false, withText: true)
        #expect(kinds(conversation.turns[2]) == ["result(text)", "image", "text"])
        #expect(conversation.report.adjusted == ["images behind tool results"])
    }

    @Test func textGetsATurnOfItsOwnWhereItMayNotStandBesideAnswers() throws {
        let conversation = try fitted(images: false, withText: false)
        #expect(conversation.turns.map(\.role) == [.user, .assistant, .user, .assistant, .user])
        #expect(kinds(conversation.turns[2]) == ["result(text)"])
        #expect(kinds(conversation.turns[4]) == ["image", "text"])
    }
}
