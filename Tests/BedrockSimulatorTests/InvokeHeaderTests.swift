import JSON
import NIOHTTP1
import Testing

@testable import BedrockSimulator

/// The headers of InvokeModel: the patterns and sets are those of AWS's model of the service, from WIRE.md §3.1.
struct InvokeHeaderTests {
    private static let target = "/model/qwen.qwen3-32b-v1%3A0/invoke"
    private static let body = #"{"messages":[{"role":"user","content":"Hello"}]}"#
    private static let guardrail = "X-Amzn-Bedrock-GuardrailIdentifier"
    private static let version = "X-Amzn-Bedrock-GuardrailVersion"
    private static let metadata = "X-Amzn-Bedrock-Request-Metadata"

    @Test(arguments: [
        ([(guardrail, "Not an id"), (version, "1")], "Value 'Not an id' at 'guardrailIdentifier'"),
        ([(guardrail, "abc"), (version, "01")], "Value '01' at 'guardrailVersion'"),
        ([(guardrail, "abc")], "must be given together"),
        ([(version, "DRAFT")], "must be given together"),
        ([("X-Amzn-Bedrock-Trace", "enabled")], "enum value set: [ENABLED, DISABLED, ENABLED_FULL]"),
        ([("X-Amzn-Bedrock-PerformanceConfig-Latency", "fast")], "enum value set: [standard, optimized]"),
        ([("X-Amzn-Bedrock-Service-Tier", "auto")], "enum value set: [priority, default, flex, reserved]"),
        ([(metadata, "team=blue")], "requestMetadata is not a JSON object"),
        ([(metadata, #"["team"]"#)], "requestMetadata is not a JSON object"),
        ([(metadata, #"{"team":"\#(String(repeating: "x", count: 8_500))"}"#)], "less than or equal to 8500"),
        ([(metadata, #"{"team":"\#(String(repeating: "x", count: 257))"}"#)], "less than or equal to 256"),
        ([(metadata, #"{"team":"a*b"}"#)], "regular expression pattern"),
        ([(metadata, #"{"team":1}"#)], "can not be converted to String"),
    ])
    func brokenHeadersAreNamed(headers: [(String, String)], fragment: String) async throws {
        try await SimulatorClient.run { client in
            let answer = try await client.post(Self.target, Self.body, headers: headers)
            #expect(answer.status == 400)
            #expect(answer.message.contains(fragment), "\(answer.text)")
        }
    }

    @Test func whatAWSAcceptsIsAcceptedAndTheGuardrailReports() async throws {
        try await SimulatorClient.run { client in
            let headers = [
                (Self.guardrail, "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc"), (Self.version, "DRAFT"),
                ("X-Amzn-Bedrock-Trace", "ENABLED"), ("X-Amzn-Bedrock-PerformanceConfig-Latency", "standard"),
                ("X-Amzn-Bedrock-Service-Tier", "flex"), (Self.metadata, #"{"team":"blue","empty":""}"#),
            ]
            let passed = try await client.post(Self.target, Self.body, headers: headers)
            #expect(passed.json?["amazon-bedrock-guardrailAction"]?.string == "NONE", "\(passed.text)")
            let said = Self.body.replacing("Hello", with: "simulate:guardrail")
            let stopped = try await client.post(Self.target, said, headers: headers)
            #expect(stopped.json?["amazon-bedrock-guardrailAction"]?.string == "INTERVENED")
            #expect(stopped.json?["amazon-bedrock-trace"]?["guardrail"]?["inputAssessment"] != nil)
            let silent = try await client.post(Self.target, Self.body)
            #expect(silent.json?["amazon-bedrock-guardrailAction"] == nil)
        }
    }
}
