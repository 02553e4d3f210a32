import Testing

@testable import BedrockRuntime

@Suite struct SigningKeyCacheTests {
    let date = SigV4SignerTests.date

    func code(_ key: KeyedHMAC) -> String { key.code(for: "text").hex }

    func region(_ name: String) throws -> AWSRegion { try #require(AWSRegion(rawValue: name)) }

    @Test func aKeyIsDerivedAsAWSDocumentsIt() throws {
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-examples.html gives this derived key for
        // 2015-08-30, us-east-1, iam.
        let accessKey = AWSAccessKey(
            accessKeyID: "AKIDEXAMPLE",
            secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
        )
        let cached = SigningKeyCache().signingKey(
            for: accessKey,
            region: try region("us-east-1"),
            service: "iam",
            date: SigningDate(secondsSince1970: 1_440_938_160)
        )
        let published = bytes(hex: "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
        let expected = published.withUnsafeBytes { KeyedHMAC(key: $0) }
        #expect(code(cached) == code(expected))
    }

    @Test func theSameKeyIsFoundAgain() throws {
        let cache = SigningKeyCache()
        let accessKey = AWSAccessKey(accessKeyID: "AKIA1", secretAccessKey: "one")
        let first = cache.signingKey(for: accessKey, region: try region("us-east-1"), service: "bedrock", date: date)
        let later = SigningDate(secondsSince1970: date.secondsSince1970 + 3600)
        let again = cache.signingKey(for: accessKey, region: try region("us-east-1"), service: "bedrock", date: later)
        #expect(first === again)
        #expect(cache.count == 1)
    }

    @Test func aWrongSecretNeverFindsAnothersKey() throws {
        let cache = SigningKeyCache()
        let right = AWSAccessKey(accessKeyID: "AKIA1", secretAccessKey: "right")
        let wrong = AWSAccessKey(accessKeyID: "AKIA1", secretAccessKey: "wrong")
        let rightKey = cache.signingKey(for: right, region: try region("us-east-1"), service: "bedrock", date: date)
        let wrongKey = cache.signingKey(for: wrong, region: try region("us-east-1"), service: "bedrock", date: date)
        let alone = SigningKeyCache()
            .signingKey(for: wrong, region: try region("us-east-1"), service: "bedrock", date: date)
        #expect(code(rightKey) != code(wrongKey))
        #expect(code(wrongKey) == code(alone))
    }

    @Test func idRegionServiceAndDayEachMakeAnotherKey() throws {
        let cache = SigningKeyCache()
        let accessKey = AWSAccessKey(accessKeyID: "AKIA1", secretAccessKey: "secret")
        let other = AWSAccessKey(accessKeyID: "AKIA2", secretAccessKey: "secret")
        let tomorrow = SigningDate(secondsSince1970: date.secondsSince1970 + 86_400)
        let (east, west) = (try region("us-east-1"), try region("us-west-2"))
        _ = cache.signingKey(for: accessKey, region: east, service: "bedrock", date: date)
        _ = cache.signingKey(for: other, region: east, service: "bedrock", date: date)
        let keys = [
            cache.signingKey(for: accessKey, region: east, service: "bedrock", date: date),
            cache.signingKey(for: accessKey, region: west, service: "bedrock", date: date),
            cache.signingKey(for: accessKey, region: east, service: "sts", date: date),
            cache.signingKey(for: accessKey, region: east, service: "bedrock", date: tomorrow),
        ]
        #expect(Set(keys.map(code)).count == 4)
        #expect(cache.count == 5)
    }

    @Test func theOldestKeyGivesWayWhenTheCacheIsFull() throws {
        let cache = SigningKeyCache(capacity: 3)
        let east = try region("us-east-1")
        func key(_ number: Int) -> KeyedHMAC {
            let accessKey = AWSAccessKey(accessKeyID: "AKIA\(number)", secretAccessKey: "secret\(number)")
            return cache.signingKey(for: accessKey, region: east, service: "bedrock", date: date)
        }
        let (first, second, third) = (key(1), key(2), key(3))
        _ = key(4)
        #expect(cache.count == 3)
        #expect(key(2) === second)
        #expect(key(3) === third)
        let firstAgain = key(1)
        #expect(firstAgain !== first)
        #expect(code(firstAgain) == code(first))
        #expect(key(2) !== second)
        for number in 10..<1000 { _ = key(number) }
        #expect(cache.count == 3)
    }
}
