import JSON
import Testing

@testable import BedrockSimulator

struct SchemaExampleTests {
    @Test(arguments: [
        (#"{"type":"object"}"#, "{}"),
        (
            #"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"number"}},"required":["b"]}"#,
            #"{"b":1}"#
        ),
        (#"{"type":"array","items":{"type":"boolean"}}"#, "[true]"),
        (#"{"type":["null","integer"],"minimum":5}"#, "5"),
        (#"{"enum":["x","y"]}"#, #""x""#),
        (#"{"const":{"a":1}}"#, #"{"a":1}"#),
        (#"{"anyOf":[{"type":"null"},{"type":"string"}]}"#, "null"),
        (##"{"$defs":{"P":{"type":"string","minLength":9}},"$ref":"#/$defs/P"}"##, #""exampleee""#),
    ])
    func examplesFit(schema: String, example: String) throws {
        #expect(SchemaExample.text(for: try JSONValue.parse(schema)) == example)
    }

    /// A schema that contains itself must not hang the simulator.
    @Test func recursionEnds() throws {
        let schema =
            ##"{"type":"object","properties":{"next":{"$ref":"#"},"all":{"$ref":"#/$defs/N"}},"required":["all"],"$defs":{"N":{"type":"array","items":{"$ref":"#/$defs/N"}}}}"##
        let text = SchemaExample.text(for: try JSONValue.parse(schema))
        #expect(throws: Never.self) { try JSONValue.parse(text) }
    }
}
