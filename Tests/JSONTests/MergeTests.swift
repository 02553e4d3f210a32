import JSON
import NIOCore
import Testing

struct MergeTests {
    @Test(arguments: [
        (#"{"a":1,"b":2}"#, #"{"b":3,"c":4}"#, #"{"a":1,"b":3,"c":4}"#),
        (#"{"z":1,"a":{"y":1,"b":2}}"#, #"{"a":{"x":9,"b":3},"z":0}"#, #"{"z":0,"a":{"y":1,"b":3,"x":9}}"#),
        (#"{"a":[1,2,3]}"#, #"{"a":[4]}"#, #"{"a":[4]}"#),
        (#"{"a":{"b":1}}"#, #"{"a":null}"#, #"{"a":null}"#),
        (#"{"a":null}"#, #"{"a":{"b":1}}"#, #"{"a":{"b":1}}"#),
        (#"{"a":{"b":1}}"#, #"{"a":2}"#, #"{"a":2}"#),
        (#"{"a":1}"#, #"{"a":{"b":{}}}"#, #"{"a":{"b":{}}}"#),
        ("{}", "{}", "{}"), (#"{"a":1}"#, "{}", #"{"a":1}"#), ("{}", #"{"a":1}"#, #"{"a":1}"#),
        ("1", #"{"a":1}"#, #"{"a":1}"#), (#"{"a":1}"#, "[1]", "[1]"), (#"{"a":1}"#, "null", "null"),
        ("[1]", "[2]", "[2]"),
        // What is not merged keeps its spelling; the lower key's spelling stays.
        (#"{"a": 1.50 , "b":[ 1 ]}"#, #"{"c":"\u0041", "b":1E2}"#, #"{"a":1.50,"b":1E2,"c":"\u0041"}"#),
        (#"{"\u0061":1}"#, #"{"a":2}"#, #"{"\u0061":2}"#),
        // Of a repeated key the last value counts, where the first one stands.
        (#"{"a":1,"b":2,"a":3}"#, #"{"c":4}"#, #"{"a":3,"b":2,"c":4}"#),
        (#"{"a":1}"#, #"{"a":2,"b":0,"\u0061":3,"b":5}"#, #"{"a":3,"b":5}"#),
        (#"{"a":{"x":1},"a":{"y":2}}"#, #"{"a":{"z":3}}"#, #"{"a":{"y":2,"z":3}}"#),
        ("{\"\u{E9}\":1}", "{\"e\u{301}\":2}", "{\"\u{E9}\":1,\"e\u{301}\":2}"),
    ])
    func mergesObjectsDeeplyAndReplacesTheRest(_ lower: String, _ upper: String, _ expected: String) throws {
        var writer = JSONWriter()
        writer.merged(lower: try JSONValue.parse(lower), upper: try JSONValue.parse(upper))
        #expect(Array(writer.buffer.readableBytesView) == Array(expected.utf8))
    }

    @Test func aMergedValueTakesItsPlaceAmongOthers() throws {
        var writer = JSONWriter()
        writer.beginArray()
        writer.int(1)
        writer.merged(lower: try JSONValue.parse(#"{"a":{"b":1}}"#), upper: try JSONValue.parse(#"{"a":{"c":2}}"#))
        writer.merged(lower: try JSONValue.parse("1"), upper: try JSONValue.parse("2"))
        writer.endArray()
        #expect(String(buffer: writer.buffer) == #"[1,{"a":{"b":1,"c":2}},2]"#)
    }
}
