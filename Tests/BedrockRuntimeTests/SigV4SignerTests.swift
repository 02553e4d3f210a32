import Testing

@testable import BedrockRuntime

/// Requests signed by botocore, compared text by text.
@Suite struct SigV4SignerTests {
    struct Published: Decodable {
        struct Vector: Decodable {
            var name: String
            var region: String
            var method: String
            var url: String
            var headers: [String: String]
            var body: String?
            var canonicalRequest: String?
            var stringToSign: String?
        }
        var accessKeyId: String
        var secretAccessKey: String
        var vectors: [Vector]
    }

    struct Further: Decodable {
        struct Vector: Decodable {
            var name: String
            var region: String
            var method: String
            var url: String
            var headers: [[String]]
            var body: String?
            var seconds: Int
            var accessKeyId: String
            var secretAccessKey: String
            var sessionToken: String?
            var canonicalRequest: String
            var stringToSign: String
            var authorization: String
            var amzDate: String
        }
        var vectors: [Vector]
    }

    /// 2026-01-15 12:34:56 UTC.
    static let date = SigningDate(secondsSince1970: 1_768_480_496)
    static let added: Set<String> = ["X-Amz-Date", "X-Amz-Security-Token", "Authorization", "Content-Length"]

    @Test func everyPublishedVectorIsReproduced() throws {
        let published: Published = try Vectors.load("sigv4_vectors.json")
        #expect(published.vectors.count == 24)
        let signer = SigV4Signer()
        for vector in published.vectors where vector.canonicalRequest != nil {
            let region = try #require(AWSRegion(rawValue: vector.region))
            let (origin, path, query) = split(url: vector.url)
            let endpoint = try BedrockEndpoint.parse(override: origin, allowInsecure: false)
            let token = vector.headers["X-Amz-Security-Token"]
            let key = AWSAccessKey(
                accessKeyID: published.accessKeyId,
                secretAccessKey: published.secretAccessKey,
                sessionToken: token
            )
            let request = SignableRequest(
                method: vector.method,
                path: path,
                query: query,
                host: endpoint.hostHeader,
                headers: vector.headers.filter { !Self.added.contains($0.key) }.map { (name: $0.key, value: $0.value) },
                bodyDigest: Digest.sha256(vector.body ?? "")
            )
            let texts = signer.explain(request, with: key, region: region, at: Self.date)
            #expect(texts.canonicalRequest == vector.canonicalRequest, "\(vector.name)")
            #expect(texts.stringToSign == vector.stringToSign, "\(vector.name)")
            let headers = signer.sign(request, with: key, region: region, at: Self.date)
            #expect(
                Dictionary(uniqueKeysWithValues: headers.map { ($0.name, $0.value) })
                    == vector.headers.filter { Self.added.contains($0.key) && $0.key != "Content-Length" },
                "\(vector.name)"
            )
        }
    }

    @Test func everyFurtherVectorIsReproducedAtItsOwnDate() throws {
        let further: Further = try Vectors.load("sigv4_more_vectors.json")
        let signer = SigV4Signer()
        for vector in further.vectors {
            let region = try #require(AWSRegion(rawValue: vector.region))
            let (origin, path, query) = split(url: vector.url)
            let endpoint = try BedrockEndpoint.parse(override: origin, allowInsecure: false)
            let key = AWSAccessKey(
                accessKeyID: vector.accessKeyId,
                secretAccessKey: vector.secretAccessKey,
                sessionToken: vector.sessionToken
            )
            let request = SignableRequest(
                method: vector.method,
                path: path,
                query: query,
                host: endpoint.hostHeader,
                headers: vector.headers.map { (name: $0[0], value: $0[1]) },
                bodyDigest: Digest.sha256(vector.body ?? "")
            )
            let date = SigningDate(secondsSince1970: vector.seconds)
            let texts = signer.explain(request, with: key, region: region, at: date)
            #expect(texts.canonicalRequest == vector.canonicalRequest, "\(vector.name)")
            #expect(texts.stringToSign == vector.stringToSign, "\(vector.name)")
            let headers = signer.sign(request, with: key, region: region, at: date)
            #expect(headers.first { $0.name == "Authorization" }?.value == vector.authorization, "\(vector.name)")
            #expect(headers.first { $0.name == "X-Amz-Date" }?.value == vector.amzDate, "\(vector.name)")
        }
    }

    @Test func datesAreThoseOfTheCalendar() throws {
        struct Dates: Decodable {
            struct Pair: Decodable {
                var seconds: Int
                var text: String

                init(from decoder: any Decoder) throws {
                    var values = try decoder.unkeyedContainer()
                    seconds = try values.decode(Int.self)
                    text = try values.decode(String.self)
                }
            }
            var dates: [Pair]
        }
        let dates: Dates = try Vectors.load("date_vectors.json")
        for pair in dates.dates {
            let date = SigningDate(secondsSince1970: pair.seconds)
            #expect(date.timestamp == pair.text)
            #expect(date.date == String(pair.text.prefix(8)))
        }
        #expect(SigningDate(secondsSince1970: -5).timestamp == "19700101T000000Z")
        #expect(SigningDate(secondsSince1970: .max).timestamp == "99991231T235959Z")
    }
}
