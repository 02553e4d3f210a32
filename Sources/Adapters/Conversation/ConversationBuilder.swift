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
    private var holds: ContentKinds = []
    private var report = TranslationReport()
    private var isMended = false

    /// Starts without anything said.
    ///
    /// - Parameter capacity: How many turns there will be at most, as far as is known.
    public init(capacity: Int = 0) {
        turns.reserveCapacity(capacity)
    }

    /// Takes note that what is added is not what the client wrote.
    public mutating func noteMending() { isMended = true }

    /// Takes note that something the client sent is not sent on.
    public mutating func drop(_ field: String) { report.drop(field) }

    /// Adds an instruction.
    ///
    /// A blank one is left out, and its mark goes behind the one before it.
    public mutating func addSystem(_ text: JSONText, cacheMark: CacheMark? = nil) {
        guard !text.isBlank else {
            if let cacheMark { markSystem(cacheMark) }
            return
        }
        system.append(SystemBlock(text: text, cacheMark: cacheMark))
    }

    private mutating func markSystem(_ mark: CacheMark) {
        if let last = system.indices.last { system[last].cacheMark = mark } else { report.drop("cache_control") }
    }

    /// Marks what comes before a turn: a mark that follows nothing in its own stands at the same place in the prompt.
    private mutating func mark(_ mark: CacheMark, before turn: Int) {
        if turn > 0 { Self.mark(.cacheMark(mark), in: &turns[turn - 1].blocks) } else { markSystem(mark) }
    }

    /// Adds a text that one party says; a blank one is left out.
    public mutating func add(_ role: TurnRole, text: consuming JSONText) {
        guard !text.isBlank else { return noteMending() }
        append(Turn(role: role, blocks: [.text(text)]))
    }

    /// Adds what one party says.
    ///
    /// Blank text is left out.
    public mutating func add(_ role: TurnRole, _ blocks: [ContentBlock]) {
        var hasBlank = false
        for block in blocks {
            if case .text(let text) = block {
                hasBlank = hasBlank || text.isBlank
            } else {
                holds.formUnion(ContentKinds(block))
            }
        }
        let said = hasBlank ? blocks.filter { !$0.isBlankText } : blocks
        guard said.contains(where: { !$0.isCacheMark }) else {
            if case .cacheMark(let mark)? = said.last { self.mark(mark, before: turns.count) }
            return noteMending()
        }
        append(Turn(role: role, blocks: said))
    }

    private mutating func append(_ turn: consuming Turn) {
        let last = turns.count - 1
        if last >= 0, turns[last].role == turn.role {
            turns[last].blocks += turn.blocks
        } else {
            turns.append(turn)
        }
    }

    /// Puts everything into a conversation that holds nothing yet.
    ///
    /// A conversation of instructions only becomes one user turn, so that it can be answered.
    public mutating func finish(into conversation: inout Conversation) {
        // Pairing can leave a turn with nothing to say, so who speaks first is seen only after it.
        if holds.contains(.tools) { pairToolCalls() }
        if !holds.isEmpty { dropSilentTurns() }
        if turns.isEmpty {
            // The last instruction is what the client wants answered.
            let last = system.popLast()
            let mark = last?.cacheMark.map { [ContentBlock.cacheMark($0)] } ?? []
            turns = [Turn(role: .user, blocks: [.text(last?.text ?? Self.filler)] + mark)]
            if !mark.isEmpty { holds.insert(.cacheMarks) }
        }
        if turns.first?.role == .assistant {
            turns.insert(Turn(role: .user, blocks: [.text(Self.filler)]), at: 0)
        }
        for index in turns.indices where !holds.isEmpty {
            if turns[index].role == .assistant {
                turns[index].blocks = Self.ordered(turns[index].blocks)
            } else if let loose = Self.takeLooseMark(from: &turns[index].blocks) {
                mark(loose, before: index)
            }
        }
        // Exchanged, which counts no reference.
        swap(&conversation.system, &system)
        swap(&conversation.turns, &turns)
        conversation.holds = holds
        conversation.isMended = isMended
        conversation.report.add(report)
    }

    /// What stands in for a user who said nothing: AWS refuses blank text.
    static let filler: JSONText = "."
    private static let noResult: JSONText = "[no result]"

    /// Thinking comes first in an assistant's turn and tool calls last.
    ///
    /// A cache mark stays behind the block it follows, except that none may follow thinking: such a one waits for the next
    /// block. A mark at the very end covers the calls too.
    private static func ordered(_ blocks: [ContentBlock]) -> [ContentBlock] {
        guard blocks.count > 1 else { return blocks }
        var thinking: [ContentBlock] = []
        var words: [ContentBlock] = []
        var calls: [ContentBlock] = []
        var signatures: Set<JSONText> = []
        var isAfterCall: Bool?
        var waiting: ContentBlock?
        for block in blocks {
            switch block {
            case .thinking(let thought):
                // The same thought comes again with every message that one answer was taken apart into.
                if signatures.insert(thought.proof).inserted { thinking.append(block) }
            case .cacheMark:
                guard let isAfterCall else {
                    waiting = block
                    continue
                }
                // Two marks in one place are one.
                if isAfterCall { Self.mark(block, in: &calls) } else { Self.mark(block, in: &words) }
            default:
                let isCall = if case .toolUse = block { true } else { false }
                let added = [block] + (waiting.map { [$0] } ?? [])
                if isCall { calls += added } else { words += added }
                isAfterCall = isCall
                waiting = nil
            }
        }
        if case .cacheMark? = blocks.last, case .cacheMark? = words.last, !calls.isEmpty, isAfterCall == false {
            calls.append(words.removeLast())
        }
        return thinking + words + calls
    }

    /// Takes out the first of two cache marks in one place, and those that follow nothing: of these the last is returned.
    private static func takeLooseMark(from blocks: inout [ContentBlock]) -> CacheMark? {
        guard blocks.contains(where: \.isCacheMark) else { return nil }
        var kept: [ContentBlock] = []
        var loose: CacheMark?
        for block in blocks {
            if case .cacheMark(let mark) = block {
                if kept.isEmpty { loose = mark } else { Self.mark(block, in: &kept) }
            } else {
                kept.append(block)
            }
        }
        blocks = kept
        return loose
    }

    private static func mark(_ mark: ContentBlock, in blocks: inout [ContentBlock]) {
        if case .cacheMark? = blocks.last { blocks.removeLast() }
        blocks.append(mark)
    }

    private mutating func pairToolCalls() {
        var index = 0
        while index < turns.count {
            let answers = index + 1
            if Self.calls(of: turns[index]).isEmpty {
                if turns[index].role == .user, index == 0 || Self.calls(of: turns[index - 1]).isEmpty {
                    dropResults(in: index, except: [])
                }
                index += 1
                continue
            }
            separateRepeatedCalls(in: index)
            let calls = Self.calls(of: turns[index])
            if answers == turns.count { turns.append(Turn(role: .user, blocks: [])) }
            dropResults(in: answers, except: Set(calls))
            orderResults(in: answers, like: calls)
            index += 2
        }
    }

    /// Takes out turns that hold cache marks only, or an assistant's thinking without a word or a call after it: Claude
    /// refuses a turn that ends in thinking.
    private mutating func dropSilentTurns() {
        let gathered = turns
        turns = []
        turns.reserveCapacity(gathered.count)
        for turn in gathered {
            guard Self.isSilent(turn) else {
                turns.append(turn)
                continue
            }
            for block in turn.blocks {
                switch block {
                case .thinking: report.drop("thinking_blocks")
                case .cacheMark(let mark): self.mark(mark, before: turns.count)
                default: break
                }
            }
        }
        remergeNeighbours()
    }

    private static func isSilent(_ turn: Turn) -> Bool {
        turn.blocks.allSatisfy { block in
            switch block {
            case .cacheMark, .thinking: true
            default: false
            }
        }
    }

    /// Gives calls that repeat an id of their turn ids of their own, and their answers too, in the order in which they came.
    private mutating func separateRepeatedCalls(in index: Int) {
        /// The ids that stand for one id, and how many of them have their answer.
        var stands: [JSONText: (ids: [JSONText], answered: Int)] = [:]
        var numbers: [String: Int] = [:]
        var used = Set(Self.calls(of: turns[index]))
        guard used.count < Self.calls(of: turns[index]).count else { return }
        isMended = true
        for block in turns[index].blocks.indices {
            guard case .toolUse(var use) = turns[index].blocks[block] else { continue }
            let id = use.id
            if stands[id] != nil {
                let stem = String(id.string.prefix(56))
                var number = numbers[stem] ?? 2
                repeat {
                    use.id = JSONText("\(stem)_\(number)")
                    number += 1
                } while !used.insert(use.id).inserted
                numbers[stem] = number
                turns[index].blocks[block] = .toolUse(use)
            }
            stands[id, default: ([], 0)].ids.append(use.id)
        }
        guard index + 1 < turns.count else { return }
        for block in turns[index + 1].blocks.indices {
            guard case .toolResult(var result) = turns[index + 1].blocks[block],
                let stand = stands[result.toolUseID], stand.answered < stand.ids.count
            else { continue }
            stands[result.toolUseID]?.answered += 1
            result.toolUseID = stand.ids[stand.answered]
            turns[index + 1].blocks[block] = .toolResult(result)
        }
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
        isMended = true
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
            if results[call] == nil {
                report.adjust("missing tool results filled in")
                isMended = true
            }
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
