import JSON
import NIOCore
import Testing

@testable import Adapters

/// Expected schemas follow CONVERSE.md §3 and §6 and RFC 6901.
@Suite("Schemas are rewritten into what a model takes")
struct SchemaRewriterTests {
    private func rewrite(_ schema: String, _ rewriter: SchemaRewriter) throws -> String {
        String(buffer: try rewriter.rewritten(ByteBuffer(string: schema)))
    }

    @Test func whatNeedsNoChangeKeepsItsBytes() throws {
        let schema =
            #"{"type":"object","properties":{"b":{"type":"string"},"a":{"enum":[1,2.50,"x"]}},"required":["b"]}"#
        #expect(try rewrite(schema, SchemaRewriter(inlinesReferences: true)) == schema)
    }

    @Test func referencesAreWrittenOutAndDefinitionsLeftOut() throws {
        let schema = """
            {"type":"object","properties":{"home":{"$ref":"#/$defs/Address"},"tags":{"type":"array","items":{"$ref":"#/$defs/Tag"}}},\
            "$defs":{"Address":{"type":"object","properties":{"zip":{"$ref":"#/$defs/Zip"}}},"Zip":{"type":"string"},"Tag":{"enum":["a"]}}}
            """
        let expected = """
            {"type":"object","properties":{"home":{"type":"object","properties":{"zip":{"type":"string"}}},\
            "tags":{"type":"array","items":{"enum":["a"]}}}}
            """
        #expect(try rewrite(schema, SchemaRewriter(inlinesReferences: true)) == expected)
    }

    @Test func aSchemaThatRefersToItselfEnds() throws {
        let schema =
            ##"{"type":"object","properties":{"next":{"$ref":"#"},"left":{"$ref":"#/$defs/N"}},"$defs":{"N":{"properties":{"l":{"$ref":"#/$defs/N"},"r":{"$ref":"#/$defs/N"}}}}}"##
        let rewritten = try rewrite(schema, SchemaRewriter(inlinesReferences: true))
        #expect(rewritten.utf8.count < 2000)
        #expect(!rewritten.contains("$ref"))
    }

    @Test func definitionsThatDoubleAtEveryStepAreTooLarge() {
        var definitions = #""D30":{"type":"string"}"#
        for level in (0..<30).reversed() {
            definitions +=
                ##","D\##(level)":{"properties":{"a":{"$ref":"#/$defs/D\##(level + 1)"},"b":{"$ref":"#/$defs/D\##(level + 1)"}}}"##
        }
        let schema = ##"{"type":"object","properties":{"x":{"$ref":"#/$defs/D0"}},"$defs":{\##(definitions)}}"##
        #expect(throws: SchemaRewriter.TooLarge.self) {
            try rewrite(schema, SchemaRewriter(inlinesReferences: true))
        }
    }

    /// 900 definitions, each fifty levels deep, each ending in the next: 45,000 levels once written out.
    @Test func definitionsThatDigDeeperAreTooLarge() {
        let definitions = (0..<900).map { level in
            let deep = String(repeating: #"{"not":"#, count: 50)
            return ##""D\##(level)":\##(deep){"$ref":"#/$defs/D\##(level + 1)"}"## + String(repeating: "}", count: 50)
        }
        let schema = ##"{"properties":{"x":{"$ref":"#/$defs/D0"}},"$defs":{\##(definitions.joined(separator: ","))}}"##
        #expect(throws: SchemaRewriter.TooLarge.self) {
            try rewrite(schema, SchemaRewriter(inlinesReferences: true))
        }
    }

    /// A definition of half a megabyte, used a thousand times.
    @Test func definitionsThatAreUsedOftenAreTooLarge() {
        let uses = (0..<1_000).map { ##""p\##($0)":{"$ref":"#/$defs/big"}"## }.joined(separator: ",")
        let big = String(repeating: "x", count: 500_000)
        let schema = #"{"properties":{\#(uses)},"$defs":{"big":{"description":"\#(big)"}}}"#
        #expect(throws: SchemaRewriter.TooLarge.self) {
            try rewrite(schema, SchemaRewriter(inlinesReferences: true))
        }
    }

    /// A large definition that is copied for each of many keywords beside a reference to it, though little of it is written.
    @Test func keywordsBesideReferencesMayNotCopyWithoutEnd() {
        let uses = (0..<4_000).map { ##""p\##($0)":{"$ref":"#/$defs/big","title":"t"}"## }.joined(separator: ",")
        let inner = String(repeating: "x", count: 100_000)
        let schema = #"{"properties":{\#(uses)},"$defs":{"big":{"$defs":{"unused":{"description":"\#(inner)"}}}}}"#
        #expect(throws: SchemaRewriter.TooLarge.self) {
            try rewrite(schema, SchemaRewriter(inlinesReferences: true))
        }
    }

    @Test func whatStandsBesideAReferenceStays() throws {
        let schema =
            ##"{"properties":{"a":{"$ref":"#/$defs/A","description":"the a"}},"$defs":{"A":{"type":"string","description":"any"}}}"##
        let expected = #"{"properties":{"a":{"type":"string","description":"the a"}}}"#
        #expect(try rewrite(schema, SchemaRewriter(inlinesReferences: true)) == expected)
    }

    @Test func aDescriptionStaysInItsPlace() throws {
        let schema = #"{"description":"Age.","type":"integer","minimum":0,"title":"T"}"#
        #expect(
            try rewrite(schema, SchemaRewriter(movesLimits: true))
                == #"{"description":"Age. (minimum: 0)","type":"integer","title":"T"}"#
        )
        let plain = #"{"description":"root","type":"object","properties":{}}"#
        #expect(try rewrite(plain, SchemaRewriter(movesLimits: true)) == plain)
    }

    @Test func escapedPointersAreFollowed() throws {
        let schema = ##"{"properties":{"a":{"$ref":"#/$defs/x~1y~0z"}},"$defs":{"x/y~z":{"type":"null"}}}"##
        #expect(
            try rewrite(schema, SchemaRewriter(inlinesReferences: true)) == #"{"properties":{"a":{"type":"null"}}}"#
        )
    }

    /// RFC 6901 §4 and §6.
    @Test func pointersGoThroughListsAndEscapes() throws {
        let schema =
            ##"{"properties":{"a":{"$ref":"#/definitions/A%20b"},"b":{"$ref":"#/definitions/A%20b/anyOf/1"},"c":{"$ref":"#/definitions/A%20b/anyOf/9"}},"definitions":{"A b":{"anyOf":[{"type":"null"},{"type":"string"}]}}}"##
        let expected =
            #"{"properties":{"a":{"anyOf":[{"type":"null"},{"type":"string"}]},"b":{"type":"string"},"c":{}}}"#
        #expect(try rewrite(schema, SchemaRewriter(inlinesReferences: true)) == expected)
    }

    @Test func aPlainRootKeepsThreeKeys() throws {
        let schema =
            #"{"$schema":"x","title":"T","type":"object","properties":{"a":{"title":"kept"}},"required":["a"],"additionalProperties":false}"#
        let expected = #"{"type":"object","properties":{"a":{"title":"kept"}},"required":["a"]}"#
        #expect(try rewrite(schema, SchemaRewriter(inlinesReferences: true, hasPlainRoot: true)) == expected)
    }

    @Test func objectsAreClosedAtEveryDepth() throws {
        let schema =
            #"{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{}}},"b":{"type":"object","additionalProperties":true}}}"#
        let expected =
            #"{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{},"additionalProperties":false}},"b":{"type":"object","additionalProperties":true}},"additionalProperties":false}"#
        #expect(try rewrite(schema, SchemaRewriter(closesObjects: true)) == expected)
    }

    @Test func limitsMoveIntoTheDescription() throws {
        let schema = #"{"type":"integer","description":"Age.","minimum":0,"maximum":150}"#
        #expect(
            try rewrite(schema, SchemaRewriter(movesLimits: true))
                == #"{"type":"integer","description":"Age. (minimum: 0, maximum: 150)"}"#
        )
    }

    @Test func aPropertyNamedLikeAKeywordIsNoKeyword() throws {
        let schema =
            #"{"type":"object","properties":{"minimum":{"type":"string"},"$ref":{"type":"string"},"description":{"type":"string"}}}"#
        let rewriter = SchemaRewriter(inlinesReferences: true, movesLimits: true)
        #expect(try rewrite(schema, rewriter) == schema)
    }
}
