import Glibc
import JSON
import NIOCore
import Testing

struct ValueTests {
    @Test(arguments: [
        ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("3.0", 3), ("3e0", 3), ("3E2", 300), ("-1.5e1", -15),
        ("1200e-2", 12), ("0.0012e4", 12), ("0e999999999999999999999", 0), ("0.000", 0), ("-0.0e5", 0),
        ("999999999999999", 999_999_999_999_999), ("1234567890123456789", 1_234_567_890_123_456_789),
        ("9007199254740993", 9_007_199_254_740_993), ("9007199254740993.0", 9_007_199_254_740_993),
        ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min), ("-922337203685477580.8e1", Int.min),
        ("9.223372036854775807e18", Int.max), ("1e18", 1_000_000_000_000_000_000),
        ("0.\(String(repeating: "0", count: 40))5e41", 5),
    ])
    func readsWholeNumbersExactly(_ text: String, _ expected: Int) throws {
        #expect(try JSONValue.parse(text).int == expected)
    }

    @Test(arguments: [
        "0.5", "1e-1", "15e-1", "9223372036854775808", "-9223372036854775809", "1e19", "1e400",
        "-1e99999999999999999999",
        "1e-99999999999999999999", "99999999999999999999", "9007199254740993.5", "\"1\"", "null", "true", "[1]",
    ])
    func hasNoWholeNumber(_ text: String) throws {
        #expect(try JSONValue.parse(text).int == nil)
    }

    /// Every place of the point, with few and with many digits, against the C library's reading.
    @Test func fractionsAreReadAsExactlyAsTheLibraryReadsThem() throws {
        var random = SplitMix64(seed: 15)
        for _ in 0..<20_000 {
            let length = Int.random(in: 1...18, using: &random)
            let digits = (0..<length).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
            let point = Int.random(in: 1...digits.count, using: &random)
            let whole = digits.prefix(point)
            let text =
                (Bool.random(using: &random) ? "-" : "") + (whole.first == "0" ? "0" : whole) + "."
                + digits.dropFirst(point) + "5"
            #expect(try JSONValue.parse(text).double?.bitPattern == strtod(text, nil).bitPattern, "\(text)")
        }
    }

    @Test(arguments: [
        ("0", 0.0), ("0.7", 0.7), ("-2.25e-3", -0.00225), ("123456789012345", 123_456_789_012_345.0), ("1E3", 1000),
        ("1.7976931348623157e308", Double.greatestFiniteMagnitude), ("5e-324", Double.leastNonzeroMagnitude),
        ("1e400", Double.infinity), ("-1e400", -Double.infinity), ("1e-400", 0),
        ("1.00000000000000011102230246251565", 1), ("9007199254740993", 9_007_199_254_740_992),
    ])
    func readsDoublesCorrectlyRounded(_ text: String, _ expected: Double) throws {
        #expect(try JSONValue.parse(text).double == expected)
    }

    @Test func keepsTheSignOfZero() throws {
        #expect(try JSONValue.parse("-0").double?.sign == .minus)
        #expect(try JSONValue.parse("-0.0").double?.sign == .minus)
        #expect(try JSONValue.parse("0").double?.sign == .plus)
    }

    @Test func givesNothingOfAnotherKind() throws {
        for text in ["null", "true", "1", "\"a\"", "[1]", #"{"a":1}"#] {
            let value = try JSONValue.parse(text)
            #expect((value.bool != nil) == (value.kind == .bool))
            #expect((value.double != nil) == (value.kind == .number))
            #expect((value.string != nil) == (value.kind == .string))
            #expect((value.text != nil) == (value.kind == .string))
            #expect(Array(value.elements).isEmpty == (value.kind != .array))
            #expect(Array(value.members).isEmpty == (value.kind != .object))
            #expect((value["a"] != nil) == (value.kind == .object))
            #expect(value.isNull == (value.kind == .null))
        }
    }

    @Test func walksMembersAndElementsInOrder() throws {
        let value = try JSONValue.parse(#"{"z":[1,[2,3],{"q":4}],"a":{"b":{}},"m":"x","z":false}"#)
        #expect(value.members.compactMap(\.key.string) == ["z", "a", "m", "z"])
        #expect(
            value.members.map { String(buffer: $0.value.rawBytes) } == [
                #"[1,[2,3],{"q":4}]"#, #"{"b":{}}"#, #""x""#, "false",
            ]
        )
        #expect(value.count == 4)
        let array = try #require(value.members.map(\.value).first)
        #expect(array.elements.map(\.description) == ["1", "[2,3]", #"{"q":4}"#])
        #expect(array.count == 3)
    }

    @Test(arguments: [
        (#"{"a":1,"a":2}"#, "a", "2"), (#"{"a":1,"\u0061":2}"#, "a", "2"), (#"{"\u0061":1,"a":2,"b":3}"#, "a", "2"),
        (#"{"a":{"x":1},"a":[]}"#, "a", "[]"), (#"{"":1,"":2}"#, "", "2"), (#"{"\ud83d\ude00":1}"#, "😀", "1"),
        (#"{"a\/b":1}"#, "a/b", "1"), (#"{"n\n":1}"#, "n\n", "1"), ("{\"\u{E9}\":1,\"e\u{301}\":2}", "\u{E9}", "1"),
        (#"{"a":1,"e\u0301":2}"#, "e\u{301}", "2"),
    ])
    func theLastOfARepeatedKeyWins(_ text: String, _ key: String, _ expected: String) throws {
        #expect(try JSONValue.parse(text)[key]?.description == expected)
    }

    @Test(arguments: [
        (#"{"a":1}"#, "b"), (#"{"a":1}"#, ""), (#"{"ab":1}"#, "a"), (#"{"a":1}"#, "ab"), ("{}", "a"),
        (#"{"x":{"a":1}}"#, "a"), ("{\"e\u{301}\":1}", "\u{E9}"), (#"{"e\u0301":1}"#, "\u{E9}"), (#"{"\\n":1}"#, "\n"),
    ])
    func findsNoOtherKey(_ text: String, _ key: String) throws {
        #expect(try JSONValue.parse(text)[key] == nil)
    }

    @Test func comparesStringsByScalars() throws {
        #expect(try JSONValue.parse(#""abc""#).equals("abc"))
        #expect(try JSONValue.parse(#""\u0061bc""#).equals("abc"))
        #expect(try JSONValue.parse("\"\"").equals(""))
        #expect(try !JSONValue.parse(#""abc""#).equals("abd"))
        #expect(try !JSONValue.parse(#""abc""#).equals("ab"))
        #expect(try !JSONValue.parse("1").equals("1"))
        #expect(try !JSONValue.parse("\"\u{E9}\"").equals("e\u{301}"))
        #expect(try !JSONValue.parse(#""\u00e9""#).equals("e\u{301}"))
    }

    @Test func keepsBytesAndPlaces() throws {
        let value = try JSONValue.parse(" { \"a\" : [ 1.50 , \"\\u0041\" ] } ")
        let array = try #require(value["a"])
        #expect(String(buffer: array.rawBytes) == "[ 1.50 , \"\\u0041\" ]")
        #expect(array.byteRange == 9..<28)
        #expect(array.withRawBytes { $0.count } == 19)
        #expect(value.byteRange == 1..<30)
        #expect(array.elements.map { String(buffer: $0.rawBytes) } == ["1.50", "\"\\u0041\""])
    }

    @Test func sharesMemoryWithTheText() throws {
        let buffer = ByteBuffer(string: #"{"a":"some text"}"#)
        let text = try #require(try JSONValue.parse(buffer)["a"]?.text)
        let start = buffer.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) }
        let place = text.escaped.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) }
        #expect(place == start + 6)
    }

    @Test func depthIsCountedFromTheOutermostContainer() throws {
        #expect(throws: Never.self) { try JSONValue.parse("1", maximumDepth: 0) }
        #expect(throws: JSONError(.tooDeep, offset: 0)) { try JSONValue.parse("[]", maximumDepth: 0) }
        #expect(throws: Never.self) { try JSONValue.parse(#"[{"a":1},[2]]"#, maximumDepth: 2) }
        #expect(throws: JSONError(.tooDeep, offset: 10)) { try JSONValue.parse(#"[{"a":1},[[]]]"#, maximumDepth: 2) }
    }

    @Test func aTapeGrowsPastItsFirstGuess() throws {
        let text = "[" + Array(repeating: "[0]", count: 20_000).joined(separator: ",") + "]"
        let value = try JSONValue.parse(text)
        #expect(value.count == 20_000)
        #expect(value.elements.allSatisfy { $0.count == 1 && $0.elements.first(where: { _ in true })?.int == 0 })
    }

    @Test func anErrorSaysNothingOfTheText() throws {
        let error = JSONError(.badEscape, offset: 12)
        #expect(error.description == "an unknown escape in a string, at byte 12")
    }
}
