import Foundation
import JSON
import TestSupport
import Testing

/// Limits of single models that the shipped catalog must know, for AWS refuses what breaks them.
@Suite struct ModelLimitTests {
    /// CONVERSE.md §1.
    ///
    /// The catalog named the minimum of the models on the runtime host only, and three tokens were asked for.
    @Test(arguments: ["GPT-5.6-Cyber", "GPT-6-Sol", "Grok-4.6", "Grok-4.3"])
    func answersOfFewerThanSixteenTokensAreNotAskedFor(model: String) async throws {
        try await GatewayHarness.run { gateway in
            let answer = try gateway.chat(ChatBody.saying("Hello", #""max_tokens":3,"#, model: model))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.field("x-gateway-adjusted")?.contains("max_tokens=16") == true)
        }
    }

    /// CONVERSE.md §9.
    ///
    /// Titan's stop texts were looked at on InvokeModel only, and Converse got any other.
    @Test func titanGetsNoStopTextThatItDoesNotKnow() async throws {
        try await GatewayHarness.run { gateway in
            for api in ["", #""use_converse_api":true,"#] {
                let more = api + #""stop":["simulator"],"#
                let answer = try gateway.chat(ChatBody.saying("Hello", more, model: "Titan-Text-Large"))
                #expect(answer.status == 200, "\(answer.text)")
                let choice = try #require(answer.json.choices.first)
                #expect(choice.string("finish_reason") == "stop")
                #expect(choice.message.string("content") == "This is the Bedrock ")
            }
        }
    }
}
