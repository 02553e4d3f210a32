import JSON
import NIOCore

/// Tool calls and their answers, told in words to a model that knows no tools.
enum ToolHistory {
    /// Replaces calls and answers by labelled text; the ids stay, so that each answer is seen to belong to its call.
    static func flatten(_ conversation: inout Conversation) {
        var isFlattened = false
        for turn in conversation.turns.indices {
            guard conversation.turns[turn].blocks.contains(where: isToolBlock) else { continue }
            isFlattened = true
            conversation.turns[turn].blocks = conversation.turns[turn].blocks.flatMap(flattened)
        }
        if isFlattened { conversation.report.adjust("tool history=text") }
    }

    private static func isToolBlock(_ block: ContentBlock) -> Bool {
        switch block {
        case .toolUse, .toolResult: true
        default: false
        }
    }

    private static func flattened(_ block: ContentBlock) -> [ContentBlock] {
        switch block {
        case .toolUse(let use):
            let arguments = String(buffer: use.input)
            return [.text(JSONText("[Called the tool \(use.name.string) as \(use.id.string) with \(arguments)]"))]
        case .toolResult(let result):
            let outcome = result.isError ? "failed with" : "answered"
            let said = result.content.filter { !$0.isBlankText }
            let label: ContentBlock = .text(JSONText("[The call \(result.toolUseID.string) \(outcome):]"))
            return [label] + (said.isEmpty ? [.text("(no output)")] : said)
        default: return [block]
        }
    }
}
