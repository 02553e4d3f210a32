import BedrockSimulator
import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import Gateway

/// Whose credentials a call is made with.
@Suite struct KeyTests {
    private static let pair = SimulatorCredential.demo
    private static let temporary = SimulatorCredential(
        accessKeyID: "ASIATEMPORARYEXAMPLE",
        secretAccessKey: "temporary/secret+with=signs",
        sessionToken: "session/Token+1=="
    )

    private static var simulation: SimulatorConfiguration {
        var simulation = SimulatorConfiguration()
        simulation.credentials.append(temporary)
        return simulation
    }

    @Test func everyFormOfAKeyReachesBedrock() async throws {
        try await GatewayHarness.run(["AWS_REGION": "us-east-1"], simulation: Self.simulation) { gateway in
            let bearer = SimulatorConfiguration.demoBearerKey
            let keys = [
                bearer, "us-west-2.\(bearer)", "us-east-1.\(Self.pair.accessKeyID).\(Self.pair.secretAccessKey)",
                "us-east-1.\(Self.temporary.accessKeyID).\(Self.temporary.secretAccessKey)."
                    + (Self.temporary.sessionToken ?? ""),
            ]
            for key in keys {
                for headers in [
                    ["Authorization": "Bearer \(key)"], ["Authorization": "bEaReR   \(key)  "],
                    ["Authorization": "", "x-api-key": key], ["Authorization": "", "api-key": key],
                ] {
                    let answer = try gateway.chat(ChatBody.saying("Hello"), headers: headers)
                    #expect(answer.status == 200, "\(headers.keys) \(answer.text)")
                }
            }
        }
    }

    @Test func everythingElseIsUnauthorized() async throws {
        let secrets = ["wJalrXUtnFEMIsecret", "AKIAIOSFODNN7EXAMPLE"]
        let keys = [
            "", "us-east-1.", ".KEY", "us-east-1..wJalrXUtnFEMIsecret",
            "nowhere-1.AKIAIOSFODNN7EXAMPLE.wJalrXUtnFEMIsecret",
            "us-east-1.AKIAIOSFODNN7EXAMPLE.wJalrXUtnFEMIsecret.token.more", "us-east-1.AKIA-!.wJalrXUtnFEMIsecret",
            "us-east-1.ASIAIOSFODNN7EXAMPLE.wJalrXUtnFEMIsecret", "us-east-1.AKIAIOSFODNN7EXAMPLE.wJalrX UtnFEMIsecret",
            "us-east-1.AKIAIOSFODNN7EXAMPLE.é", String(repeating: "k", count: 9_000), "KEYWITHOUTREGION",
        ]
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            var headers = keys.map { ["Authorization": "Bearer \($0)"] }
            headers += [
                ["Authorization": "Basic dXNlcjpwYXNz"], ["Authorization": "Bearer"], ["Authorization": "x y"],
                ["Authorization": GatewayHarness.key],
            ]
            for fields in headers {
                client.post(ChatBody.saying("Hello"), headers: fields)
                let answer = try client.answer()
                #expect(answer.flaw(asErrorWith: 401) == nil, "\(fields)")
                #expect(answer.code == "invalid_api_key")
                #expect(answer.error["type"] as? String == "authentication_error")
                for secret in secrets { #expect(!answer.text.contains(secret)) }
            }
            // The body came with the head, so the same connection goes on.
            client.post(ChatBody.saying("Hello"))
            #expect(try client.answer().status == 200)
            #expect(gateway.simulator.counts.requests == 1)
        }
    }

    @Test func theGatewaysOwnCredentialsAreNeverUsed() async throws {
        let own = [
            "AWS_ACCESS_KEY_ID": Self.pair.accessKeyID, "AWS_SECRET_ACCESS_KEY": Self.pair.secretAccessKey,
            "AWS_BEARER_TOKEN_BEDROCK": SimulatorConfiguration.demoBearerKey, "AWS_REGION": "us-east-1",
        ]
        try await GatewayHarness.run(own) { gateway in
            let client = try gateway.client()
            client.send(SocketClient.request("POST", "/v1/chat/completions", headers: [:], body: ChatBody.saying("Hi")))
            #expect(try client.answer().flaw(asErrorWith: 401) == nil)
            let wrong = try gateway.chat(ChatBody.saying("Hi"), headers: ["Authorization": "Bearer WRONG"])
            #expect(wrong.flaw(asErrorWith: wrong.status) == nil)
            #expect(wrong.status == 401 || wrong.status == 403)
            // Only the wrong key of the caller went out.
            #expect(gateway.simulator.counts.requests == 1)
            #expect(gateway.simulator.counts.errors.values.reduce(0, +) == 1)
        }
    }

    @Test func wrongSecretsAreRefusedByBedrockAsUnauthorized() async throws {
        try await GatewayHarness.run { gateway in
            let key = "us-east-1.\(Self.pair.accessKeyID).not-the-secret"
            let answer = try gateway.chat(ChatBody.saying("Hello"), headers: ["Authorization": "Bearer \(key)"])
            #expect(answer.flaw(asErrorWith: 401) == nil)
            #expect(answer.code == "invalid_api_key")
            #expect(!answer.text.contains("not-the-secret"))
            // The right one still works afterwards: no signing key is shared between secrets.
            #expect(try gateway.chat(ChatBody.saying("Hello")).status == 200)
            let again = try gateway.chat(ChatBody.saying("Hello"), headers: ["Authorization": "Bearer \(key)"])
            #expect(again.status == 401)
        }
    }
}
