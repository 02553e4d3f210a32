import Adapters
import JSON
import Testing

/// What is taken for base64 without reading all of it.
struct Base64LookTests {
    private static func text(_ json: String) throws -> JSONText { try #require(try JSONValue.parse(json).text) }

    @Test(arguments: [
        #""YQ==""#, #""YWI=""#, #""YWJj""#, #""YQ""#, #""a\/b+""#, #""a\u002Bbc""#,
        "\"" + String(repeating: "QUJD", count: 4_000) + "\"",
    ])
    func base64IsTaken(_ json: String) throws {
        #expect(try Self.text(json).looksLikeBase64)
    }

    @Test(arguments: [
        #""""#, #""=""#, #""====""#, #""Y""#, #""YWJjY""#, #""a=bc""#, #""not base64!""#, #""a-b_""#, #""ab\ncd""#,
        #""été=""#, "\"" + String(repeating: "x", count: 900) + "*\"",
    ])
    func anythingElseIsNot(_ json: String) throws {
        #expect(try !Self.text(json).looksLikeBase64)
    }
}
