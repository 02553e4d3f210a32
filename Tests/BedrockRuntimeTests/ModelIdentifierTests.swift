import Testing

@testable import BedrockRuntime

@Suite struct ModelIdentifierTests {
    struct File: Decodable {
        struct Entry: Decodable {
            var id: String
            var matches: Bool

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                id = try values.decode(String.self)
                matches = try values.decode(Bool.self)
            }
        }
        var ids: [Entry]
    }

    @Test func idsAreJudgedAsAWSsPatternJudgesThem() throws {
        let file: File = try Vectors.load("model_id_vectors.json")
        for entry in file.ids {
            let identifier = try? ModelIdentifier(entry.id)
            #expect((identifier != nil) == entry.matches, "\(entry.id.prefix(200))")
            #expect(identifier == nil || identifier?.rawValue == entry.id)
            #expect(identifier == nil || (identifier?.arn != nil) == entry.id.hasPrefix("arn:"))
        }
    }

    @Test func whatCouldBecomeAnotherPathIsRefused() {
        for id in [".", "..", "...", "../x", "arn:aws", "arn:aws:bedrock:us-east-1:123456789012:inference-profile"] {
            #expect(throws: ModelIdentifierError.malformed, "\(id)") { try ModelIdentifier(id) }
        }
        #expect(throws: ModelIdentifierError.empty) { try ModelIdentifier("") }
        #expect(throws: ModelIdentifierError.tooLong) { try ModelIdentifier(String(repeating: "a", count: 2049)) }
        #expect(throws: ModelIdentifierError.tooLong) { try ModelIdentifier(String(repeating: "%61", count: 5000)) }
    }

    @Test func anEncodedARNIsDecodedOnceAndOnlyOnce() throws {
        let encoded = "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2fabcd1234efgh"
        let identifier = try ModelIdentifier(encoded)
        #expect(
            identifier.rawValue == "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcd1234efgh"
        )
        let arn = try #require(identifier.arn)
        #expect(arn.partition == "aws")
        #expect(arn.service == "bedrock")
        #expect(arn.region == "us-east-1")
        #expect(arn.account == "123456789012")
        #expect(arn.resourceType == "application-inference-profile")
        #expect(arn.resourceID == "abcd1234efgh")
        for id in ["a%2", "a%", "a%zz", "a%00", "a%20b", "a%2Fb", "a%253A", "%2E%2E", "a%C3%A9"] {
            #expect(throws: ModelIdentifierError.malformed, "\(id)") { try ModelIdentifier(id) }
        }
    }

    @Test func anARNsRegionMustBeTheKeys() throws {
        let east = try #require(AWSRegion(rawValue: "us-east-1"))
        let west = try #require(AWSRegion(rawValue: "us-west-2"))
        let arn = try ModelIdentifier(
            "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0"
        )
        #expect(throws: Never.self) { try arn.requireRegion(east) }
        #expect(throws: ModelIdentifierError.regionMismatch(arn: "us-east-1", key: west)) {
            try arn.requireRegion(west)
        }
        let plain = try ModelIdentifier("us.amazon.nova-2-lite-v1:0")
        #expect(throws: Never.self) { try plain.requireRegion(west) }
    }

    @Test func pathsAreEncodedAsBotocoreEncodesThem() {
        #expect(
            BedrockPath.converse(modelID: "us.anthropic.claude-haiku-4-5-20251001-v1:0", streaming: false)
                == "/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse"
        )
        let arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcd1234efgh"
        let label =
            "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabcd1234efgh"
        #expect(BedrockPath.converse(modelID: arn, streaming: true) == "/model/\(label)/converse-stream")
        #expect(BedrockPath.invoke(modelID: arn, streaming: false) == "/model/\(label)/invoke")
        #expect(BedrockPath.invoke(modelID: arn, streaming: true) == "/model/\(label)/invoke-with-response-stream")
        #expect(PathEncoding.encode(label: "aZ09-._~") == "aZ09-._~")
        #expect(
            PathEncoding.encode(label: " !$&'()*+,;=:@/?#[]%é")
                == "%20%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40%2F%3F%23%5B%5D%25%C3%A9"
        )
    }
}
