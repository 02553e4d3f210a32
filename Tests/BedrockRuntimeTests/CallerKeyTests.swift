import NIOCore
import Testing

@testable import BedrockRuntime

@Suite struct CallerKeyTests {
    let defaultRegion = AWSRegion(rawValue: "eu-central-1")

    func parse(_ token: String, default region: AWSRegion?) throws(CallerKeyError) -> CallerKey {
        try CallerKey.parse(token, regions: .published, defaultRegion: region)
    }

    @Test func everyFormIsRead() throws {
        let one = try parse("ABSKQmVkcm9ja0FQSUtleQ==", default: defaultRegion)
        #expect(one.region.rawValue == "eu-central-1")
        guard case .bearer("ABSKQmVkcm9ja0FQSUtleQ==") = one.credentials else {
            Issue.record("not a bearer key")
            return
        }
        let two = try parse("us-west-2.bedrock-api-key-YmVkcm9jay4=", default: defaultRegion)
        #expect(two.region.rawValue == "us-west-2")
        guard case .bearer("bedrock-api-key-YmVkcm9jay4=") = two.credentials else {
            Issue.record("not a bearer key")
            return
        }
        let three = try parse("us-gov-west-1.AKIAIOSFODNN7EXAMPLE.wJalrXUtnFEMI/K7MDENG+x", default: nil)
        #expect(three.region.rawValue == "us-gov-west-1")
        guard case .accessKey(let permanent) = three.credentials else {
            Issue.record("not an access key")
            return
        }
        #expect(permanent.accessKeyID == "AKIAIOSFODNN7EXAMPLE")
        #expect(permanent.secretAccessKey == "wJalrXUtnFEMI/K7MDENG+x")
        #expect(permanent.sessionToken == nil)
        let four = try parse("us-east-1.ASIAIOSFODNN7EXAMPLE.secret.IQoJb3JpZ2lu//+==", default: nil)
        guard case .accessKey(let temporary) = four.credentials else {
            Issue.record("not an access key")
            return
        }
        #expect(temporary.accessKeyID == "ASIAIOSFODNN7EXAMPLE")
        #expect(temporary.sessionToken == "IQoJb3JpZ2lu//+==")
        // A slice is as good as a string.
        #expect(throws: Never.self) {
            try CallerKey.parse("Bearer us-east-1.K".dropFirst(7), regions: .published, defaultRegion: nil)
        }
    }

    static let refused: [(String, CallerKeyError)] = [
        ("", .empty),
        (".", .emptyPart),
        ("us-east-1.", .emptyPart),
        (".KEY", .emptyPart),
        ("us-east-1..s3cret", .emptyPart),
        ("us-east-1.AKIA1..", .emptyPart),
        ("us-east-1.AKIA1.s3cret.", .emptyPart),
        ("us-east-1.AKIA1.s3cret.t0ken.m0re", .tooManyParts),
        ("us-east-1.evil.com.AKIA1.s3cret", .tooManyParts),
        ("KEY", .missingRegion),
        ("us-east-9.KEY", .unknownRegion("us-east-9")),
        ("US-EAST-1.KEY", .unknownRegion(nil)),
        ("wJalrXUtnFEMI/K7.KEY", .unknownRegion(nil)),
        ("us-east-1%2e.KEY", .unknownRegion(nil)),
        ("us-east-1@evil.AKIA1.s3cret", .unknownRegion(nil)),
        ("us-east-1.ASIA1234.s3cret", .missingSessionToken),
        ("us-east-1.AK/IA.s3cret", .invalidAccessKeyID),
        ("us-east-1.AK,IA.s3cret", .invalidAccessKeyID),
        ("us-east-1.AK=IA.s3cret.t0ken", .invalidAccessKeyID),
        ("us-east-1.\(String(repeating: "A", count: 129)).s3cret", .invalidAccessKeyID),
        ("us-east-1.K EY", .unprintable),
        (" us-east-1.KEY", .unprintable),
        ("us-east-1.KEY\r\n", .unprintable),
        ("us-east-1.KEY\u{7F}", .unprintable),
        ("us-east-1.KEY\0", .unprintable),
        ("us-east-1.kéy", .unprintable),
        ("ｕs-east-1.KEY", .unprintable),
        (String(repeating: "A", count: 8193), .tooLong),
    ]

    @Test func everyWrongFormIsRefusedWithItsReason() {
        for (token, expected) in Self.refused {
            #expect(throws: expected, "\(token.prefix(60))") { try parse(token, default: nil) }
        }
    }

    @Test func noErrorRepeatsAnyOfTheKeyButARegionsName() {
        for (token, expected) in Self.refused {
            let description = "\(expected)"
            #expect(description.hasSuffix("."))
            for part in token.split(separator: ".") where part.count > 3 && !part.hasPrefix("us-east-") {
                #expect(!description.contains(part), "\(description)")
            }
        }
        #expect("\(CallerKeyError.unknownRegion("us-east-9"))".contains("us-east-9"))
        #expect("\(CallerKeyError.missingRegion)".contains("AWS_REGION"))
        #expect("\(CallerKeyError.unknownRegion(nil))".contains("EXTRA_AWS_REGIONS"))
    }

    @Test func anAddedRegionMayBeNamedByAKey() throws {
        let table = try RegionTable(extraRegions: ["us-east-9"])
        let key = try CallerKey.parse("us-east-9.KEY", regions: table, defaultRegion: nil)
        #expect(key.region.rawValue == "us-east-9")
    }

    /// The digest of "abc" is the example of FIPS 180-4.
    @Test func aBodyIsHashedForAKeyThatSigns() throws {
        let body = BedrockBody(ByteBuffer(string: "abc"))
        let signing = try parse("us-east-1.AKIAIOSFODNN7EXAMPLE.secret", default: nil)
        #expect(
            signing.credentials.digest(signing: body)?.hex
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        let bearer = try parse("us-east-1.ABSKQmVkcm9ja0FQSUtleQ==", default: nil)
        #expect(bearer.credentials.digest(signing: body) == nil)
    }

    @Test func noDescriptionHoldsACredential() throws {
        let secrets = ["AKIASECRETID", "s3cretsecret", "t0kentoken", "bearersecret"]
        let signing = try parse("us-east-1.AKIASECRETID.s3cretsecret.t0kentoken", default: nil)
        let bearer = try parse("us-east-1.bearersecret", default: nil)
        var texts: [String] = []
        for key in [signing, bearer] {
            var dumped = ""
            dump(key, to: &dumped)
            dump(key.credentials, to: &dumped)
            texts += [
                "\(key)", String(reflecting: key), "\(key.credentials)", String(reflecting: key.credentials), dumped,
            ]
            if case .accessKey(let accessKey) = key.credentials {
                dump(accessKey, to: &dumped)
                texts += [
                    "\(accessKey)", String(reflecting: accessKey), "\([accessKey])",
                    String(describing: Optional(accessKey)), dumped,
                ]
            }
        }
        for text in texts {
            for secret in secrets { #expect(!text.contains(secret), "\(text)") }
        }
    }
}
