import JSON
import NIOCore
import Testing

struct TextTests {
    /// The text of a JSON string literal.
    private func text(_ literal: String) throws -> JSONText {
        try #require(try JSONValue.parse(literal).text)
    }

    @Test(arguments: [
        (#""""#, true), (#"" ""#, true), (#""    ""#, true), (#""\n\t""#, true), (#""\r \f""#, true),
        (#""\u0020""#, true), (#""\u00a0""#, true), (#""\u3000""#, true), ("\"\u{A0}\"", true), ("\"\u{3000}\"", true),
        ("\"\u{2003} \u{2028}\\u2029\"", true), (#""\u000b\u0085\u1680""#, true), (#""\\n""#, false), (#""\\""#, false),
        (#""a""#, false), (#""  a""#, false), (#""\n.""#, false), (#""\"""#, false), (#""\/""#, false),
        (#""\b""#, false), (#""\u0000""#, false), (#""\u200b""#, false), ("\"\u{FEFF}\"", false), ("\"é\"", false),
        ("\" 你\"", false), (#""\ud83d\ude00""#, false), ("\"\u{3000}\\u3000x\"", false), ("\"😀\"", false),
        ("\"\u{7F}\"", false),
    ])
    func isBlankWhenEveryCharacterIsWhiteSpace(_ literal: String, _ blank: Bool) throws {
        #expect(try text(literal).isBlank == blank)
    }

    @Test(arguments: [
        (#""""#, ""), (#""abc""#, "abc"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041""#, "A"),
        (#""\u00e9\u00E9""#, "éé"), (#""\u20ac""#, "€"), (#""\ud83d\ude00""#, "😀"), (#""\uD800\uDC00""#, "\u{10000}"),
        (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""\u0000""#, "\u{0}"), (#""a\u0062c\n""#, "abc\n"),
        (#""\\u0041""#, #"\u0041"#),
        (#""é\u00e9😀\ud83d\ude00""#, "éé😀😀"), (#""\ud7ff\ue000\uffff""#, "\u{D7FF}\u{E000}\u{FFFF}"),
        (#""\\\\\"""#, #"\\""#),
    ])
    func decodes(_ literal: String, _ decoded: String) throws {
        let text = try text(literal)
        #expect(Array(text.string.utf8) == Array(decoded.utf8))
        #expect(Array(text.decodedBytes.readableBytesView) == Array(decoded.utf8))
        #expect(text.hasEscapes == literal.contains("\\"))
        #expect("\"" + String(buffer: text.escaped) + "\"" == literal)
        #expect(text.isEmpty == decoded.isEmpty)
    }

    @Test(arguments: [
        (#""A""#, #""\u0041""#), (#""é""#, #""\u00E9""#), (#""\u00e9""#, #""\u00E9""#), (#""\n""#, #""\u000a""#),
        (#""/""#, #""\/""#), (#""😀""#, #""\ud83d\ude00""#), (#""\"""#, #""\u0022""#), (#""\\""#, #""\u005c""#),
    ])
    func equalsAnotherSpellingOfTheSame(_ left: String, _ right: String) throws {
        let (left, right) = (try text(left), try text(right))
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(Set([left, right]).count == 1)
    }

    @Test(arguments: [
        (#""a""#, #""A""#), (#""a""#, #""a ""#), (#""""#, #"" ""#), (#""\n""#, #""\\n""#),
        ("\"\u{E9}\"", "\"e\u{301}\""),
        ("\"\u{E9}\"", #""e\u0301""#), (#""\u00e9""#, #""e\u0301""#), (#""\ufeffa""#, #""a""#),
    ])
    func differsFromOtherCharacters(_ left: String, _ right: String) throws {
        #expect(try text(left) != text(right))
    }

    @Test func escapesAString() {
        let text = JSONText("say \"hi\"\n\u{1}")
        #expect(String(buffer: text.escaped) == #"say \"hi\"\n\u0001"#)
        #expect(text.hasEscapes)
        #expect(!JSONText("plain é").hasEscapes)
        #expect(JSONText.empty.isEmpty)
        #expect(JSONText.empty == JSONText(""))
        let literal: JSONText = "a\tb"
        #expect(literal.string == "a\tb")
    }

    /// Bytes that are promised to be valid but are not must not stop the process.
    @Test(arguments: ["\\", "a\\", "\\u", "\\u00", "\\ud83d", "\\ud83d\\u", "\\ud83d\\ude0", "\\udc00x", "\\q"])
    func survivesBrokenEscapes(_ escaped: String) {
        let text = JSONText(validEscaped: ByteBuffer(string: escaped), hasEscapes: true)
        #expect(text.string.utf8.count <= escaped.utf8.count)
        #expect(!text.isBlank)
    }
}

@Suite("Trimming the end of a text")
struct TrimmingTests {
    @Test(arguments: [
        ("a", "a"), ("a ", "a"), (#"a\n"#, "a"), (#"a \t\r\n "#, "a"), (#"a\\n"#, #"a\\n"#), (#"a\\\n"#, #"a\\"#),
        (" ", ""),
        ("a\u{00A0}\u{3000}", "a"), (#"a\u00a0\u3000 \f"#, "a"), (#"a\\u00a0"#, #"a\\u00a0"#), ("\u{3000}", ""),
        ("aé", "aé"), ("a\u{1F600}", "a\u{1F600}"), (#"a\ud83d\ude00"#, #"a\ud83d\ude00"#),
        (#"\n\n"#, ""), ("", ""), (#"a\nb"#, #"a\nb"#),
    ])
    func whiteSpaceAtTheEndIsTakenOff(written: String, expected: String) throws {
        let text = try #require(JSONValue.parse("\"\(written)\"").text)
        #expect(String(buffer: text.trimmingTrailingWhitespace().escaped) == expected)
    }
}
