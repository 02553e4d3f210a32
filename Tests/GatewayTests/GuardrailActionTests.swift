import BedrockSimulator
import Foundation
import TestSupport
import Testing

/// A guardrail that steps in on InvokeModel says so beside the model's own answer, whose reason for stopping is the usual
/// one: WIRE.md §4.1.
@Suite struct GuardrailActionTests {
    /// One model of each body that InvokeModel takes.
    private static let models = [
        "Claude-Sonnet-4-6", "Nova-Lite", "Llama-3-3-70b", "Mistral-7b", "DeepSeek-R1", "Titan-Text-Large", "Qwen3-32B",
        "Mistral-Large-2407",
    ]

    @Test(arguments: models) func anInterventionIsAContentFilter(model: String) async throws {
        try await GatewayHarness.run { gateway in
            let whole = try gateway.chat(ChatBody.saying("simulate:guardrail", model: model))
            #expect(whole.json.choices.first?.string("finish_reason") == "content_filter", "\(whole.text)")
            let text = whole.json.choices.first?.message.string("content") ?? ""
            #expect(text.contains("The simulated guardrail stopped this conversation."))
            let streamed = try gateway.chat(ChatBody.saying("simulate:guardrail", #""stream":true,"#, model: model))
            let finishes = streamed.chunks.compactMap { $0.choices.first?.string("finish_reason") }
            #expect(finishes == ["content_filter"], "\(streamed.text)")
            #expect(streamed.events.last == "[DONE]")
            let operations = gateway.simulator.counts.operations
            #expect(operations == ["invoke": 1, "invoke-with-response-stream": 1])
        }
    }

    @Test(arguments: models) func aGuardrailThatLetsPassChangesNothing(model: String) async throws {
        let guardrail = #""guardrailConfig":{"guardrailIdentifier":"abc","guardrailVersion":"1","trace":"enabled"},"#
        try await GatewayHarness.run { gateway in
            for more in [guardrail, guardrail + #""stream":true,"#] {
                let passed = try gateway.chat(ChatBody.saying("Hello", more, model: model))
                #expect(passed.status == 200)
                #expect(!passed.text.contains("content_filter"), "\(passed.text)")
                let stopped = try gateway.chat(ChatBody.saying("simulate:guardrail", more, model: model))
                #expect(stopped.text.contains("content_filter"))
                #expect(stopped.text.contains("guardrail_trace"), "\(stopped.text)")
            }
        }
    }
}
