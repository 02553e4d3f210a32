import JSON
import NIOCore
import Testing

@testable import Adapters

/// Roots that AWS refuses, and what they become (CONVERSE.md §3, PAIN 17 and 18).
struct ToolSchemaTests {
    private func object(_ schema: String) throws -> String {
        String(buffer: try ToolSchema.objectSchema(try .parse(schema)).schema)
    }

    @Test(arguments: [
        (#"{"type":"object","properties":{"a":{}}}"#, #"{"type":"object","properties":{"a":{}}}"#),
        (#"{"properties":{"a":{}}}"#, #"{"type":"object","properties":{"a":{}}}"#),
        (#"{"type":"object","properties":null}"#, #"{"type":"object","properties":{}}"#),
        (#"{"type":["object","null"],"properties":{"a":{}}}"#, #"{"type":"object","properties":{"a":{}}}"#),
        (#"{"type":"OBJECT","properties":{"a":{}}}"#, #"{"type":"object","properties":{"a":{}}}"#),
        (#"{}"#, #"{"type":"object","properties":{}}"#),
        (#"{"anyOf":[{"required":["a"]}]}"#, #"{"type":"object","anyOf":[{"required":["a"]}]}"#),
    ])
    func rootsBecomeObjects(_ schema: String, _ expected: String) throws {
        #expect(try object(schema) == expected)
    }

    /// As pydantic writes models that hold themselves.
    @Test func aRootThatIsAReferenceIsWrittenOut() throws {
        let schema =
            ##"{"$ref":"#/$defs/N","$defs":{"N":{"type":"object","properties":{"next":{"$ref":"#/$defs/N"}},"required":["next"]}}}"##
        let expected =
            ##"{"type":"object","properties":{"next":{"$ref":"#/$defs/N"}},"required":["next"],"$defs":{"N":{"type":"object","properties":{"next":{"$ref":"#/$defs/N"}},"required":["next"]}}}"##
        #expect(try object(schema) == expected)
    }

    @Test(arguments: [#"{"type":"string"}"#, #"{"type":["array","null"]}"#, #"{"type":3}"#])
    func otherTypesAreRefused(_ schema: String) {
        #expect(throws: ToolSchema.NotAnObject.self) { try object(schema) }
    }

    @Test(arguments: [
        (
            #"{"type":"object","properties":{"k":{"type":"string"}},"required":["k"],"oneOf":[{"required":["a"],"properties":{"a":{"type":"string"}}},{"required":["b"],"properties":{"b":{"type":"integer"},"k":{}}}],"title":"T"}"#,
            #"{"type":"object","title":"T","properties":{"k":{"type":"string"},"a":{"type":"string"},"b":{"type":"integer"}},"required":["k"]}"#
        ),
        (
            ##"{"type":"object","allOf":[{"$ref":"#/$defs/A"},{"properties":{"b":{}},"required":["b"]}],"$defs":{"A":{"properties":{"a":{}},"required":["a"]}}}"##,
            ##"{"type":"object","$defs":{"A":{"properties":{"a":{}},"required":["a"]}},"properties":{"a":{},"b":{}},"required":["a","b"]}"##
        ),
        (
            #"{"type":"object","anyOf":[{"required":["a","c"]},{"required":["c","b"]}]}"#,
            #"{"type":"object","properties":{},"required":["c"]}"#
        ),
    ])
    func alternativesAreMerged(_ schema: String, _ expected: String) throws {
        #expect(String(buffer: try RootComposition.merged(ByteBuffer(string: schema))) == expected)
    }

    /// As pydantic writes a union whose members are told apart by a constant.
    @Test func everyMemberOfAUnionCanStillBeSaid() throws {
        let schema =
            #"{"oneOf":[{"properties":{"kind":{"const":"a"},"x":{"type":"string"}},"required":["kind","x"]},{"properties":{"kind":{"const":"b"},"y":{}},"required":["kind"]},{"properties":{"kind":{"const":"a"}},"required":["kind"]}]}"#
        let expected =
            #"{"properties":{"kind":{"anyOf":[{"const":"a"},{"const":"b"}]},"x":{"type":"string"},"y":{}},"required":["kind"]}"#
        #expect(String(buffer: try RootComposition.merged(ByteBuffer(string: schema))) == expected)
    }

    /// A definition of eight thousand members, gathered nine hundred times.
    @Test func definitionsThatAreJoinedOftenAreTooLarge() {
        let members = (0..<8_000).map { #""z\#($0)":{}"# }.joined(separator: ",")
        let uses = Array(repeating: ##"{"$ref":"#/$defs/B"}"##, count: 900).joined(separator: ",")
        let schema = #"{"anyOf":[\#(uses)],"$defs":{"B":{"properties":{\#(members)}}}}"#
        #expect(throws: SchemaRewriter.TooLarge.self) { try RootComposition.merged(ByteBuffer(string: schema)) }
    }

    /// Compared name by name these would be a hundred million comparisons.
    @Test(.timeLimit(.minutes(1))) func longListsOfRequiredNamesAreJoinedAtOnce() throws {
        let names = (0..<10_000).map { #""name\#($0)""# }.joined(separator: ",")
        let schema =
            #"{"anyOf":[{"required":[\#(names)]},{"required":[\#(names),"z"]}],"allOf":[{"required":[\#(names)]}]}"#
        let merged = String(buffer: try RootComposition.merged(ByteBuffer(string: schema)))
        #expect(merged == #"{"properties":{},"required":[\#(names)]}"#)
    }

    /// Looked at one by one, these would be eight to the power of sixteen.
    @Test func alternativesInACircleEnd() throws {
        let circle = Array(repeating: ##"{"$ref":"#"}"##, count: 8).joined(separator: ",")
        let schema = #"{"anyOf":[{"properties":{"a":{}}},\#(circle)]}"#
        #expect(String(buffer: try RootComposition.merged(ByteBuffer(string: schema))) == #"{"properties":{"a":{}}}"#)
    }
}
