import JSON
import Testing

struct NameTests {
    enum Word: String, CaseIterable, Sendable {
        case role
        case rule
        case content
        case toolCalls = "tool_calls"
        case accent = "caf\u{E9}"
    }

    static let words = JSONNames(Word.self)

    @Test(
        arguments: [
            (#""role""#, Word.role), (#""rule""#, .rule), (#""content""#, .content), (#""tool_calls""#, .toolCalls),
            (#""\u0072ole""#, .role), (#""caf\u00e9""#, .accent), ("\"caf\u{E9}\"", .accent),
            ("\"cafe\u{301}\"", nil), (#""cafe\u0301""#, nil), (#""Role""#, nil), (#""rol""#, nil), (#""roles""#, nil),
            (#""ro\u006C""#, nil), (#""""#, nil),
            ("1", nil), ("null", nil), (#"["role"]"#, nil),
        ] as [(String, Word?)]
    )
    func aTextNamesItsCaseOnly(_ text: String, _ word: Word?) throws {
        #expect(Self.words[try JSONValue.parse(text)] == word)
        let object = try JSONValue.parse(#"{"a":1,"b":\#(text)}"#)
        #expect(Self.words["b", of: object] == word)
        #expect(Self.words["c", of: object] == nil)
    }

    @Test func theLastOfARepeatedKeyCounts() throws {
        let object = try JSONValue.parse(#"{"b":"role","b":"rule"}"#)
        #expect(Self.words["b", of: object] == .rule)
        #expect(Self.words["b", of: try JSONValue.parse("[1]")] == nil)
    }

    /// Names that share length, first, middle and last letter share a place in the table.
    @Test func namesThatCollideAreToldApart() throws {
        let names =
            (0..<500).map { "n\($0 / 10 % 10)x\($0 / 100)x\($0 % 10)z" } + [
                "n", "nn", String(repeating: "n", count: 300),
            ]
        let index = JSONNameIndex(names)
        for (place, name) in names.enumerated() {
            #expect(index.index(of: try JSONValue.parse("\"\(name)\"")) == place)
        }
        #expect(index.index(of: try JSONValue.parse(#""n5x5x5y""#)) == nil)
        #expect(index.index(of: try JSONValue.parse(#""n0x9x0z""#)) == nil)
    }
}
