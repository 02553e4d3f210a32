import BedrockSimulator
import Catalog
import Foundation
import TestSupport
import Testing

@testable import Gateway

/// What each path and method answers, over a real socket.
@Suite struct RouteTests {
    @Test func theOpenRoutesNeedNoKey() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            let types = [
                "/": "text/html; charset=utf-8", "/health": "application/json", "/v1/models": "application/json",
                "/models": "application/json", "/v1/models/": "application/json", "//models": "application/json",
                "/v1/models/\(ChatBody.model)": "application/json", "/models/\(ChatBody.model)": "application/json",
            ]
            for (path, type) in types {
                client.get(path)
                let answer = try client.answer()
                #expect(answer.status == 200, "\(path)")
                #expect(answer.field("content-type") == type, "\(path)")
                #expect(answer.field("x-request-id")?.isEmpty == false, "\(path)")
                #expect(!answer.body.isEmpty)
            }
            #expect(gateway.simulator.counts.requests == 0)
        }
    }

    @Test func headAnswersWithTheHeadOfGet() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            for path in ["/", "/health", "/v1/models", "/v1/models/\(ChatBody.model)"] {
                client.get(path)
                let whole = try client.answer()
                client.get(path, method: "HEAD")
                let head = try client.head()
                #expect(head.status == 200)
                #expect(head.field("content-length") == whole.field("content-length"), "\(path)")
                #expect(head.field("content-type") == whole.field("content-type"), "\(path)")
            }
            client.get("/v1/models/no-such-model", method: "HEAD")
            #expect(try client.head().status == 404)
        }
    }

    @Test func wrongMethodsNameTheRightOnes() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            let cases = [
                ("GET", "/v1/chat/completions", "POST, OPTIONS"), ("DELETE", "/chat/completions", "POST, OPTIONS"),
                ("POST", "/v1/models", "GET, HEAD, OPTIONS"), ("DELETE", "/v1/models/x", "GET, HEAD, OPTIONS"),
                ("PUT", "/", "GET, HEAD, OPTIONS"), ("POST", "/health", "GET, HEAD, OPTIONS"),
                ("PATCH", "/v1/chat/completions", "POST, OPTIONS"),
                ("PROPFIND", "/v1/chat/completions", "POST, OPTIONS"),
            ]
            for (method, path, allow) in cases {
                client.get(path, method: method)
                let answer = try client.answer()
                #expect(answer.flaw(asErrorWith: 405) == nil, "\(method) \(path)")
                #expect(answer.code == "method_not_allowed")
                #expect(answer.field("allow") == allow)
            }
            client.get("/v1/chat/completions", method: "OPTIONS")
            let options = try client.answer()
            #expect(options.status == 204)
            #expect(options.field("allow") == "POST, OPTIONS")
            #expect(options.field("x-request-id")?.isEmpty == false)
        }
    }

    @Test func unknownPathsAreNotFound() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            let paths = [
                "/v1", "/v2/models", "/v1/completions", "/v1/chat", "/v1/chat/completions/abc", "/favicon.ico",
                "/v1/v1/models", "/..%2f..%2fetc/passwd", "/%00", "/health/x", "*",
            ]
            for path in paths {
                client.get(path)
                let answer = try client.answer()
                #expect(answer.flaw(asErrorWith: 404) == nil, "\(path)")
                #expect(answer.code == "not_found", "\(path)")
                #expect(answer.error["type"] as? String == "invalid_request_error")
            }
            client.post("{}", to: "/v1/responses")
            #expect(try client.answer().flaw(asErrorWith: 404) == nil)
            client.get("/health")
            #expect(try client.answer().status == 200)
        }
    }

    /// Clients offer what is listed.
    @Test func theListHasEveryModelThatChatsOnce() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            client.get("/v1/models")
            let json = try client.answer().json
            #expect(json.string("object") == "list")
            let data = json["data"] as? [[String: Any]] ?? []
            let models = try GatewayHarness.models.get().catalog.models
            let chatting = models.filter { $0.apis.contains(.chat) }
            #expect(chatting.count < models.count)
            #expect(data.map { $0.string("id") } == chatting.map(\.name))
            for model in data {
                #expect(model.string("object") == "model")
                #expect(model.int("created") != nil && model.string("owned_by")?.isEmpty == false)
            }
        }
    }

    @Test func aModelIsFoundByEverythingThatAChatAccepts() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            var names: [String] = []
            for model in try GatewayHarness.models.get().catalog.models {
                names += [model.name, model.name.lowercased(), model.bedrockID] + model.aliases
                names += model.profiles.map(model.profileID)
                guard !model.bedrockID.hasPrefix("arn:") else { continue }
                names.append("arn:aws:bedrock:eu-west-1::foundation-model/\(model.bedrockID)")
                for prefix in model.profiles {
                    names.append(
                        "arn:aws:bedrock:us-west-2:123456789012:inference-profile/\(prefix).\(model.bedrockID)"
                    )
                }
            }
            names += [
                "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
                "arn:aws:bedrock:us-east-1:123456789012:imported-model/a1b2c3d4e5f6",
                "someone.new-model-v1:0", "eu.someone.new-model-v1:0",
            ]
            #expect(names.count > 300)
            for name in names {
                let encoded = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                for path in ["/v1/models/\(name)", "/models/\(encoded)"] {
                    client.get(path)
                    let answer = try client.answer()
                    #expect(answer.status == 200, "\(path) \(answer.text)")
                    #expect(answer.json.string("id") == name, "\(path)")
                    #expect(answer.json.string("object") == "model")
                }
            }
        }
    }

    @Test func anUnknownModelIsNotFoundAndANearNameSuggested() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            client.get("/v1/models/Claude-Sonet-4-6")
            let answer = try client.answer()
            #expect(answer.flaw(asErrorWith: 404) == nil)
            #expect(answer.code == "model_not_found")
            #expect(answer.param == "model")
            #expect((answer.error["message"] as? String)?.contains("'Claude-Sonnet-4-6'") == true)
        }
    }

    @Test func aHarmlessRequestIDIsKeptAndAnotherReplaced() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            client.get("/health", headers: ["x-request-id": "my.Request_1-a"])
            #expect(try client.answer().field("x-request-id") == "my.Request_1-a")
            for bad in ["a b", "a\"b", "é", String(repeating: "a", count: 129), "<script>"] {
                client.get("/v1/models/none", headers: ["x-request-id": bad])
                let id = try client.answer().field("x-request-id")
                #expect(id?.hasPrefix("req_") == true && id?.count == 36)
            }
        }
    }

    @Test func everyFailureOfTheHTTPLayerIsAnErrorObject() async throws {
        try await GatewayHarness.run { gateway in
            let long = String(repeating: "a", count: 70_000)
            let cases: [(String, Int)] = [
                ("NONSENSE\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400),
                ("GET /\(long.prefix(10_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
                ("GET / HTTP/1.1\r\nHost: a\r\nX: \(long)\r\n\r\n", 431),
                ("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nExpect: cake\r\nContent-Length: 2\r\n\r\n{}", 417),
                ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
            ]
            for (request, status) in cases {
                let client = try gateway.client()
                client.send(request)
                let answer = try client.answer()
                #expect(answer.flaw(asErrorWith: status) == nil, "\(request.prefix(60))")
            }
        }
    }

    @Test func theBodysLabelDoesNotMatterButItsCodingDoes() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            for type in ["text/plain", "application/x-www-form-urlencoded", "nonsense", ""] {
                client.post(ChatBody.saying("Hello"), headers: ["Content-Type": type])
                #expect(try client.answer().status == 200, "\(type)")
            }
            client.post(ChatBody.saying("Hello"), headers: ["Content-Encoding": "identity"])
            #expect(try client.answer().status == 200)
            for coding in ["gzip", "br", "identity, gzip"] {
                let client = try gateway.client()
                client.post(ChatBody.saying("Hello"), headers: ["Content-Encoding": coding])
                let answer = try client.answer()
                #expect(answer.flaw(asErrorWith: 415) == nil)
                #expect((answer.error["message"] as? String)?.contains("content-encoding") == true)
            }
        }
    }

    @Test func continueIsSentToWhoMayGoOnAndToNobodyElse() async throws {
        try await GatewayHarness.run { gateway in
            let body = ChatBody.saying("Hello")
            let head = "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
            let allowed = try gateway.client()
            allowed.send(
                head + "Authorization: Bearer \(GatewayHarness.key)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            )
            #expect(try allowed.head().status == 100)
            allowed.send(body)
            #expect(try allowed.answer().status == 200)
            let refused = try gateway.client()
            refused.send(head + "Content-Length: \(body.utf8.count)\r\n\r\n")
            #expect(try refused.answer().flaw(asErrorWith: 401) == nil)
            let large = try gateway.client()
            large.send(head + "Authorization: Bearer \(GatewayHarness.key)\r\nContent-Length: 99999999\r\n\r\n")
            #expect(try large.answer().flaw(asErrorWith: 413) == nil)
        }
    }

    @Test func theSmokeTestStreamsWithoutAKey() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            client.post("{}", to: "/test/chat/completions", headers: ["Authorization": "none"])
            let answer = try client.answer()
            #expect(answer.status == 200)
            #expect(answer.events.last == "[DONE]")
        }
    }
}
