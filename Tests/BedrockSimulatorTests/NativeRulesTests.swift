import JSON
import Testing

@testable import BedrockSimulator

/// What models refuse on chat completions, from WIRE.md §8.
struct NativeRulesTests {
    private static func body(_ model: String, _ more: String) -> String {
        #"{"model":"\#(model)","messages":[{"role":"user","content":"Hello"}]\#(more)}"#
    }

    private static let gpt6 = "us.openai.gpt-6-sol"
    private static let grok = "us.xai.grok-4.7"
    private static let tools = #","tools":[{"type":"function","function":{"name":"f"}}]"#

    /// A model, the rest of a body, and what the refusal says.
    private static let refusals = [
        (gpt6, #","max_tokens":50"#, "Use 'max_completion_tokens'"),
        (gpt6, #","n":2"#, "'n'"), (gpt6, #","stop":"x""#, "stopSequences"),
        (gpt6, #","stop":"x","reasoning_effort":"none""#, "stopSequences"),
        (gpt6, #","temperature":1"#, "'temperature'"), (gpt6, #","top_p":1"#, "'top_p'"),
        (gpt6, #","presence_penalty":1,"reasoning_effort":"low""#, "'presence_penalty'"),
        (gpt6, #","logprobs":true"#, "'logprobs'"), (gpt6, tools, "tools with reasoning"),
        (gpt6, #","max_completion_tokens":15"#, "minimum of 16"),
        (grok, #","max_tokens":15"#, "minimum of 16"), (grok, #","stop":["x"]"#, "stopSequences"),
        (grok, #","reasoning_effort":"none""#, "'reasoning_effort'"),
        ("openai.gpt-6-astra", #","reasoning_effort":"none""#, "'reasoning_effort'"),
        (gpt6, #","reasoning_effort":"minimal""#, "'reasoning_effort'"),
        ("openai.gpt-oss-120b-1:0", #","logit_bias":{}"#, "'logit_bias'"),
        ("openai.gpt-oss-120b-1:0", #","n":2"#, "'n'"),
    ]

    @Test(arguments: refusals)
    func whatTheModelHasNoPlaceForIsNamed(model: String, more: String, fragment: String) async throws {
        try await SimulatorClient.run { client in
            let answer = try await client.post("/openai/v1/chat/completions", Self.body(model, more))
            #expect(answer.status == 400)
            let message = answer.json?["error"]?["message"]?.string ?? ""
            #expect(message.contains(fragment), "\(more): \(answer.text)")
        }
    }

    @Test func penaltiesMakeGrokUnavailable() async throws {
        try await SimulatorClient.run { client in
            let body = Self.body(Self.grok, #","frequency_penalty":0.5"#)
            let answer = try await client.post("/openai/v1/chat/completions", body)
            #expect(answer.status == 503)
        }
    }

    @Test func whatTheModelTakesIsAccepted() async throws {
        let free = #","reasoning_effort":"none","temperature":0.5,"logprobs":true"#
        let bodies = [
            Self.body(Self.gpt6, free + Self.tools), Self.body(Self.gpt6, #","max_completion_tokens":16,"n":1"#),
            Self.body(Self.grok, #","temperature":0.5,"reasoning_effort":"low","max_tokens":16"# + Self.tools),
            Self.body("xai.grok-4.3", #","reasoning_effort":"none""#),
            Self.body("openai.gpt-oss-120b-1:0", #","stop":"x","temperature":1,"max_tokens":1"# + Self.tools),
        ]
        try await SimulatorClient.run { client in
            for body in bodies {
                let answer = try await client.post("/openai/v1/chat/completions", body)
                #expect(answer.status == 200, "\(body): \(answer.text)")
            }
        }
    }
}
