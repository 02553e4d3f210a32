import JSON
import NIOCore
import Testing

@testable import Adapters

/// Expected schemas follow CONVERSE.md §3 and §6 and RFC 6901.
@Suite("Schemas are rewritten into what a model takes")
struct SchemaRewriterTests {
    private func rewrite(_ schema: String, _ rewriter: SchemaRewriter) -> String {
        String(buffer: rewriter.rewritten(ByteBuffer(string: schema)))
    }

    @Test func whatNeedsNoChangeKeepsItsBytes() {
        let schema =
            #"{"type":"object","properties":{"b":{"type":"string"},"a":{"enum":[1,2.50,"x"]}},"required":["b"]}"#
        #expect(rewrite(schema, SchemaRewriter(inlinesReferences: true)) == schema)
    }

    @Test func referencesAreWrittenOutAndDefinitionsLeftOut() {
        let schema = """
            {"type":"object","properties":{"home":{"$ref":"#/$defs/Address"},"tags":{"type":"array","items":{"$ref":"#/$defs/Tag"}}},\
            "$defs":{"Address":{"type":"object","properties":{"zip":{"$ref":"#/$defs/Zip"}}},"Zip":{"type":"string"},"Tag":{"enum":["a"]}}}
            """
        let expected = """
            {"type":"object","properties":{"home":{"type":"object","properties":{"zip":{"type":"string"}}},\
            "tags":{"type":"array","items":{"enum":["a"]}}}}
            """
        #expect(rewrite(schema, SchemaRewriter(inlinesReferences: true)) == expected)
    }

    @Test func aSchemaThatRefersToItselfEnds() {
        let schema =
            ##"{"type":"object","properties":{"next":{"$ref":"#"},"left":{"$ref":"#/$defs/N"}},"$defs":{"N":{"properties":{"l":{"$ref":"#/$defs/N"},"r":{"$ref":"#/$defs/N"}}}}}"##
        let rewritten = rewrite(schema, SchemaRewriter(inlinesReferences: true))
        #expect(rewritten.utf8.count < 2000)
        #expect(!rewritten.contains("$ref"))
    }

    @Test func definitionsThatDoubleAtEveryStepStayBounded() {
        var definitions = #""D30":{"type":"string"}"#
        for level in (0..<30).reversed() {
            definitions +=
                ##","D\##(level)":{"properties":{"a":{"$ref":"#/$defs/D\##(level + 1)"},"b":{"$ref":"#/$defs/D\##(level + 1)"}}}"##
        }
        let schema = ##"{"type":"object","properties":{"x":{"$ref":"#/$defs/D0"}},"$defs":{\##(definitions)}}"##
        #expect(rewrite(schema, SchemaRewriter(inlinesReferences: true)).utf8.count < 200_000)
    }

    @Test func escapedPointersAreFollowed() {
        let schema = ##"{"properties":{"a":{"$ref":"#/$defs/x~1y~0z"}},"$defs":{"x/y~z":{"type":"null"}}}"##
        #expect(rewrite(schema, SchemaRewriter(inlinesReferences: true)) == #"{"properties":{"a":{"type":"null"}}}"#)
    }

    @Test func aPlainRootKeepsThreeKeys() {
        let schema =
            #"{"$schema":"x","title":"T","type":"object","properties":{"a":{"title":"kept"}},"required":["a"],"additionalProperties":false}"#
        let expected = #"{"type":"object","properties":{"a":{"title":"kept"}},"required":["a"]}"#
        #expect(rewrite(schema, SchemaRewriter(inlinesReferences: true, hasPlainRoot: true)) == expected)
    }

    @Test func objectsAreClosedAtEveryDepth() {
        let schema =
            #"{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{}}},"b":{"type":"object","additionalProperties":true}}}"#
        let expected =
            #"{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{},"additionalProperties":false}},"b":{"type":"object","additionalProperties":true}},"additionalProperties":false}"#
        #expect(rewrite(schema, SchemaRewriter(closesObjects: true)) == expected)
    }

    @Test func limitsMoveIntoTheDescription() {
        let schema = #"{"type":"integer","description":"Age.","minimum":0,"maximum":150}"#
        #expect(
            rewrite(schema, SchemaRewriter(movesLimits: true))
                == #"{"type":"integer","description":"Age. (minimum: 0, maximum: 150)"}"#
        )
    }

    @Test func aPropertyNamedLikeAKeywordIsNoKeyword() {
        let schema =
            #"{"type":"object","properties":{"minimum":{"type":"string"},"$ref":{"type":"string"},"description":{"type":"string"}}}"#
        let rewriter = SchemaRewriter(inlinesReferences: true, movesLimits: true)
        #expect(rewrite(schema, rewriter) == schema)
    }
}
