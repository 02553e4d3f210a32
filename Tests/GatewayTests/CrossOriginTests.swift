import Foundation
import TestSupport
import Testing

@testable import Gateway

/// What scripts of web pages need to be let through by their browser (Fetch Standard, "CORS protocol").
@Suite struct CrossOriginTests {
    private static let origin = "https://chat.example.com"
    /// What the OpenAI SDK's preflight asks for, in part.
    private static let preflight = [
        "Origin": origin, "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-stainless-arch,x-stainless-retry-count",
    ]

    @Test func anyPageMayCall() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            client.get("/v1/chat/completions", method: "OPTIONS", headers: Self.preflight)
            let allowed = try client.answer()
            #expect(allowed.status == 204)
            #expect(allowed.field("access-control-allow-origin") == "*")
            #expect(allowed.field("access-control-allow-methods") == "POST, OPTIONS")
            #expect(
                allowed.field("access-control-allow-headers") == Self.preflight["Access-Control-Request-Headers"]
            )
            #expect(allowed.field("access-control-max-age") == "7200")
            // Whole, streamed and refused answers, and what needs no key.
            for (body, status) in [
                (ChatBody.saying("Hello"), 200), (ChatBody.saying("Hello", #""stream":true,"#), 200), ("{", 400),
            ] {
                let answer = try gateway.chat(body, headers: ["Origin": Self.origin])
                #expect(answer.status == status)
                #expect(answer.field("access-control-allow-origin") == "*")
                #expect(answer.field("access-control-expose-headers") == "*")
                #expect(answer.field("access-control-allow-methods") == nil)
            }
            client.get("/v1/models", headers: ["Origin": Self.origin])
            #expect(try client.answer().field("access-control-allow-origin") == "*")
            // Nobody else is told anything.
            let plain = try gateway.chat(ChatBody.saying("Hello"))
            #expect(plain.field("access-control-allow-origin") == nil)
        }
    }

    @Test func onlyThePagesThatAreNamedMayCall() async throws {
        let settings = ["CORS_ALLOWED_ORIGINS": "https://other.example.com, \(Self.origin)"]
        try await GatewayHarness.run(settings) { gateway in
            for (origin, allowed) in [
                (Self.origin, Self.origin), ("HTTPS://Chat.example.com", "HTTPS://Chat.example.com"),
                ("https://evil.example.com", nil), ("http://chat.example.com", nil), ("null", nil),
                ("\(Self.origin):8443", nil),
            ] {
                let client = try gateway.client()
                client.get("/v1/models", headers: ["Origin": origin])
                let answer = try client.answer()
                #expect(answer.status == 200)
                #expect(answer.field("access-control-allow-origin") == allowed, "\(origin)")
                #expect(answer.field("vary") == "Origin")
            }
        }
        try await GatewayHarness.run(["CORS_ALLOWED_ORIGINS": "none"]) { gateway in
            let client = try gateway.client()
            client.get("/v1/chat/completions", method: "OPTIONS", headers: Self.preflight)
            let answer = try client.answer()
            #expect(answer.status == 204)
            #expect(answer.field("access-control-allow-origin") == nil)
            #expect(answer.field("access-control-allow-headers") == nil)
        }
    }

    @Test func whatIsNoListOfNamesIsNotRepeated() async throws {
        try await GatewayHarness.run { gateway in
            for asked in ["a b; c", "x<script>", "é", String(repeating: "a", count: 5_000)] {
                let client = try gateway.client()
                var headers = Self.preflight
                headers["Access-Control-Request-Headers"] = asked
                client.get("/v1/chat/completions", method: "OPTIONS", headers: headers)
                #expect(try client.answer().field("access-control-allow-headers") == nil, "\(asked.prefix(20))")
            }
        }
    }
}
