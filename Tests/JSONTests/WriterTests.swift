import JSON
import NIOCore
import Testing

struct WriterTests {
    /// What a closure writes.
    private func written(_ body: (inout JSONWriter) throws -> Void) rethrows -> String {
        var writer = JSONWriter()
        try body(&writer)
        return String(buffer: writer.buffer)
    }

    @Test func escapesEveryControlCharacter() throws {
        let short: [UInt8: String] = [8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"]
        let hexadecimal = Array("0123456789abcdef")
        for byte in UInt8(0)..<0x20 {
            let expected = short[byte] ?? "\\u00\(byte >> 4)\(hexadecimal[Int(byte & 15)])"
            // In front, in the middle and at the end of a word of eight bytes, and past it.
            for prefix in ["", "abc", "abcdefg", "abcdefgh", "é"] {
                let string = prefix + String(UnicodeScalar(byte)) + "z"
                #expect(written { $0.string(string) } == "\"\(prefix)\(expected)z\"")
                #expect(try JSONValue.parse(written { $0.string(string) }).string == string)
            }
        }
    }

    @Test(arguments: [
        ("", #""""#), ("plain", #""plain""#), ("\"", #""\"""#), ("\\", #""\\""#), ("a\"b\\c", #""a\"b\\c""#),
        ("/", #""/""#),
        ("\u{7F}", "\"\u{7F}\""), ("é€😀", #""é€😀""#), ("\u{2028}", "\"\u{2028}\""),
        ("\"\"\"\"\"\"\"\"\"", #""\"\"\"\"\"\"\"\"\"""#),
        ("你好，世界", #""你好，世界""#), ("12345678\n", #""12345678\n""#),
    ])
    func escapesOnlyWhatItMust(_ string: String, _ expected: String) {
        #expect(written { $0.string(string) } == expected)
        #expect(written { $0.string(JSONText(string)) } == expected)
        #expect(written { $0.string(escaping: ByteBuffer(string: string)) } == expected)
    }

    @Test(arguments: [
        (0, "0"), (1, "1"), (-1, "-1"), (9, "9"), (10, "10"), (-10, "-10"), (99, "99"), (100, "100"),
        (123_456_789, "123456789"),
        (Int.max, "9223372036854775807"), (Int.min, "-9223372036854775808"), (Int.max - 7, "9223372036854775800"),
    ])
    func writesWholeNumbers(_ value: Int, _ expected: String) throws {
        #expect(written { $0.int(value) } == expected)
        #expect(try JSONValue.parse(expected).int == value)
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "-0.0"), (1, "1"), (-3, "-3"), (0.7, "0.7"), (0.1, "0.1"), (-2.5, "-2.5"),
        (1e15, "1000000000000000"),
        (9_007_199_254_740_991, "9007199254740991"), (1e16, "1e+16"), (1e-7, "1e-07"), (1e300, "1e+300"),
        (Double.infinity, "null"), (-Double.infinity, "null"), (Double.nan, "null"),
        (Double.greatestFiniteMagnitude, "1.7976931348623157e+308"), (Double.leastNonzeroMagnitude, "5e-324"),
    ])
    func writesDoubles(_ value: Double, _ expected: String) throws {
        let text = written { $0.double(value) }
        #expect(text == expected)
        if value.isFinite { #expect(try JSONValue.parse(text).double?.bitPattern == value.bitPattern) }
    }

    @Test func putsCommasBetweenAndNowhereElse() {
        let text = written {
            $0.beginArray()
            $0.beginObject()
            $0.endObject()
            $0.beginArray()
            $0.endArray()
            $0.null()
            $0.bool(true)
            $0.bool(false)
            $0.int(1)
            $0.double(0.5)
            $0.string("a")
            $0.string(literal: "b")
            $0.string("c" as JSONText)
            $0.string(joining: ["d", "\n", "e"])
            $0.beginObject()
            $0.key("f")
            $0.beginObject()
            $0.key("g")
            $0.int(1)
            $0.key("h")
            $0.beginArray()
            $0.int(2)
            $0.endArray()
            $0.endObject()
            $0.key("i")
            $0.null()
            $0.endObject()
            $0.endArray()
        }
        #expect(
            text == #"[{},[],null,true,false,1,0.5,"a","b","c","d\ne",{"f":{"g":1,"h":[2]},"i":null}]"#
        )
    }

    @Test func writesKeysOfEachKind() {
        let name = "a\"b"
        let text = written {
            $0.beginObject()
            $0.key("literal")
            $0.int(1)
            $0.key(name)
            $0.int(2)
            $0.key("\(name)\n")
            $0.int(3)
            $0.key(JSONText(validEscaped: ByteBuffer(string: #"\u0041"#), hasEscapes: true))
            $0.int(4)
            $0.endObject()
        }
        #expect(text == #"{"literal":1,"a\"b":2,"a\"b\n":3,"\u0041":4}"#)
    }

    @Test func passesValuesThroughByteForByte() throws {
        let schema = #"{ "type" : "object" , "minimum" : 1.50E+01 , "x" : "\u00e9\/" , "x" : null }"#
        let value = try JSONValue.parse(#"{"schema": \#(schema), "n": 1e400}"#)
        let text = try written {
            $0.beginArray()
            $0.raw(try #require(value["schema"]))
            $0.raw(try #require(value["n"]))
            $0.raw(ByteBuffer(string: "[ ]"))
            $0.endArray()
        }
        #expect(text == "[\(schema),1e400,[ ]]")
    }

    @Test func deepBracketsAreAllWritten() {
        for depth in 1...40 {
            let text = written { writer in
                for _ in 0..<depth { writer.beginArray() }
                for _ in 0..<depth { writer.endArray() }
            }
            #expect(text == String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
        }
    }

    @Test func anUnfinishedValueCanBeRead() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a")
        #expect(String(buffer: writer.buffer) == #"{"a":"#)
        #expect(writer.count == 5)
        writer.beginArray()
        #expect(String(buffer: writer.buffer) == #"{"a":["#)
        writer.endArray()
        writer.endObject()
        #expect(String(buffer: writer.buffer) == #"{"a":[]}"#)
    }

    /// Swift's own spelling is the shortest that reads back the same.
    @Test func fractionsAreSpelledAsShortAsSwiftSpellsThem() {
        var numbers = (1...9_999).map { Double($0) / 1_000 }
        numbers +=
            (1...999).map { Double($0) + 0.125 } + [999_999.999, 0.1 + 0.2, 1e-4, 0.0005, 1.0 / 3, 123.4567, -0.5]
        for number in numbers where number.rounded() != number {
            #expect(written { $0.double(number) } == number.description)
        }
    }

    @Test(arguments: [
        "{}", #"{"location":"Paris \"centre\"","n":[1,2.50,"\u00e9\n"]}"#, "not \u{1} json \\ at \"all\"", "",
    ])
    func aStringThatHoldsJSONReadsBackByteForByte(_ arguments: String) throws {
        let bytes = ByteBuffer(string: arguments)
        let text = written { $0.string(escaping: bytes) }
        #expect(try JSONValue.parse(text).text?.decodedBytes == bytes)
    }

    @Test func writesAtTheEndOfABuffer() {
        var writer = JSONWriter(ByteBuffer(string: "data: "))
        writer.int(1)
        #expect(String(buffer: writer.buffer) == "data: 1")
        var roomy = JSONWriter(capacity: 64)
        roomy.null()
        #expect(String(buffer: roomy.buffer) == "null")
    }

    /// What is short waits for what follows: at every length of what waits, and of what follows, nothing is lost.
    @Test func textsOfEveryLengthComeOutWhole() throws {
        for first in 0...140 {
            for second in [0, 1, 2, 125, 126, 127, 128, 129, 300] {
                let texts = [String(repeating: "a", count: first), String(repeating: "b", count: second)]
                let text = written {
                    $0.beginObject()
                    $0.key(texts[0])
                    $0.string(texts[1])
                    $0.key(texts[1] + "c")
                    $0.int(Int.min)
                    $0.key("fraction")
                    $0.double(999_999.125)
                    $0.key("truth")
                    $0.bool(true)
                    $0.endObject()
                }
                #expect(
                    text
                        == #"{"\#(texts[0])":"\#(texts[1])","\#(texts[1])c":-9223372036854775808,"#
                        + #""fraction":999999.125,"truth":true}"#
                )
            }
        }
    }

    /// Wherever what waits is written in between, an object that stays empty leaves nothing behind.
    @Test func anEmptyObjectCanBeLeftOut() {
        for length in 0...150 {
            let text = String(repeating: "a", count: length)
            func object(_ members: Int) -> String {
                written {
                    $0.beginObject()
                    $0.object(unlessEmpty: "first") { _ in }
                    $0.key("text")
                    $0.string(text)
                    $0.object(unlessEmpty: "rather a long key for an object that may be left out") {
                        for _ in 0..<members {
                            $0.key("k")
                            $0.string(text)
                        }
                    }
                    $0.key("end")
                    $0.int(1)
                    $0.endObject()
                }
            }
            let member = #""k":"\#(text)""#
            #expect(object(0) == #"{"text":"\#(text)","end":1}"#)
            #expect(
                object(2)
                    == #"{"text":"\#(text)","rather a long key for an object that may be left out":{\#(member),\#(member)},"end":1}"#
            )
        }
    }

    /// What is very long is not copied, and stands where it belongs.
    @Test func longTextsBecomePartsOfTheirOwn() throws {
        let long = JSONText(String(repeating: "x", count: JSONWriter.passesOnFrom))
        let value = ByteBuffer(string: "[" + String(repeating: " ", count: JSONWriter.passesOnFrom) + "]")
        var writer = JSONWriter(capacity: 64)
        writer.beginObject()
        writer.key("a")
        writer.string(long)
        writer.object(unlessEmpty: "nothing") { _ in }
        writer.key("b")
        writer.beginArray()
        writer.raw(value)
        writer.string(long)
        writer.int(7)
        writer.raw(try JSONValue.parse(value))
        writer.string(joining: ["d", long, "e", long])
        writer.raw(joining: [ByteBuffer(string: "[1,"), value, ByteBuffer(string: ",2]")])
        writer.int(8)
        writer.endArray()
        writer.endObject()
        let expected =
            #"{"a":"\#(long.string)","b":[\#(String(buffer: value)),"\#(long.string)",7,\#(String(buffer: value)),"d\#(long.string)e\#(long.string)",[1,\#(String(buffer: value)),2],8]}"#
        #expect(writer.isInParts)
        #expect(writer.count == expected.utf8.count)
        #expect(String(buffer: writer.buffer) == expected)
        #expect(writer.parts.map { String(buffer: $0) }.joined() == expected)
        #expect(writer.parts.filter { $0 == long.escaped }.count == 4)
        #expect(writer.parts.filter { $0 == value }.count == 3)
        // The same memory, not a copy of it.
        let own = long.escaped.withUnsafeReadableBytes { $0.baseAddress }
        #expect(writer.parts.contains { $0.withUnsafeReadableBytes { $0.baseAddress } == own })
    }

    @Test func aLongTextAloneIsWhole() {
        let long = JSONText(String(repeating: "x", count: JSONWriter.passesOnFrom + 1))
        #expect(written { $0.string(long) } == "\"\(long.string)\"")
        var writer = JSONWriter(ByteBuffer(string: "data: "))
        writer.string(long)
        #expect(String(buffer: writer.buffer) == "data: \"\(long.string)\"")
    }
}
