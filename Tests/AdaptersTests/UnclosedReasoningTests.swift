import JSON
import Testing

@testable import Adapters

/// A model whose prompt opens the thinking sometimes answers without closing it (seen of Nemotron Nano 9B v2).
@Suite("An answer inside thinking that only the prompt opened")
struct UnclosedReasoningTests {
    /// The visible text that comes of pieces of text and an end.
    private func answer(_ pieces: [String], _ reason: FinishReason, opensInside: Bool = true) -> String {
        var stage = TaggedReasoningStage(tags: ["think"], opensInside: opensInside, unclosedIsAnswer: true)
        var text = ""
        for batch in pieces.map({ [ChatEvent.text(JSONText($0))] }) + [[.finished(reason)]] {
            var events = batch
            stage.process(&events)
            for case .text(let piece) in events { text += piece.string }
        }
        return text
    }

    @Test func isGivenAsTheAnswerWhenTheModelWasDone() {
        #expect(answer(["The capital ", "is Oslo."], .stop) == "The capital is Oslo.")
        #expect(answer(["T", "he <b>capital</b> ", "is <", "Oslo."], .stop) == "The <b>capital</b> is <Oslo.")
    }

    @Test func isGivenAsTheAnswerWhenAGuardrailSpoke() {
        #expect(answer(["I may not ", "say."], .contentFilter) == "I may not say.")
    }

    @Test func textIsTheAnswerWhereTheModelKeepsItsThinkingApart() {
        var stage = TaggedReasoningStage(tags: ["think"], opensInside: true)
        var events: [ChatEvent] = [.thinking("ab"), .text("c"), .finished(.stop)]
        stage.process(&events)
        let text = events.compactMap { if case .text(let piece) = $0 { piece.string } else { nil } }
        #expect(text == ["c"])
    }

    @Test func isThinkingWhenItWasCutOff() {
        #expect(answer(["The capital ", "is"], .length).isEmpty)
    }

    @Test func isThinkingOnceItWasClosed() {
        #expect(answer(["Hm.", "</think>", "Oslo."], .stop) == "Oslo.")
        #expect(answer(["Hm.</think>"], .stop).isEmpty)
    }

    @Test func isThinkingWhenTheModelOpenedItItself() {
        #expect(answer(["<think>Hm."], .stop).isEmpty)
        #expect(answer(["<think>Hm."], .stop, opensInside: false).isEmpty)
    }
}
