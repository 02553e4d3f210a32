import JSON
import NIOCore
import Testing

@testable import Adapters

/// The turn rules of CONVERSE.md §2.1, in a notation: `u:` and `a:` turns, `text`, `call(id)`, `result(id)`, `think`, `mark`.
struct ConversationBuilderTests {
    private static func call(_ id: JSONText) -> ContentBlock {
        .toolUse(ToolUseBlock(id: id, name: "f", input: ByteBuffer(string: "{}")))
    }

    private static func result(_ id: JSONText) -> ContentBlock {
        .toolResult(ToolResultBlock(toolUseID: id, content: [.text("ok")]))
    }

    private static let think = ContentBlock.thinking(.signed(text: "t", signature: "s"))
    private static let thinkMore = ContentBlock.thinking(.signed(text: "t", signature: "s2"))
    private static let mark = ContentBlock.cacheMark(CacheMark())

    private static func built(_ turns: [(TurnRole, [ContentBlock])], system: [JSONText] = []) -> Conversation {
        var builder = ConversationBuilder()
        for text in system { builder.addSystem(text) }
        for (role, blocks) in turns { builder.add(role, blocks) }
        var conversation = Conversation(modelID: "m")
        builder.finish(into: &conversation)
        return conversation
    }

    private static func notation(_ conversation: borrowing Conversation) -> String {
        conversation.turns.map { turn in
            (turn.role == .user ? "u:" : "a:")
                + turn.blocks.map { block in
                    switch block {
                    case .text(let text): text.string
                    case .toolUse(let use): "call(\(use.id.string))"
                    case .toolResult(let result):
                        (result.isError ? "failed(" : "result(") + result.toolUseID.string + ")"
                    case .thinking: "think"
                    case .cacheMark: "mark"
                    default: "media"
                    }
                }.joined(separator: ",")
        }.joined(separator: " ")
    }

    @Test func neighboursMergeAndBlanksGo() {
        let conversation = Self.built([
            (.user, [.text("a")]), (.assistant, [.text(" \n")]), (.user, [.text(""), .text("b")]),
            (.assistant, [.text("c")]), (.assistant, [.text("d")]), (.user, [.text("e")]),
        ])
        #expect(Self.notation(conversation) == "u:a,b a:c,d u:e")
    }

    @Test func marksThatFollowNothingMarkWhatIsBefore() {
        let early = Self.built([
            (.user, [.text("a")]), (.assistant, [.text("b")]), (.user, [.text(" "), Self.mark, .text("c")]),
        ])
        #expect(Self.notation(early) == "u:a a:b,mark u:c")
        let alone = Self.built([(.user, [.text("a")]), (.assistant, [.text("b")]), (.user, [.text(" "), Self.mark])])
        #expect(Self.notation(alone) == "u:a a:b,mark")
        let first = Self.built([(.user, [.text(" "), Self.mark, .text("a")])], system: ["s"])
        #expect(Self.notation(first) == "u:a")
        #expect(first.system[0].cacheMark == CacheMark())
        #expect(first.report.isEmpty)
        let nowhere = Self.built([(.user, [.text(" "), Self.mark, .text("a")])])
        #expect(nowhere.report.dropped == ["cache_control"])
    }

    @Test func theSameThoughtStandsOnceInATurn() {
        let split = Self.built([
            (.user, [.text("a")]), (.assistant, [Self.think, Self.call("1")]),
            (.assistant, [Self.think, Self.call("2")]),
            (.user, [Self.result("2"), Self.result("1")]),
        ])
        #expect(Self.notation(split) == "u:a a:think,call(1),call(2) u:result(1),result(2)")
    }

    @Test func theUserSpeaksFirst() {
        #expect(Self.notation(Self.built([(.assistant, [.text("a")]), (.user, [.text("b")])])) == "u:. a:a u:b")
        #expect(Self.notation(Self.built([(.user, [.text(" ")]), (.assistant, [.text("a")])])) == "u:. a:a")
        #expect(Self.notation(Self.built([])) == "u:.")
    }

    @Test func theLastInstructionIsAskedWhenThereIsNothingElse() {
        let conversation = Self.built([], system: ["one", " ", "two"])
        #expect(Self.notation(conversation) == "u:two")
        #expect(conversation.system.map(\.text.string) == ["one"])
    }

    @Test func resultsComeFirstInTheOrderOfTheCalls() {
        let conversation = Self.built([
            (.user, [.text("q")]), (.assistant, [Self.call("1"), Self.call("2"), .text("words")]),
            (.user, [.text("well?"), Self.result("2"), Self.result("1")]),
        ])
        #expect(Self.notation(conversation) == "u:q a:words,call(1),call(2) u:result(1),result(2),well?")
        #expect(conversation.report.isEmpty)
    }

    @Test func missingResultsAreFilledInAsFailed() {
        let conversation = Self.built([
            (.user, [.text("q")]), (.assistant, [Self.call("1"), Self.call("2")]), (.user, [Self.result("2")]),
            (.assistant, [Self.call("3")]),
        ])
        #expect(Self.notation(conversation) == "u:q a:call(1),call(2) u:failed(1),result(2) a:call(3) u:failed(3)")
        #expect(conversation.report.adjusted == ["missing tool results filled in"])
    }

    @Test func resultsWithoutACallAreReportedAndNotSent() {
        let conversation = Self.built([
            (.user, [Self.result("0"), .text("q")]), (.assistant, [Self.call("1")]),
            (.user, [Self.result("1"), Self.result("1"), Self.result("9")]), (.assistant, [.text("a")]),
            (.user, [Self.result("1")]), (.assistant, [.text("b")]),
        ])
        #expect(Self.notation(conversation) == "u:q a:call(1) u:result(1) a:a,b")
        #expect(conversation.report.dropped == ["tool results without a call"])
    }

    /// A turn of orphans only used to leave an assistant's turn in front, which AWS refuses.
    @Test func aTurnOfOrphansLeavesTheUserFirst() {
        let conversation = Self.built([(.user, [Self.result("0"), Self.mark]), (.assistant, [.text("a")])])
        #expect(Self.notation(conversation) == "u:. a:a")
        #expect(Self.notation(Self.built([(.user, [Self.result("0"), Self.mark])])) == "u:.")
    }

    /// AWS refuses two calls of one id in a turn.
    @Test func repeatedCallIDsAreToldApart() {
        let conversation = Self.built([
            (.user, [.text("q")]), (.assistant, [Self.call("1"), Self.call("1"), Self.call("1_2"), Self.call("1")]),
            (.user, [Self.result("1"), Self.result("1"), Self.result("1_2")]),
        ])
        #expect(
            Self.notation(conversation)
                == "u:q a:call(1),call(1_3),call(1_2),call(1_4) u:result(1),result(1_3),result(1_2),failed(1_4)"
        )
    }

    /// Counted up from two for each, the numbers of these would take minutes.
    @Test(.timeLimit(.minutes(1))) func manyRepeatedCallIDsAreToldApartAtOnce() {
        let stem = String(repeating: "x", count: 58)
        let calls = (0..<40_000).map { Self.call(JSONText("\(stem)\($0 / 2)")) }
        let conversation = Self.built([(.user, [.text("q")]), (.assistant, calls)])
        let ids = conversation.turns[1].blocks.compactMap { block -> String? in
            if case .toolUse(let use) = block { use.id.string } else { nil }
        }
        #expect(Set(ids).count == 40_000)
        #expect(ids.allSatisfy { $0.utf8.count <= 64 })
    }

    @Test func thinkingComesFirstAndNeverAlone() {
        let mixed = Self.built([(.user, [.text("q")]), (.assistant, [.text("a"), Self.call("1"), Self.think])])
        #expect(Self.notation(mixed) == "u:q a:think,a,call(1) u:failed(1)")
        let alone = Self.built([(.user, [.text("q")]), (.assistant, [Self.think, Self.mark]), (.user, [.text("r")])])
        #expect(Self.notation(alone) == "u:q,mark,r")
        #expect(alone.report.dropped == ["thinking_blocks"])
    }

    @Test func marksStayBehindWhatTheyFollowAndNeverBehindThinking() {
        let conversation = Self.built([
            (.user, [.text("q"), Self.mark, .text("r")]),
            (.assistant, [Self.think, Self.mark, Self.call("1"), Self.mark, Self.thinkMore, Self.call("2")]),
            (.user, [Self.result("2"), Self.result("1"), Self.mark]),
        ])
        #expect(
            Self.notation(conversation)
                == "u:q,mark,r a:think,think,call(1),mark,call(2) u:result(1),mark,result(2)"
        )
        let last = Self.built([(.user, [.text("q")]), (.assistant, [Self.call("1"), .text("a"), Self.mark])])
        #expect(Self.notation(last) == "u:q a:a,call(1),mark u:failed(1)")
    }

    @Test func marksAloneAreNoTurn() {
        #expect(Self.notation(Self.built([(.user, [Self.mark]), (.user, [.text("q")])])) == "u:q")
    }
}
