import JSON
import Testing

@testable import Adapters

struct OpenAICallIDTests {
    @Test(arguments: ["call_abc", "", "functions.get_weather:0", "toolu_01ABCDEFGHIJKLMNOPQRSTUV", "ünïcode-i"])
    func nineCharactersStandForAnId(id: String) {
        let nine = OpenAICallID.nineCharacters(for: JSONText(id)).string
        #expect(nine.utf8.count == 9)
        #expect(nine.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) })
        #expect(OpenAICallID.nineCharacters(for: JSONText(id)).string == nine)
    }

    @Test func nineCharactersStandForThemselves() {
        #expect(OpenAICallID.nineCharacters(for: "aB3dE6gH9").string == "aB3dE6gH9")
    }

    @Test func differentIdsGetDifferentNine() {
        let nine = Set((0..<1000).map { OpenAICallID.nineCharacters(for: JSONText("call_\($0)")).string })
        #expect(nine.count == 1000)
    }

    @Test(arguments: ["call_0", "0", "17", "call-3", "chatcmpl-tool-12", ""])
    func countedIdsAreReplaced(id: String) {
        let first = OpenAICallID.unique(JSONText(id), answer: "a", index: 0, taken: [])
        let second = OpenAICallID.unique(JSONText(id), answer: "b", index: 0, taken: [])
        #expect(first != JSONText(id))
        #expect(first.string.hasPrefix("call_"))
        #expect(first != second)
        #expect(first == OpenAICallID.unique(JSONText(id), answer: "a", index: 0, taken: []))
        #expect(first != OpenAICallID.unique(JSONText(id), answer: "a", index: 1, taken: []))
    }

    @Test(arguments: ["aB3dE6gH9", "call_9f2kd", "functions.get_weather:0", "123456789", "tooluse_a_0x"])
    func idsOfTheirOwnAreKept(id: String) {
        #expect(OpenAICallID.unique(JSONText(id), answer: "a", index: 0, taken: []).string == id)
    }

    @Test func anIdIsNotGivenTwiceInOneAnswer() {
        let second = OpenAICallID.unique("call_9f2kd", answer: "a", index: 1, taken: ["call_9f2kd"])
        #expect(second != "call_9f2kd")
    }
}
