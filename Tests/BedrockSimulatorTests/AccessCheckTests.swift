import JSON
import NIOCore
import NIOHTTP1
import Testing

@testable import BedrockSimulator

/// The signatures come from botocore's signer.
struct AccessCheckTests {
    /// 2026-01-15 12:34:56 UTC, as `date -u -d 2026-01-15T12:34:56Z +%s` says.
    private static let moment = 1_768_480_496

    private static func check(at now: Int = moment, token: String? = nil) -> AccessCheck {
        var configuration = SimulatorConfiguration()
        configuration.credentials = [
            SimulatorCredential(
                accessKeyID: "AKIDEXAMPLE",
                secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                sessionToken: token
            )
        ]
        configuration.bearerKeys = ["ABSKQmVkcm9ja0FQSUtleQ=="]
        configuration.now = { now }
        return AccessCheck(configuration: configuration)
    }

    private static func request(_ vector: JSONValue) -> ReceivedRequest {
        let url = vector["url"]?.string ?? ""
        let rest = url.dropFirst("https://".count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let halves = rest[slash...].split(separator: "?", maxSplits: 1)
        var headers = HTTPHeaders([("Host", String(rest[..<slash]))])
        if let fields = vector["headers"] {
            for (key, value) in fields.members { headers.add(name: key.string ?? "", value: value.string ?? "") }
        }
        return ReceivedRequest(
            method: vector["method"]?.string ?? "",
            path: String(halves[0]),
            query: halves.count > 1 ? String(halves[1]) : nil,
            headers: headers,
            body: ByteBuffer(string: vector["body"]?.string ?? "")
        )
    }

    private static func signedRequests() throws -> [(name: String, request: ReceivedRequest)] {
        try (Vectors.json("sigv4_vectors")["vectors"]?.elements.map { ($0["name"]?.string ?? "", request($0)) } ?? [])
            .filter { $0.0 != "bearer" }
    }

    private static func failure(_ request: ReceivedRequest, _ check: AccessCheck) -> String? {
        do throws(SimulatorError) {
            try check.check(request)
            return nil
        } catch {
            return error.type
        }
    }

    @Test func everySignedVectorIsAccepted() throws {
        let requests = try Self.signedRequests()
        #expect(requests.count == 23)
        for (name, request) in requests {
            let token = request.headers.first(name: "x-amz-security-token")
            #expect(Self.failure(request, Self.check(token: token)) == nil, "\(name)")
        }
    }

    @Test func canonicalRequestsAreThoseOfTheVectors() throws {
        let vectors = try #require(try Vectors.json("sigv4_vectors")["vectors"])
        for vector in vectors.elements {
            guard let expected = vector["canonicalRequest"]?.string else { continue }
            let request = Self.request(vector)
            let field = try SignatureField(request.headers.first(name: "authorization") ?? "")
            #expect(CanonicalRequest.text(of: request, signedHeaders: field.signedHeaders) == expected)
        }
    }

    @Test func anyChangeToWhatIsSignedIsRefused() throws {
        for (name, original) in try Self.signedRequests() {
            let token = original.headers.first(name: "x-amz-security-token")
            let check = Self.check(token: token)
            func expectRefusal(_ what: String, _ change: (inout ReceivedRequest) -> Void) {
                var request = original
                change(&request)
                #expect(Self.failure(request, check) == "InvalidSignatureException", "\(name): \(what)")
            }
            expectRefusal("method") { $0.method = "PUT" }
            for offset in original.path.utf8.indices {
                let byte = original.path.utf8[offset]
                guard byte != UInt8(ascii: "x") else { continue }
                expectRefusal("path") { $0.path.replaceSubrange(offset...offset, with: "x") }
            }
            expectRefusal("query") { $0.query = ($0.query ?? "") + "&a=b" }
            for index in 0..<original.body.readableBytes {
                expectRefusal("body") { request in
                    let byte = request.body.getInteger(at: index, as: UInt8.self) ?? 0
                    request.body.setInteger(byte ^ 1, at: index)
                }
            }
            let field = try SignatureField(original.headers.first(name: "authorization") ?? "")
            for header in field.signedHeaders where header != "x-amz-date" {
                expectRefusal(header) { request in
                    let value = request.headers.first(name: header) ?? ""
                    request.headers.replaceOrAdd(name: header, value: value + "x")
                }
            }
            expectRefusal("date") { $0.headers.replaceOrAdd(name: "x-amz-date", value: "20260115T123457Z") }
            expectRefusal("signature") { request in
                let value = request.headers.first(name: "authorization") ?? ""
                let last = value.last == "0" ? "1" : "0"
                request.headers.replaceOrAdd(name: "authorization", value: value.dropLast() + last)
            }
        }
    }

    @Test func theClockMayBeFiveMinutesOff() throws {
        let request = try #require(Self.signedRequests().first?.request)
        for (offset, expected) in [
            (300, nil), (-300, nil), (301, "InvalidSignatureException"), (-301, "InvalidSignatureException"),
        ] {
            #expect(Self.failure(request, Self.check(at: Self.moment + offset)) == expected, "\(offset)")
        }
    }

    @Test func wrongCredentialsAreNamedAsAWSNamesThem() throws {
        let request = try #require(Self.signedRequests().first?.request)
        let authorization = request.headers.first(name: "authorization") ?? ""
        let cases: [(header: String?, type: String)] = [
            (nil, "MissingAuthenticationTokenException"),
            (authorization.replacing("AKIDEXAMPLE", with: "AKIDOTHER"), "UnrecognizedClientException"),
            (authorization.replacing("/bedrock/", with: "/s3/"), "InvalidSignatureException"),
            (authorization.replacing("20260115", with: "20260116"), "InvalidSignatureException"),
            (
                authorization.replacing("SignedHeaders=content-type;host", with: "SignedHeaders=content-type"),
                "InvalidSignatureException"
            ),
            (authorization.replacing("Signature=", with: "Sig="), "IncompleteSignature"),
            (authorization.replacing("/aws4_request", with: ""), "IncompleteSignature"),
            ("Basic abc", "IncompleteSignature"),
            ("Bearer wrong", "AccessDeniedException"),
            ("Bearer ABSKQmVkcm9ja0FQSUtleQ==", ""),
        ]
        for (header, type) in cases {
            var changed = request
            changed.headers.remove(name: "authorization")
            if let header { changed.headers.add(name: "authorization", value: header) }
            #expect(Self.failure(changed, Self.check()) ?? "" == type, "\(header ?? "none")")
        }
    }

    @Test func aTokenMustBeKnownAndSigned() throws {
        let signed = try #require(Self.signedRequests().first { $0.name == "converse-profile-session-token" }?.request)
        #expect(Self.failure(signed, Self.check(token: "other")) == "UnrecognizedClientException")
        #expect(Self.failure(signed, Self.check(token: nil)) == "UnrecognizedClientException")
        var unsigned = try #require(Self.signedRequests().first?.request)
        unsigned.headers.add(name: "X-Amz-Security-Token", value: "TOKEN")
        #expect(Self.failure(unsigned, Self.check(token: "TOKEN")) == "InvalidSignatureException")
    }

    @Test func descriptionsKeepTheSecret() {
        #expect(!"\(SimulatorCredential.demo)".contains("simulator-secret"))
        #expect(!String(reflecting: SimulatorCredential.demo).contains("simulator-secret"))
    }
}
