public import JSON
import NIOCore

/// Gathers what was said into turns that Bedrock accepts.
///
/// The rules of CONVERSE's service, kept here once for every dialect:
/// 1. Blank text is dropped, and a message that then says nothing is dropped too.
/// 2. Neighbours of the same role become one turn; the first turn is a user's.
/// 3. Every tool call is answered in the very next turn, once, in the order of the calls, before any text. A missing
///    answer is filled in as a failed one; an answer without a call is reported and not sent.
public struct ConversationBuilder {
    private var system: [SystemBlock] = []
    private var turns: [Turn] = []
    private var report = TranslationReport()

    /// Starts without anything said.
    public init() {}

    /// Adds an instruction.
    ///
    /// A blank one is left out.
    public mutating func addSystem(_ text: JSONText, cacheMark: CacheMark? = nil) {
        guard !text.isBlank else {
            if let cacheMark, let last = system.indices.last { system[last].cacheMark = cacheMark }
            return
        }
        system.append(SystemBlock(text: text, cacheMark: cacheMark))
    }

    /// Adds what one party says.
    ///
    /// Blank text is left out.
    public mutating func add(_ role: TurnRole, _ blocks: [ContentBlock]) {
        let said = blocks.filter { block in
            if case .text(let text) = block { return !text.isBlank }
            return true
        }
        guard said.contains(where: { if case .cacheMark = $0 { false } else { true } }) else { return }
        if let last = turns.indices.last, turns[last].role == role {
            turns[last].blocks += said
        } else {
            turns.append(Turn(role: role, blocks: said))
        }
    }

    /// Puts everything into a conversation.
    ///
    /// A conversation of instructions only becomes one user turn, so that it can be answered.
    public mutating func finish(into conversation: inout Conversation) {
        if turns.isEmpty {
            // The last instruction is what the client wants answered.
            let last = system.popLast()
            turns = [Turn(role: .user, blocks: [.text(last?.text ?? Self.filler)])]
        }
        if turns.first?.role == .assistant {
            turns.insert(Turn(role: .user, blocks: [.text(Self.filler)]), at: 0)
        }
        pairToolCalls()
        for index in turns.indices where turns[index].role == .assistant {
            turns[index].blocks = Self.ordered(turns[index].blocks)
        }
        conversation.system = system
        conversation.turns = turns
        conversation.report.add(report)
    }

    /// What stands in for a user who said nothing: AWS refuses blank text.
    static let filler: JSONText = "."
    private static let noResult: JSONText = "[no result]"

    /// Thinking comes first in an assistant's turn and tool calls last.
    private static func ordered(_ blocks: [ContentBlock]) -> [ContentBlock] {
        guard blocks.count > 1 else { return blocks }
        func rank(_ block: ContentBlock) -> Int {
            switch block {
            case .thinking: 0
            case .toolUse: 2
            default: 1
            }
        }
        var ordered: [ContentBlock] = []
        for wanted in 0...2 { ordered += blocks.filter { rank($0) == wanted } }
        // A cache mark at the very end covers the calls too.
        if case .cacheMark(let mark)? = blocks.last, case .toolUse? = ordered.last {
            ordered.removeAll { if case .cacheMark = $0 { true } else { false } }
            ordered.append(.cacheMark(mark))
        }
        return ordered
    }

    private mutating func pairToolCalls() {
        var index = 0
        while index < turns.count {
            let calls = Self.calls(of: turns[index])
            let answers = index + 1
            if calls.isEmpty {
                if turns[index].role == .user, index == 0 || Self.calls(of: turns[index - 1]).isEmpty {
                    dropResults(in: index, except: [])
                }
                index += 1
                continue
            }
            if answers == turns.count { turns.append(Turn(role: .user, blocks: [])) }
            dropResults(in: answers, except: Set(calls))
            orderResults(in: answers, like: calls)
            index += 2
        }
        turns.removeAll { $0.blocks.isEmpty }
        remergeNeighbours()
    }

    private static func calls(of turn: Turn) -> [JSONText] {
        guard turn.role == .assistant else { return [] }
        return turn.blocks.compactMap { block in
            if case .toolUse(let use) = block { use.id } else { nil }
        }
    }

    /// Takes out results that answer none of some calls, and second answers to the same call.
    private mutating func dropResults(in index: Int, except calls: Set<JSONText>) {
        var seen: Set<JSONText> = []
        let kept = turns[index].blocks.filter { block in
            guard case .toolResult(let result) = block else { return true }
            return calls.contains(result.toolUseID) && seen.insert(result.toolUseID).inserted
        }
        guard kept.count < turns[index].blocks.count else { return }
        report.drop("tool results without a call")
        turns[index].blocks = kept
    }

    /// Puts the results first, in the order of the calls, filling in those that are missing.
    private mutating func orderResults(in index: Int, like calls: [JSONText]) {
        var results: [JSONText: ContentBlock] = [:]
        var marks: [JSONText: ContentBlock] = [:]
        var rest: [ContentBlock] = []
        var lastResult: JSONText?
        for block in turns[index].blocks {
            switch block {
            case .toolResult(let result):
                results[result.toolUseID] = block
                lastResult = result.toolUseID
            case .cacheMark:
                // A mark right after a result stays with it.
                if let lastResult { marks[lastResult] = block } else { rest.append(block) }
            default:
                rest.append(block)
                lastResult = nil
            }
        }
        var ordered: [ContentBlock] = []
        for call in calls {
            if results[call] == nil { report.adjust("missing tool results filled in") }
            ordered.append(
                results[call]
                    ?? .toolResult(ToolResultBlock(toolUseID: call, content: [.text(Self.noResult)], isError: true))
            )
            if let mark = marks[call] { ordered.append(mark) }
        }
        turns[index].blocks = ordered + rest
    }

    /// Dropping results can leave a turn empty and two of the same role side by side.
    private mutating func remergeNeighbours() {
        var merged: [Turn] = []
        for turn in turns {
            if let last = merged.indices.last, merged[last].role == turn.role {
                merged[last].blocks += turn.blocks
            } else {
                merged.append(turn)
            }
        }
        turns = merged
    }
}
