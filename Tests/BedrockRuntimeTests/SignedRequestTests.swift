import NIOCore
import Testing

@testable import BedrockRuntime

@Suite struct SignedRequestTests {
    static let date = SigV4SignerTests.date
    let resolver = EndpointResolver(regions: .published)

    func key(_ region: String = "us-east-1", token: String? = nil) throws -> CallerKey {
        CallerKey(
            region: try #require(AWSRegion(rawValue: region)),
            credentials: .accessKey(
                AWSAccessKey(
                    accessKeyID: "AKIDEXAMPLE",
                    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                    sessionToken: token
                )
            )
        )
    }

    func vector(_ name: String) throws -> SigV4SignerTests.Published.Vector {
        let published: SigV4SignerTests.Published = try Vectors.load("sigv4_vectors.json")
        return try #require(published.vectors.first { $0.name == name })
    }

    func value(_ name: String, of request: SignedRequest) -> String? {
        request.headers.first { $0.name == name }?.value
    }

    @Test func aConverseCallGetsTheHeadersAndSignatureThatBotocoreGivesIt() throws {
        for (name, streaming, model, token) in [
            ("converse-colon", false, "anthropic.claude-haiku-4-5-20251001-v1:0", nil),
            ("converse-stream", true, "us.anthropic.claude-sonnet-4-5-20250929-v1:0", nil),
            ("converse-profile-session-token", false, "us.amazon.nova-2-lite-v1:0", "TOKEN/EXAMPLE+=="),
            (
                "converse-app-profile-arn", false,
                "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcd1234efgh", nil
            ),
            ("china", false, "amazon.nova-lite-v1:0", nil),
            ("eusc", false, "amazon.nova-lite-v1:0", nil),
        ] as [(String, Bool, String, String?)] {
            let vector = try vector(name)
            let call = BedrockCall(
                operation: streaming ? .converseStream : .converse,
                path: BedrockPath.converse(modelID: model, streaming: streaming),
                body: BedrockBody(ByteBuffer(string: vector.body ?? "")),
                framing: streaming ? .eventStream : .whole
            )
            let request = SigV4Signer().request(
                for: call,
                with: try key(vector.region, token: token),
                resolver: resolver,
                at: Self.date
            )
            #expect(request.method == "POST")
            #expect("https://\(request.endpoint.hostHeader)\(request.path)" == vector.url, "\(name)")
            var expected = vector.headers
            expected["Content-Length"] = nil
            expected["Host"] = request.endpoint.host
            let actual = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
            #expect(actual == expected, "\(name)")
            #expect(request.headers.first?.name == "Host")
        }
    }

    @Test func anInvokeCallsOwnHeadersAreSignedAndAcceptIsAdded() throws {
        let vector = try vector("invoke-headers")
        let own = vector.headers.filter { $0.key.hasPrefix("X-Amzn-Bedrock") }.map { (name: $0.key, value: $0.value) }
        let call = BedrockCall(
            operation: .invoke,
            path: BedrockPath.invoke(modelID: "anthropic.claude-3-haiku-20240307-v1:0", streaming: false),
            headers: own,
            body: BedrockBody(ByteBuffer(string: vector.body ?? "")),
            framing: .whole
        )
        let request = SigV4Signer().request(for: call, with: try key(), resolver: resolver, at: Self.date)
        #expect(value("Authorization", of: request) == vector.headers["Authorization"])
        #expect(value("Accept", of: request) == "application/json")
    }

    /// However a body is cut, it is hashed as the one it is.
    @Test func aBodyInPartsIsSignedAsAWhole() throws {
        let vector = try vector("invoke-headers")
        let bytes = ByteBuffer(string: vector.body ?? "")
        let own = vector.headers.filter { $0.key.hasPrefix("X-Amzn-Bedrock") }.map { (name: $0.key, value: $0.value) }
        for cut in 0...bytes.readableBytes {
            let middle = (bytes.readableBytes - cut) / 2
            let cuts = [(0, cut), (cut, middle), (cut + middle, bytes.readableBytes - cut - middle)]
            let parts = try cuts.map { try #require(bytes.getSlice(at: $0.0, length: $0.1)) }
            let body = BedrockBody(parts[0], rest: Array(parts.dropFirst()))
            #expect(body.count == bytes.readableBytes)
            #expect(body.joined == bytes)
            let call = BedrockCall(
                operation: .invoke,
                path: BedrockPath.invoke(modelID: "anthropic.claude-3-haiku-20240307-v1:0", streaming: false),
                headers: own,
                body: body,
                framing: .whole
            )
            let request = SigV4Signer().request(for: call, with: try key(), resolver: resolver, at: Self.date)
            #expect(value("Authorization", of: request) == vector.headers["Authorization"])
        }
    }

    @Test func aCallsHeaderReplacesThePresetOneWhateverItsCase() throws {
        let vector = try vector("invoke-stream")
        let call = BedrockCall(
            operation: .invokeStream,
            path: BedrockPath.invoke(modelID: "meta.llama3-8b-instruct-v1:0", streaming: true),
            headers: [("x-amzn-bedrock-accept", "*/*"), ("Host", "evil.example.com"), ("authorization", "Bearer x")],
            body: BedrockBody(ByteBuffer(string: vector.body ?? "")),
            framing: .eventStream
        )
        let request = SigV4Signer().request(for: call, with: try key(), resolver: resolver, at: Self.date)
        #expect(value("Authorization", of: request) == vector.headers["Authorization"])
        #expect(request.headers.filter { $0.name.lowercased() == "x-amzn-bedrock-accept" }.map(\.value) == ["*/*"])
        #expect(request.headers.filter { $0.name.lowercased() == "host" }.map(\.value) == [request.endpoint.host])
        #expect(request.headers.filter { $0.name.lowercased() == "authorization" }.count == 1)
    }

    @Test func noHeadersValueCanEndTheHeader() throws {
        let call = BedrockCall(
            operation: .invoke,
            path: "/model/x/invoke",
            headers: [("X-Amzn-Bedrock-Trace", "a\r\nHost: evil\u{0}é b")],
            body: BedrockBody(ByteBuffer()),
            framing: .whole
        )
        let request = SigV4Signer().request(for: call, with: try key(), resolver: resolver, at: Self.date)
        #expect(value("X-Amzn-Bedrock-Trace", of: request) == "a??Host: evil??? b")
    }

    @Test func aBearerKeyIsSentAsItIsAndNothingIsSigned() throws {
        let vector = try vector("bearer")
        let call = BedrockCall(
            operation: .converse,
            path: BedrockPath.converse(modelID: "amazon.nova-lite-v1:0", streaming: false),
            body: BedrockBody(ByteBuffer(string: vector.body ?? "")),
            framing: .whole
        )
        let region = try #require(AWSRegion(rawValue: "us-east-1"))
        let request = SigV4Signer().request(
            for: call,
            with: CallerKey(region: region, credentials: .bearer("ABSKQmVkcm9ja0FQSUtleQ==")),
            resolver: resolver,
            at: Self.date
        )
        var expected = vector.headers
        expected["Content-Length"] = nil
        expected["Host"] = "bedrock-runtime.us-east-1.amazonaws.com"
        #expect(Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) }) == expected)
        #expect("https://\(request.endpoint.hostHeader)\(request.path)" == vector.url)
    }

    @Test func anOverridesPathIsSentAndSigned() throws {
        let vector = try vector("custom-endpoint-with-path")
        let override = try BedrockEndpoint.parse(override: "https://proxy.example.com/base/path/", allowInsecure: false)
        let call = BedrockCall(
            operation: .converse,
            path: BedrockPath.converse(modelID: "amazon.nova-lite-v1:0", streaming: false),
            body: BedrockBody(ByteBuffer(string: vector.body ?? "")),
            framing: .whole
        )
        let request = SigV4Signer().request(
            for: call,
            with: try key(),
            resolver: EndpointResolver(regions: .published, runtimeOverride: override),
            at: Self.date,
            bodyDigest: Digest.sha256(vector.body ?? "")
        )
        #expect(request.path == "/base/path/model/amazon.nova-lite-v1%3A0/converse")
        #expect(value("Authorization", of: request) == vector.headers["Authorization"])
    }

    @Test func descriptionsHoldNeitherCredentialsNorBody() throws {
        let call = BedrockCall(
            operation: .converse,
            path: "/x",
            body: BedrockBody(ByteBuffer(string: "prompt")),
            framing: .whole
        )
        let request = SigV4Signer().request(for: call, with: try key(), resolver: resolver, at: Self.date)
        var dumped = ""
        dump(request, to: &dumped)
        for text in ["\(request)", String(reflecting: request), dumped] {
            #expect(!text.contains("AKID") && !text.contains("Signature") && !text.contains("prompt"))
        }
    }
}
