import JSON
import NIOHTTP1
import Testing

@testable import BedrockSimulator

/// The sentences are AWS's, from the notes on what the service enforces.
struct ConverseRulesTests {
    /// What a body is refused with; nil when it is accepted.
    private static func refusal(
        _ body: String,
        model: String = "anthropic.claude-haiku-4-5-20251001-v1%3A0"
    ) throws -> String? {
        try ConverseJudge.refusal(of: body, model: model)
    }

    private static func user(_ content: String) -> String { ConverseJudge.user(content) }
    private static func assistant(_ content: String) -> String { ConverseJudge.assistant(content) }
    private static let hi = user(#"{"text":"hi"}"#)
    private static let use = #"{"toolUse":{"toolUseId":"t1","name":"f","input":{}}}"#
    private static let result = #"{"toolResult":{"toolUseId":"t1","content":[{"text":"ok"}]}}"#
    private static let tools =
        #""toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}]}"#

    @Test(arguments: [
        (#"{"messages":[]}"#, "messages is empty"),
        (#"{"messages":[\#(assistant(#"{"text":"a"}"#))]}"#, "A conversation must start with a user message"),
        (#"{"messages":[\#(hi),\#(hi)]}"#, "A conversation must alternate between user and assistant roles"),
        (#"{"messages":[\#(user(""))]}"#, "The content field in the Message object at messages.0 is empty"),
        (
            #"{"messages":[\#(user(#"{"text":" \n"}"#))]}"#,
            "The text field in the ContentBlock object at messages.0.content.0 is blank"
        ),
        (#"{"messages":[\#(hi)],"system":[{"text":" "}]}"#, "is blank"),
        (
            #"{"messages":[\#(hi),\#(assistant(use)),\#(hi)],\#(tools)}"#,
            "Expected toolResult blocks at messages.2.content for the following Ids: t1"
        ),
        (#"{"messages":[\#(hi),\#(assistant(use))],\#(tools)}"#, "Expected toolResult blocks at messages.2.content"),
        (
            #"{"messages":[\#(user(result))],\#(tools)}"#,
            "The number of toolResult blocks at messages.0.content exceeds the number of toolUse blocks of previous turn."
        ),
        (
            #"{"messages":[\#(hi),\#(assistant(use)),\#(user(result))]}"#,
            "The toolConfig field must be defined when using toolUse and toolResult content blocks"
        ),
        (
            #"{"messages":[\#(hi),\#(assistant(use + "," + use)),\#(user(result))],\#(tools)}"#,
            "already used in the same turn"
        ),
        (
            #"{"messages":[\#(user(#"{"document":{"name":"a","format":"pdf","source":{"bytes":"JVBERg=="}}}"#))]}"#,
            "add a text block"
        ),
        (
            #"{"messages":[\#(user(#"{"text":"x"},{"document":{"name":"a.pdf","format":"pdf","source":{"bytes":"JVBERg=="}}}"#))]}"#,
            "alphanumeric"
        ),
        (
            #"{"messages":[\#(user(#"{"image":{"format":"jpeg","source":{"bytes":"iVBORw=="}}}"#))]}"#,
            "Image does not match the provided media type image/jpeg"
        ),
        (#"{"messages":[\#(user(#"{"image":{"format":"png","source":{"bytes":"iVBORw="}}}"#))]}"#, "base64"),
        (
            #"{"messages":[\#(user(#"{"image":{"format":"png","source":{"bytes":""}}}"#))]}"#,
            "length greater than or equal to 1"
        ),
        (
            #"{"messages":[\#(user(#"{"text":"a","image":{"format":"png","source":{"bytes":"iVBORw=="}}}"#))]}"#,
            "exactly one member, found: 2"
        ),
        (#"{"messages":[\#(user(#"{"txt":"a"}"#))]}"#, "#/messages/0/content/0: extraneous key [txt] is not permitted"),
        (#"{"messages":[\#(hi)],"top_k":1}"#, "#: extraneous key [top_k] is not permitted"),
        (
            #"{"messages":[{"role":"tool","content":[{"text":"a"}]}]}"#,
            "Value 'tool' at 'messages.1.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant, system]"
        ),
        (
            #"{"messages":[{"content":[{"text":"a"}]}]}"#,
            "Value null at 'messages.1.member.role' failed to satisfy constraint: Member must not be null"
        ),
        (
            #"{"messages":[\#(hi)],"inferenceConfig":{"maxTokens":0}}"#,
            "Member must have value greater than or equal to 1"
        ),
        (
            #"{"messages":[\#(hi)],"inferenceConfig":{"temperature":1.5}}"#,
            "Member must have value less than or equal to 1"
        ),
        (
            #"{"messages":[\#(hi)],"inferenceConfig":{"stopSequences":[""]}}"#,
            "Member must have length greater than or equal to 1"
        ),
        (#"{"messages":[\#(hi)],"inferenceConfig":{"maxTokens":"5"}}"#, "STRING_VALUE can not be converted to Integer"),
        (#"{"messages":[\#(hi)],"toolConfig":{"tools":[]}}"#, "Member must have length greater than or equal to 1"),
        (
            #"{"messages":[\#(hi)],"toolConfig":{"tools":[{"toolSpec":{"name":"a b","inputSchema":{"json":{"type":"object"}}}}]}}"#,
            "regular expression pattern: [a-zA-Z0-9_-]+"
        ),
        (
            #"{"messages":[\#(hi)],"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"array"}}}}]}}"#,
            "must be one of the following: object"
        ),
        (#"{"messages":[\#(hi)],"requestMetadata":{}}"#, "Member must have length greater than or equal to 1"),
        (#"{"messages":[\#(hi)],"additionalModelRequestFields":{"foo":1}}"#, "foo: Extra inputs are not permitted"),
        (
            #"{"messages":[\#(hi)],"inferenceConfig":{"maxTokens":2000},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2000}}}"#,
            "`max_tokens` must be greater than `thinking.budget_tokens`"
        ),
        (
            #"{"messages":[\#(hi)],"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":10}}}"#,
            "greater than or equal to 1024"
        ),
        (
            #"{"messages":[\#(hi)],"inferenceConfig":{"temperature":0.5},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":1024}}}"#,
            "`temperature` may only be set to 1"
        ),
        (
            #"{"messages":[\#(hi),\#(assistant(#"{"reasoningContent":{"reasoningText":{"text":"a"}}},{"text":"b"}"#)),\#(hi)]}"#,
            "signature: Field required"
        ),
        (
            #"{"messages":[\#(hi),\#(assistant(#"{"reasoningContent":{"reasoningText":{"text":"a","signature":"c2ln"}}}"#)),\#(hi)]}"#,
            "Invalid `signature` in `thinking` block"
        ),
        (
            #"{"messages":[\#(user(#"{"text":"a"},{"cachePoint":{"type":"default","ttl":"1h"}}"#))],"system":[{"text":"s"},{"cachePoint":{"type":"default"}}]}"#,
            "must not come after a ttl='5m'"
        ),
    ])
    func brokenRulesAreNamed(body: String, fragment: String) throws {
        let message = try Self.refusal(body)
        #expect(message?.contains(fragment) == true, "\(message ?? "accepted"): \(body)")
    }

    @Test(arguments: [
        #"{"messages":[\#(hi)]}"#,
        #"{"messages":[\#(hi),\#(assistant(#"{"text":"a"}"#)),\#(hi)],"system":[{"text":"s"},{"cachePoint":{"type":"default"}}]}"#,
        #"{"messages":[\#(hi),\#(assistant(use)),\#(user(result))],\#(tools)}"#,
        #"{"messages":[\#(user(#"{"text":"a"},{"cachePoint":{"type":"default"}}"#))],"system":[{"text":"s"},{"cachePoint":{"type":"default","ttl":"1h"}}]}"#,
        #"{"messages":[\#(hi)],"inferenceConfig":{"maxTokens":1,"temperature":1,"stopSequences":["\n"]}}"#,
        #"{"messages":[\#(hi)],"inferenceConfig":{"topP":0}}"#,
        #"{"messages":[\#(user(#"{"text":"x"},{"image":{"format":"png","source":{"bytes":"iVBORw=="}}}"#))],"system":null}"#,
        // JSON lets a slash be escaped, and PHP's writer does so.
        #"{"messages":[\#(user(#"{"text":"x"},{"image":{"format":"jpeg","source":{"bytes":"\/9j\/4A=="}}}"#))]}"#,
        #"{"messages":[\#(user(#"{"text":"x"},{"document":{"name":"a","format":"txt","source":{"bytes":"\/9j\/4A=="}}}"#))]}"#,
        #"{"messages":[\#(hi)],"inferenceConfig":{"maxTokens":2000},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":1024},"anthropic_beta":["x"]}}"#,
    ])
    func whatAWSAcceptsIsAccepted(body: String) throws {
        #expect(try Self.refusal(body) == nil)
    }

    @Test func cachePointsAndStopsAreRefusedByModelsWithoutThem() throws {
        let cached = #"{"messages":[\#(Self.user(#"{"text":"a"},{"cachePoint":{"type":"default"}}"#))]}"#
        #expect(try Self.refusal(cached, model: "us.amazon.nova-lite-v1%3A0") == nil)
        #expect(try Self.refusal(cached, model: "meta.llama3-8b-instruct-v1%3A0")?.contains("prompt caching") == true)
        let stops = #"{"messages":[\#(Self.hi)],"inferenceConfig":{"stopSequences":["x"]}}"#
        #expect(try Self.refusal(stops) == nil)
        let refused = try Self.refusal(stops, model: "openai.gpt-oss-120b-1%3A0")
        #expect(refused == "This model doesn't support the stopSequences field. Remove stopSequences and try again.")
    }
}
