import Adapters
import BedrockRuntime
import Catalog
import JSON
import NIOCore
import Testing

/// Prompts against the formats that the vendors publish, written out by hand.
struct PromptTemplateTests {
    static let talk = Talk(
        system: ["Be brief."],
        (.user, ["One?"]),
        (.assistant, ["1"]),
        (.user, ["Two?"])
    )
    static let plain = Talk((.user, ["One?"]), (.assistant, ["1"]), (.user, ["Two?"]))

    @Test(arguments: ["Llama-3-8b", "Llama-3-1-70b", "Llama-3-3-70b"])
    func llama3TerminatesEveryTurn(name: String) throws {
        #expect(
            try Self.talk.prompt(for: PromptModels.shipped(name)) == """
                <|begin_of_text|><|start_header_id|>system<|end_header_id|>

                Be brief.<|eot_id|><|start_header_id|>user<|end_header_id|>

                One?<|eot_id|><|start_header_id|>assistant<|end_header_id|>

                1<|eot_id|><|start_header_id|>user<|end_header_id|>

                Two?<|eot_id|><|start_header_id|>assistant<|end_header_id|>


                """
        )
    }

    @Test(arguments: ["Llama-4-Scout-17b", "Llama-4-Maverick-17b"])
    func llama4HasItsOwnTokens(name: String) throws {
        #expect(
            try Self.talk.prompt(for: PromptModels.shipped(name)) == """
                <|begin_of_text|><|header_start|>system<|header_end|>

                Be brief.<|eot|><|header_start|>user<|header_end|>

                One?<|eot|><|header_start|>assistant<|header_end|>

                1<|eot|><|header_start|>user<|header_end|>

                Two?<|eot|><|header_start|>assistant<|header_end|>


                """
        )
    }

    @Test(arguments: ["Mistral-7b", "Mixtral-8x7b", "Mistral-Large-2402", "Mistral-Small-2402"])
    func mistralPutsInstructionsIntoTheFirstUserTurn(name: String) throws {
        #expect(
            try Self.talk.prompt(for: PromptModels.shipped(name))
                == "<s>[INST] Be brief.\n\nOne? [/INST] 1</s> [INST] Two? [/INST]"
        )
        #expect(
            try Self.plain.prompt(for: PromptModels.shipped(name)) == "<s>[INST] One? [/INST] 1</s> [INST] Two? [/INST]"
        )
    }

    @Test
    func deepSeekR1OpensItsThinking() throws {
        let prompt = try Self.talk.prompt(for: PromptModels.shipped("DeepSeek-R1"))
        #expect(
            prompt == "<｜begin▁of▁sentence｜>Be brief.<｜User｜>One?<｜Assistant｜>1<｜end▁of▁sentence｜>"
                + "<｜User｜>Two?<｜Assistant｜><think>\n"
        )
        // The bars are U+FF5C and the blocks U+2581, which look like others.
        #expect(prompt.unicodeScalars.dropFirst().first == "\u{FF5C}")
        #expect(prompt.unicodeScalars.contains("\u{2581}"))
    }

    @Test
    func deepSeekR1ForgetsFormerThinking() throws {
        let talk = Talk(
            (.user, ["One?"]),
            (.assistant, ["<think>\nA number, I think.\n</think>\n\n1"]),
            (.user, ["Two?"])
        )
        #expect(
            try talk.prompt(for: PromptModels.shipped("DeepSeek-R1"))
                == "<｜begin▁of▁sentence｜><｜User｜>One?<｜Assistant｜>1<｜end▁of▁sentence｜><｜User｜>Two?"
                + "<｜Assistant｜><think>\n"
        )
    }

    @Test
    func titanIsAScript() throws {
        #expect(
            try Self.plain.prompt(for: PromptModels.shipped("Titan-Text-Large"), member: "inputText")
                == "User: One?\nBot: 1\nUser: Two?\nBot:"
        )
    }

    // MARK: What an entry alone can say

    @Test
    func llama2CanBeExpressed() throws {
        let model = try PromptModels.text(
            #"""
            {prompt: {
              user: "<s>[INST] {text} [/INST]",
              user_with_system: "<s>[INST] <<SYS>>\n{system}\n<</SYS>>\n\n{text} [/INST]",
              assistant: " {text} </s>"}}
            """#
        )
        #expect(
            try Self.talk.prompt(for: model)
                == "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nOne? [/INST] 1 </s><s>[INST] Two? [/INST]"
        )
    }

    @Test
    func claude2CanBeExpressed() throws {
        let model = try PromptModels.text(
            #"""
            {prompt: {
              system: "{text}", user: "\n\nHuman: {text}", assistant: "\n\nAssistant: {text}", reply: "\n\nAssistant:"},
              body: {max_tokens: max_tokens_to_sample, stop: stop_sequences}, reply: {text: completion}}
            """#
        )
        #expect(
            try Self.talk.prompt(for: model)
                == "Be brief.\n\nHuman: One?\n\nAssistant: 1\n\nHuman: Two?\n\nAssistant:"
        )
        #expect(
            try Answer(whole: #"{"completion":" 2","stop_reason":"stop_sequence","stop":"\n\nHuman:"}"#, model).text
                == " 2"
        )
    }

    @Test
    func chatMLIsOffered() throws {
        #expect(
            try Self.talk.prompt(for: PromptModels.imported("imported-qwen")) == """
                <|im_start|>system
                Be brief.<|im_end|>
                <|im_start|>user
                One?<|im_end|>
                <|im_start|>assistant
                1<|im_end|>
                <|im_start|>user
                Two?<|im_end|>
                <|im_start|>assistant

                """
        )
    }

    @Test(arguments: ["imported-llama-3", "imported-mistral", "imported-deepseek-r1", "imported-qwen"])
    func importedModelsAreCalledByTheirARN(template: String) throws {
        let model = try PromptModels.imported(template)
        #expect(!model.converse)
        var conversation = Self.talk.conversation
        conversation.modelID = model.bedrockID
        let call = try PromptModels.adapter(model).call(for: conversation, streaming: true).0
        #expect(call.path.hasSuffix("imported-model%2Fa1b2c3d4e5f6/invoke-with-response-stream"))
    }

    @Test
    func commandRsRawPromptingCanBeExpressed() throws {
        let yaml = #"""
            models:
              Command-R:
                adapter: text
                bedrock_id: cohere.command-r-v1:0
                request: {raw_prompting: true}
                options:
                  prompt:
                    begin: "<BOS_TOKEN>"
                    system: "<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>{text}<|END_OF_TURN_TOKEN|>"
                    user: "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>{text}<|END_OF_TURN_TOKEN|>"
                    assistant: "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>{text}<|END_OF_TURN_TOKEN|>"
                    reply: "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>"
                  body: {prompt: message, top_p: p, top_k: k, stop: stop_sequences}
                  reply: {text: text, stop_reason: finish_reason}
            """#
        let model = try #require(ModelCatalog.parse(yaml).models.first)
        let body = try Self.talk.body(for: model)
        #expect(body["raw_prompting"]?.bool == true)
        #expect(
            body["message"]?.string
                == "<BOS_TOKEN><|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>Be brief.<|END_OF_TURN_TOKEN|>"
                + "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>One?<|END_OF_TURN_TOKEN|>"
                + "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>1<|END_OF_TURN_TOKEN|>"
                + "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>Two?<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>"
        )
        let stream = try Answer(
            chunks: [
                #"{"event_type":"stream-start","is_finished":false}"#,
                #"{"event_type":"text-generation","text":"2","is_finished":false}"#,
                #"{"event_type":"stream-end","finish_reason":"MAX_TOKENS","is_finished":true}"#,
            ],
            model
        )
        #expect(stream.text == "2")
        #expect(stream.finish == .length)
    }

    // MARK: Turns

    @Test
    func textsOfOneTurnAreJoined() throws {
        let talk = Talk(system: ["A", "B"], (.user, ["C", "D"]))
        #expect(
            try talk.prompt(for: PromptModels.shipped("DeepSeek-R1"))
                == "<｜begin▁of▁sentence｜>A\n\nB<｜User｜>C\n\nD<｜Assistant｜><think>\n"
        )
    }

    @Test
    func anAnswerThatWasBegunIsLeftOpen() throws {
        let talk = Talk((.user, ["One?"]), (.assistant, ["The answer"]))
        #expect(
            try talk.prompt(for: PromptModels.imported("imported-llama-3"))
                == "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nOne?<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\nThe answer"
        )
    }

    @Test
    func escapesReachTheModelAsTheyWereWritten() throws {
        let text = #"tab\t quote\" back\\ line\n é €"#
        var talk = Talk((.user, []))
        let parsed = try JSONValueText(text)
        talk.turns[0].blocks = [.text(parsed.text)]
        let body = try PromptModels.adapter(PromptModels.shipped("Llama-3-1-8b"))
            .call(for: talk.conversation, streaming: false).0.body.joined
        #expect(String(buffer: body).contains(text))
    }
}
