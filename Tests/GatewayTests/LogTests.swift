import BedrockSimulator
import Foundation
import Logging
import TestSupport
import Testing

@testable import Gateway

/// What is logged, and what never is.
@Suite struct LogTests {
    /// Words that stand in keys, prompts, images, tool definitions and query strings of the requests below.
    private static let secrets = [
        "simulator-secret", SimulatorCredential.demo.accessKeyID, "wrongsecret", "promptword", "systemword",
        "toolword", "imageword", "queryword", "headerword", "metaword", "fieldword", "AKIAIOSFODNN7EXAMPLE",
        "linebreak",
    ]

    @Test func noLineHoldsASecretOrAPrompt() async throws {
        try await GatewayHarness.run(["KEEP_ALIVE_SECONDS": "1"]) { gateway in
            let client = try gateway.client()
            let prompts = [
                "promptword", "promptword simulate:throttle", "promptword simulate:internal",
                "promptword simulate:cut", "promptword simulate:html-error", "promptword simulate:nonsenseword",
            ]
            for prompt in prompts {
                for more in ["", #""stream":true,"#, #""metadata":{"metaword":"metaword"},"fieldword":1,"n":2,"#] {
                    client.post(
                        ChatBody.saying(prompt, more),
                        to: "/v1/chat/completions?api_key=queryword",
                        headers: ["X-Custom": "headerword"]
                    )
                    _ = try client.answer()
                }
            }
            let tool = #""tools":[{"type":"function","function":{"name":"toolword","description":"toolword"}}],"#
            let messages = #""messages":[{"role":"system","content":"systemword"},{"role":"user","content":VALUE}]"#
            let image = #"[{"type":"image_url","image_url":{"url":"http://127.0.0.1:9/imageword?queryword"}}]"#
            for value in [#""use the tool promptword""#, image, #"[{"type":"promptword"}]"#, "promptword"] {
                client.post(#"{"model":"\#(ChatBody.model)",\#(tool)\#(messages.replacing("VALUE", with: value))}"#)
                _ = try client.answer()
            }
            let keys = ["us-east-1.AKIAIOSFODNN7EXAMPLE.wrongsecret", "wrongsecret", "us-east-1.wrongsecret.a.b.c.d"]
            for key in keys {
                client.post(ChatBody.saying("promptword"), headers: ["Authorization": "Bearer \(key)"])
                _ = try client.answer()
                client.get("/v1/models?key=queryword", headers: ["x-api-key": key])
                _ = try client.answer()
            }
            client.get("/v1/models/none%0a%0dlinebreak")
            _ = try client.answer()
            let leaver = try gateway.client()
            leaver.post(ChatBody.saying("promptword simulate:endless", #""stream":true,"#))
            _ = try leaver.head()
            leaver.close()
            #expect(try await gateway.eventually { gateway.lines.all.contains { $0.contains("client_left") } })
            let lines = gateway.lines.all
            #expect(lines.count >= 28)
            for line in lines {
                for secret in Self.secrets.dropLast() { #expect(!line.contains(secret), "\(line)") }
                #expect(!line.contains("\n") && !line.contains("\r"))
                #expect(line.contains("request id="))
            }
        }
    }

    @Test func aLineTellsWhatAnOperatorNeeds() async throws {
        try await GatewayHarness.run { gateway in
            let answer = try gateway.chat(ChatBody.saying("Hello", #""stream":true,"#))
            #expect(try await gateway.eventually { !gateway.lines.all.isEmpty })
            let line = try #require(gateway.lines.all.first)
            #expect(line.hasPrefix("info request id=\(answer.field("x-request-id") ?? "?") method=POST "))
            for part in [
                "path=/v1/chat/completions", "status=200", "model=\(ChatBody.model)", "region=us-east-1", "stream=true",
                "operation=", "first_byte_ms=", " ms=", "in_bytes=", "out_bytes=\(answer.body.count)", "prompt_tokens=",
                "completion_tokens=", "aws_request=\(answer.field("x-amzn-requestid") ?? "?")",
            ] { #expect(line.contains(part), "\(part) in \(line)") }
        }
    }

    @Test func withoutConsoleLoggingOnlyFaultsAreWritten() async throws {
        try await GatewayHarness.run(["CONSOLE_LOGGING": "false"]) { gateway in
            for prompt in ["Hello", "simulate:throttle", "simulate:internal"] {
                _ = try gateway.chat(ChatBody.saying(prompt))
            }
            #expect(try await gateway.eventually { !gateway.lines.all.isEmpty })
            #expect(gateway.lines.all.count == 1)
            #expect(gateway.lines.all[0].contains("status=500"))
        }
    }
}
