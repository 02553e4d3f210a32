import Adapters
import BedrockRuntime
import Catalog
import JSON
import NIOCore
import Testing

struct LlamaAdapterTests {
    static func conversation(_ change: (inout Conversation) -> Void) -> Conversation {
        var conversation = Talk((.user, ["Hi"])).conversation
        change(&conversation)
        return conversation
    }

    static func refusal(of conversation: consuming Conversation, by name: String = "Llama-3-3-70b") throws -> String? {
        do {
            _ = try PromptModels.adapter(PromptModels.shipped(name)).call(for: conversation, streaming: false)
            return nil
        } catch AdapterError.cannotSay(let what) {
            return what
        }
    }

    @Test
    func whatAPromptCannotSayIsLeftToConverse() throws {
        let image = ContentBlock.image(ImageBlock(format: .png, source: .base64("AA==")))
        let s3 = ContentBlock.image(ImageBlock(format: .png, source: .s3(uri: "s3://b/k", bucketOwner: nil)))
        let document = DocumentBlock(format: "txt", name: "a", source: .text("x"))
        #expect(
            try Self.refusal(of: Self.conversation { $0.tools = [Tool(name: "f", inputSchema: Tool.emptySchema)] })
                == "tools"
        )
        #expect(
            try Self.refusal(
                of: Self.conversation {
                    $0.turns[0].blocks = [.toolResult(ToolResultBlock(toolUseID: "1", content: []))]
                }
            ) == "tools"
        )
        #expect(try Self.refusal(of: Self.conversation { $0.turns[0].blocks += [image] }) == "images")
        #expect(
            try Self.refusal(of: Self.conversation { $0.turns[0].blocks += [s3] }, by: "Llama-4-Scout-17b")
                == "images in S3"
        )
        #expect(try Self.refusal(of: Self.conversation { $0.turns[0].blocks += [.document(document)] }) == "documents")
        #expect(
            try Self.refusal(of: Self.conversation { $0.structuredOutput = .native }) == "structured output"
        )
        #expect(
            try Self.refusal(
                of: Self.conversation {
                    $0.turns += [Turn(role: .assistant, blocks: [.text("x"), image]), Turn(role: .user, blocks: [])]
                },
                by: "Llama-4-Scout-17b"
            ) == "images"
        )
    }

    @Test
    func guardrailAndTierTravelAsHeaders() throws {
        let conversation = Self.conversation {
            $0.guardrail = Guardrail(identifier: "gr1", version: "2", trace: "enabled", streamProcessingMode: "async")
            $0.serviceTier = "flex"
        }
        let call = try PromptModels.adapter(PromptModels.shipped("Llama-3-3-70b"))
            .call(for: conversation, streaming: true).0
        #expect(call.headers.contains { $0 == ("X-Amzn-Bedrock-GuardrailIdentifier", "gr1") })
        #expect(call.headers.contains { $0 == ("X-Amzn-Bedrock-Service-Tier", "flex") })
        #expect(
            try JSONValue.parse(call.body.joined)["amazon-bedrock-guardrailConfig"]?["streamProcessingMode"]?.string
                == "ASYNCHRONOUS"
        )
    }

    @Test
    func everyCountOfAStreamIsFound() throws {
        let model = try PromptModels.shipped("Llama-3-3-70b")
        let body = try Answer(
            chunks: [
                #"{"generation":"a","prompt_token_count":7,"generation_token_count":1,"stop_reason":null}"#,
                #"{"generation":"","prompt_token_count":null,"generation_token_count":2,"stop_reason":"length"}"#,
            ],
            model
        )
        #expect(body.usage == TokenUsage(promptTokens: 7, completionTokens: 2))
        #expect(body.finish == .length)
        let metrics = try Answer(
            chunks: [
                #"{"generation":"a","stop_reason":"stop"}"#,
                #"{"amazon-bedrock-invocationMetrics":{"inputTokenCount":7,"outputTokenCount":2}}"#,
            ],
            model
        )
        #expect(metrics.usage == TokenUsage(promptTokens: 7, completionTokens: 2))
        #expect(metrics.finishes == 1)
    }

    @Test
    func anInterventionEndsTheAnswer() throws {
        let model = try PromptModels.shipped("Llama-3-3-70b")
        let chunk = #"{"generation":"Blocked.","stop_reason":null,"amazon-bedrock-guardrailAction":"INTERVENED"}"#
        for answer in [try Answer(chunks: [chunk], model), try Answer(whole: chunk, model)] {
            #expect(answer.text == "Blocked.")
            #expect(answer.finish == .contentFilter)
            #expect(answer.finishes == 1)
        }
    }

    @Test
    func aBrokenAnswerIsAnError() throws {
        let model = try PromptModels.shipped("Llama-3-3-70b")
        #expect(throws: AdapterError.self) { try Answer(whole: "<html>", model) }
        #expect(throws: AdapterError.self) { try Answer(whole: #"{"message":"x"}"#, model) }
        #expect(throws: AdapterError.self) { try Answer(chunks: ["{"], model) }
        #expect(throws: AdapterError.self) { try Answer(chunks: [#"{"generation":"a"}"#], model) }
    }

    @Test
    func anEmptyAnswerIsAnAnswer() throws {
        let model = try PromptModels.shipped("Llama-3-3-70b")
        let answer = try Answer(whole: #"{"generation":"","stop_reason":"stop"}"#, model)
        #expect(answer.text.isEmpty)
        #expect(answer.finish == .stop)
    }
}
