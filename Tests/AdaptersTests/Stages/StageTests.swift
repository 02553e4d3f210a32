import JSON
import NIOCore
import TestSupport
import Testing

@testable import Adapters

/// Stages of the way back: what they do with every split of the same words.
struct StageTests {
    private static func text(of events: [ChatEvent]) -> String {
        events.map { if case .text(let text) = $0 { text.string } else { "" } }.joined()
    }

    /// Every way to cut a text into two or three pieces, between bytes' characters.
    private static func splits(_ text: String) -> [[String]] {
        let characters = Array(text.unicodeScalars)
        func piece(_ range: Range<Int>) -> String {
            String(String.UnicodeScalarView(characters[range]))
        }
        var splits = [[text], characters.map { String(Character($0)) }]
        for first in 0...characters.count {
            for second in first...characters.count {
                splits.append(
                    [
                        piece(0..<first), piece(first..<second), piece(second..<characters.count),
                    ].filter { !$0.isEmpty }
                )
            }
        }
        return splits
    }

    // MARK: Stop texts

    @Test(arguments: [
        ("one END two", ["END"], "one "), ("one END two", ["STOP", "END"], "one "), ("ababac", ["abac"], "ab"),
        ("EEND", ["END"], "E"), ("no stop EN", ["END"], "no stop EN"), ("END", ["END"], ""),
        ("日本語です", ["語"], "日本"), ("a👩‍👩‍👧b", ["👧"], "a👩‍👩‍"), ("x\n\ny", ["\n\n"], "x"),
        ("aSTOPbEND", ["END", "STOP"], "a"), ("xabc", ["abc", "b"], "xa"), ("xabc", ["abc", "bc"], "x"),
        ("aabaabaaab", ["aabaaa"], "aab"),
    ])
    func stopTextCutsAtEverySplit(_ text: String, _ stops: [String], _ expected: String) {
        for pieces in Self.splits(text) {
            var stage = StopTextStage(texts: stops)
            var said: [ChatEvent] = []
            for piece in pieces {
                var events: [ChatEvent] = [.text(JSONText(piece))]
                stage.process(&events)
                said += events
            }
            var end: [ChatEvent] = [.finished(.length), .usage(TokenUsage(promptTokens: 1, completionTokens: 2))]
            stage.process(&end)
            said += end
            #expect(Self.text(of: said) == expected, "\(pieces)")
            let finishes = said.compactMap { if case .finished(let reason) = $0 { reason } else { nil } }
            #expect(finishes == [stage.isCut ? .stop : .length], "\(pieces)")
            #expect(stage.isCut == (text != expected), "\(pieces)")
            #expect(said.contains { if case .usage = $0 { true } else { false } })
        }
    }

    /// Compared anew at every byte, these would take minutes.
    @Test(.timeLimit(.minutes(1))) func longStopTextsAreSoughtInOnePass() {
        var stage = StopTextStage(texts: [String(repeating: "a", count: 60_000) + "b"])
        let said = String(repeating: "a", count: 60_000) + "c"
        var events: [ChatEvent] = said.map { .text(JSONText(String($0))) } + [.finished(.stop)]
        stage.process(&events)
        #expect(Self.text(of: events) == said)
    }

    /// Clients run calls only where the end of the answer names them.
    @Test func aCutBehindACallLeavesTheCall() {
        var stage = StopTextStage(texts: ["\n\n"])
        var events: [ChatEvent] = [
            .toolCallStarted(index: 0, id: "i", name: "n"), .toolCallFinished(index: 0), .text("ok\n\nmore"),
            .finished(.toolCalls),
        ]
        stage.process(&events)
        #expect(Self.text(of: events) == "ok")
        #expect(stage.isCut)
        if case .finished(.toolCalls)? = events.last {} else { Issue.record("\(events)") }
    }

    /// Compared with a search for every text in every ending.
    @Test func stopTextsAreFoundAsByLookingForEach() {
        var random = SeededGenerator(seed: 20_261_126)
        for round in 0..<3_000 {
            func word(_ longest: Int) -> String {
                String(
                    (0..<Int.random(in: 0...longest, using: &random)).compactMap { _ in
                        "abé日".randomElement(using: &random)
                    }
                )
            }
            let stops = (0..<Int.random(in: 1...5, using: &random)).map { _ in word(4) }
            let said = Array(word(24).utf8)
            var search = StopSearch(stops)
            for end in said.indices {
                let read = said[...end]
                let texts = stops.map { Array($0.utf8) }.filter { !$0.isEmpty }
                let found = texts.filter { read.suffix($0.count) == $0[...] }.map(\.count).max() ?? 0
                let matched =
                    texts.flatMap { text in text.indices.map { text[...$0] } }
                    .filter { read.suffix($0.count) == $0 }.map(\.count).max() ?? 0
                #expect(search.read(said[end]) == found, "round \(round)")
                #expect(search.matched == matched, "round \(round)")
            }
        }
    }

    @Test func stopTextLooksAtWordsOnly() {
        var stage = StopTextStage(texts: ["END"])
        var events: [ChatEvent] = [
            .thinking("END"), .toolCallStarted(index: 0, id: "i", name: "n"), .toolCallArguments(index: 0, "END"),
            .toolCallFinished(index: 0), .finished(.toolCalls),
        ]
        stage.process(&events)
        #expect(events.count == 5)
        #expect(!stage.isCut)
    }

    @Test func heldBackTextComesBeforeTheCallThatFollowsIt() {
        var stage = StopTextStage(texts: ["END"])
        var events: [ChatEvent] = [.text("so EN"), .toolCallStarted(index: 0, id: "i", name: "n")]
        stage.process(&events)
        #expect(Self.text(of: events) == "so EN")
        if case .toolCallStarted = events.last {} else { Issue.record("the call is not last") }
    }

    // MARK: Code fences

    @Test(arguments: [
        ("```json\n{\"a\":1}\n```", "{\"a\":1}"), ("```\n[1]\n```\n", "[1]"), ("  \n```JSON\n{}```", "{}"),
        ("{\"a\":\"```\"}", "{\"a\":\"```\"}"), ("```json\n{\"a\":\"``\"}\n```", "{\"a\":\"``\"}"),
        ("``", "``"), ("", ""), ("plain", "plain"), ("```json\n{\"日\":1}\n\n```", "{\"日\":1}"),
        ("```json {\"a\":1}\n```", "{\"a\":1}"), ("```{\"a\":1}```", "{\"a\":1}"),
        ("```json {\"a\":1} ```", "{\"a\":1}"),
        ("```json\n{\"a\":1}\n```\nI hope this helps.", "{\"a\":1}"),
        ("```json\n{\"a\":\"\\\"```\"}\n```", "{\"a\":\"\\\"```\"}"), ("```json\n{\"a\":1}", "{\"a\":1}"),
    ])
    func codeFenceGoesAtEverySplit(_ text: String, _ expected: String) {
        for pieces in Self.splits(text) {
            var stage = CodeFenceStage()
            var said: [ChatEvent] = []
            for piece in pieces {
                var events: [ChatEvent] = [.text(JSONText(piece))]
                stage.process(&events)
                said += events
            }
            var end: [ChatEvent] = [.finished(.stop)]
            stage.process(&end)
            #expect(Self.text(of: said + end) == expected, "\(pieces)")
        }
    }

    // MARK: Words before a call

    @Test(arguments: [
        (["{\"a\":", "1}"], false, "{\"a\":1}"), ([" ", "[1]"], false, "[1]"), (["Let me ", "see {"], true, ""),
        (["I cannot ", "say."], false, "I cannot say."), (["{}"], true, "{}"),
    ])
    func wordsBeforeACallAreLeftOut(_ pieces: [String], _ calls: Bool, _ expected: String) {
        var stage = PrefaceStage()
        var events = pieces.map { ChatEvent.text(JSONText($0)) }
        if calls { events.append(.toolCallStarted(index: 0, id: "i", name: "f")) }
        events.append(.finished(calls ? .toolCalls : .stop))
        stage.process(&events)
        #expect(Self.text(of: events) == expected)
    }

    // MARK: Structured output

    @Test func structuredOutputHidesItsToolAndWhatWasSaidBefore() {
        var stage = StructuredOutputStage(toolName: "json_tool_call")
        var events: [ChatEvent] = [
            .text("Here: "), .toolCallStarted(index: 0, id: "i", name: "json_tool_call"),
            .toolCallArguments(index: 0, #"{"n":"#), .toolCallArguments(index: 0, "4}"), .toolCallFinished(index: 0),
            .finished(.toolCalls),
        ]
        stage.process(&events)
        #expect(Self.text(of: events) == #"{"n":4}"#)
        #expect(events.count == 3)
        if case .finished(.stop) = events[2] {} else { Issue.record("the reason is not stop") }
    }

    @Test func structuredOutputEndsWithItsFirstCall() {
        var stage = StructuredOutputStage(toolName: "json_tool_call")
        var events: [ChatEvent] = [
            .toolCallStarted(index: 0, id: "i", name: "json_tool_call"), .toolCallArguments(index: 0, "{}"),
            .toolCallFinished(index: 0), .text("Done!"), .toolCallStarted(index: 1, id: "j", name: "json_tool_call"),
            .toolCallArguments(index: 1, #"{"n":2}"#), .toolCallFinished(index: 1), .finished(.toolCalls),
        ]
        stage.process(&events)
        #expect(Self.text(of: events) == "{}")
        #expect(events.count == 2)
        if case .finished(.stop) = events.last {} else { Issue.record("the reason is not stop") }
    }

    @Test func structuredOutputLeavesOtherCallsCountedFromZero() {
        var stage = StructuredOutputStage(toolName: "json_tool_call")
        var events: [ChatEvent] = [
            .toolCallStarted(index: 0, id: "i", name: "json_tool_call"), .toolCallArguments(index: 0, "{}"),
            .toolCallFinished(index: 0), .toolCallStarted(index: 1, id: "j", name: "other"),
            .toolCallArguments(index: 1, "[]"), .toolCallFinished(index: 1), .finished(.toolCalls),
        ]
        stage.process(&events)
        let indexes = events.compactMap { event in
            switch event {
            case .toolCallStarted(let index, _, _), .toolCallArguments(let index, _), .toolCallFinished(let index):
                index
            default: nil
            }
        }
        #expect(indexes == [0, 0, 0])
        if case .finished(.toolCalls)? = events.last {} else { Issue.record("the reason is not tool calls") }
    }

    @Test func wordsAreTheAnswerWhereTheToolWasNotCalled() {
        var stage = StructuredOutputStage(toolName: "json_tool_call")
        var events: [ChatEvent] = [.text("I "), .text("refuse."), .finished(.stop)]
        stage.process(&events)
        #expect(Self.text(of: events) == "I refuse.")
    }

    // MARK: Pipeline

    @Test func discardedCallsLeaveAStop() {
        var context = ReplyContext()
        context.discardsToolCalls = true
        var pipeline = ReplyPipeline(context: context)
        var events: [ChatEvent] = [
            .text("Words"), .toolCallStarted(index: 0, id: "i", name: "n"), .toolCallArguments(index: 0, "{}"),
            .toolCallFinished(index: 0), .finished(.toolCalls),
        ]
        pipeline.process(&events)
        #expect(events.count == 2)
        if case .finished(.stop)? = events.last {} else { Issue.record("the reason is not stop") }
    }
}
