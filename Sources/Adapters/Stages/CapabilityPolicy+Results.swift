import Catalog
import JSON

extension CapabilityPolicy {
    /// What the model is taken to have said between tool results and what the user added to them.
    private static let acknowledgement: JSONText = "OK."

    /// Gives tool results a turn of their own where the model takes nothing else beside them.
    ///
    /// On Converse only Claude and Nova let the user go on speaking in the same turn (CONVERSE.md §2.1).
    func fitResultTurns(_ conversation: inout Conversation) {
        guard api == .converse, !isClaude, model.adapter != .nova else { return }
        var turns: [Turn] = []
        turns.reserveCapacity(conversation.turns.count)
        for turn in conversation.turns {
            // The results come first; a cache mark belongs to what it follows.
            let end = turn.blocks.lastIndex { if case .toolResult = $0 { true } else { false } }
            guard turn.role == .user, let end else {
                turns.append(turn)
                continue
            }
            let rest = turn.blocks.suffix(from: end + 1).drop { if case .cacheMark = $0 { true } else { false } }
            guard !rest.isEmpty else {
                turns.append(turn)
                continue
            }
            turns.append(Turn(role: .user, blocks: Array(turn.blocks[..<rest.startIndex])))
            turns.append(Turn(role: .assistant, blocks: [.text(Self.acknowledgement)]))
            turns.append(Turn(role: .user, blocks: Array(rest)))
            conversation.report.adjust("tool results=own turn")
        }
        conversation.turns = turns
    }
}
