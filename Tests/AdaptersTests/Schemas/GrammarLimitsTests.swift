import NIOCore
import Testing

@testable import Adapters

/// What a grammar holds (CONVERSE.md §6).
struct GrammarLimitsTests {
    private static func members(_ count: Int, required: Int = 0) -> String {
        let properties = (0..<count).map { #""p\#($0)":{"type":"string"}"# }.joined(separator: ",")
        let names = (0..<required).map { #""p\#($0)""# }.joined(separator: ",")
        return #"{"type":"object","properties":{\#(properties)},"required":[\#(names)]}"#
    }

    private static let unions = (0..<17).map { #""p\#($0)":{"type":["string","null"]}"# }.joined(separator: ",")

    @Test(arguments: [
        members(1), members(24), members(40, required: 16),
        #"{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"enum":[1]}},"additionalProperties":false}}}"#,
        ##"{"type":"object","properties":{"a":{"$ref":"#/$defs/A"},"b":{"$ref":"#/$defs/A"}},"$defs":{"A":{"type":"string"}}}"##,
        #"{"type":"object","properties":{"a":{"type":"string","pattern":"^a+$"}}}"#,
        #"{"type":"object","properties":{},"additionalProperties":false}"#,
        #"{"type":"object","properties":{"a":{"allOf":[{"type":"string"}]}}}"#,
    ])
    func closedObjectsAreHeld(_ schema: String) {
        #expect(GrammarLimits(isClaude: true).hold(ByteBuffer(string: schema)))
        #expect(GrammarLimits(isClaude: false).hold(ByteBuffer(string: schema)))
    }

    @Test(arguments: [
        #"{"type":"object"}"#, #"{"type":"object","properties":{}}"#,
        #"{"type":"object","properties":{"a":{"type":"object","additionalProperties":{"type":"string"}}}}"#,
        #"{"type":"object","properties":{"a":{}},"additionalProperties":true}"#,
        #"{"type":"object","properties":{"a":{"items":{"type":"object"}}}}"#,
        #"{"type":"object","properties":{"a":{"anyOf":[{"type":"null"},{"type":["object","null"]}]}}}"#,
        #"{"type":"object","properties":{"a":{}},"anyOf":[{"required":["a"]}]}"#,
        #"{"type":"object","properties":{"a":{"allOf":[{"properties":{"b":{}}},{"properties":{"c":{}}}]}}}"#,
        ##"{"type":"object","properties":{"a":{"$ref":"other.json"}}}"##, "nonsense",
    ])
    func openObjectsAreNot(_ schema: String) {
        #expect(!GrammarLimits(isClaude: true).hold(ByteBuffer(string: schema)))
        #expect(!GrammarLimits(isClaude: false).hold(ByteBuffer(string: schema)))
    }

    @Test(arguments: [
        members(25), members(25).replacing(#""required":[]"#, with: #""required":["x","y","z"]"#),
        #"{"type":"object","properties":{\#(unions)},"required":["p0"]}"#,
        ##"{"type":"object","properties":{"a":{"$ref":"#"}}}"##,
        #"{"type":"object","properties":{"a":{"type":"string","pattern":"(?=a)b"}}}"#,
    ])
    func claudeHoldsLess(_ schema: String) {
        #expect(!GrammarLimits(isClaude: true).hold(ByteBuffer(string: schema)))
        #expect(GrammarLimits(isClaude: false).hold(ByteBuffer(string: schema)))
    }
}
