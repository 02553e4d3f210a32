import Catalog
import JSON

extension CapabilityPolicy {
    /// What stands between tool answers and what the user said with them, where a model wants turns of their own.
    private static let acknowledgement: JSONText = "OK."

    /// Moves images out of tool answers, and text out of the turns of tool answers, for models that refuse them there.
    ///
    /// Text is in the way on Converse only: the dialects that have messages for tools have no such turns.
    func fitToolResults(_ conversation: inout Conversation) {
        var turns: [Turn] = []
        turns.reserveCapacity(conversation.turns.count)
        for turn in conversation.turns {
            var turn = turn
            if turn.role == .user, !model.toolResults.images, hoistImages(&turn) {
                conversation.isMended = true
                conversation.report.adjust("images behind tool results")
            }
            guard turn.role == .user, api == .converse, !model.toolResults.withText, let first = firstOther(in: turn)
            else {
                turns.append(turn)
                continue
            }
            turns.append(Turn(role: .user, blocks: Array(turn.blocks[..<first])))
            turns.append(Turn(role: .assistant, blocks: [.text(Self.acknowledgement)]))
            turns.append(Turn(role: .user, blocks: Array(turn.blocks[first...])))
            conversation.report.adjust("tool results=own turn")
        }
        conversation.turns = turns
    }

    /// Where something that is no tool answer begins behind answers; nil for a turn without either.
    private func firstOther(in turn: Turn) -> Int? {
        guard case .toolResult? = turn.blocks.first else { return nil }
        return turn.blocks.firstIndex { block in
            switch block {
            case .toolResult, .cacheMark: false
            default: true
            }
        }
    }

    /// Puts the images of a turn's tool answers behind them; false where there are none.
    private func hoistImages(_ turn: inout Turn) -> Bool {
        var hoisted: [ContentBlock] = []
        for index in turn.blocks.indices {
            guard case .toolResult(var result) = turn.blocks[index] else { continue }
            let images = result.content.filter { if case .image = $0 { true } else { false } }
            guard !images.isEmpty else { continue }
            result.content.removeAll { if case .image = $0 { true } else { false } }
            if result.content.isEmpty { result.content = [.text("(the image follows)")] }
            turn.blocks[index] = .toolResult(result)
            hoisted += images
        }
        guard !hoisted.isEmpty else { return false }
        let afterResults =
            turn.blocks.lastIndex { if case .toolResult = $0 { true } else { false } }.map { $0 + 1 } ?? 0
        turn.blocks.insert(contentsOf: hoisted, at: afterResults)
        return true
    }
}
