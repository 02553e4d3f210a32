import JSON
import NIOCore
import Testing

@testable import Adapters

/// Which of a client's messages a turn's reasoning is taken from.
struct ReasoningHistoryTests {
    private func call(_ id: JSONText) -> ContentBlock {
        .toolUse(ToolUseBlock(id: id, name: "f", input: ByteBuffer(string: "{}")))
    }

    private func history(_ messages: String) throws -> ReasoningHistory {
        ReasoningHistory(try JSONValue.parse("[\(messages)]"))
    }

    @Test func idsThatComeAgainMeanTheNextMessage() throws {
        var history = try history(
            #"""
            {"role":"assistant","reasoning_content":"One.","tool_calls":[{"id":"c"},{"id":"c"}]},
            {"role":"assistant","reasoning_content":"Two.","tool_calls":[{"id":"c"}]},
            {"role":"assistant","content":"Yes."},
            {"role":"assistant","reasoning_content":"Three.","content":[{"type":"text","text":"Yes."}]}
            """#
        )
        #expect(history.take(for: [call("c"), call("c_2")]) == ["One."])
        #expect(history.take(for: [call("c")]) == ["Two."])
        #expect(history.take(for: [.text("Yes.")]) == [])
        #expect(history.isLeft)
        #expect(history.take(for: [.text("Yes.")]) == ["Three."])
        #expect(!history.isLeft)
    }

    @Test func messagesThatBecameOneTurnGiveItAllTheirReasoning() throws {
        var history = try history(
            #"""
            {"role":"assistant","reasoning_content":"One.","content":"Hm."},
            {"role":"assistant","reasoning_content":"Two.","content":"","tool_calls":[{"id":"c"}]}
            """#
        )
        #expect(history.take(for: [.text("Hm."), call("c")]) == ["One.", "Two."])
    }

    @Test func onlyAnAssistantReasons() throws {
        #expect(try !history(#"{"role":"user","content":"a","reasoning_content":"One."}"#).isLeft)
        #expect(try !history(#"{"role":"assistant","content":"a","reasoning_content":" "}"#).isLeft)
        #expect(try !history(#"{"role":"assistant","content":"a","reasoning_content":null}"#).isLeft)
    }
}
