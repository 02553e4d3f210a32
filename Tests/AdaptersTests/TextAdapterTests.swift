import Adapters
import BedrockRuntime
import Catalog
import JSON
import NIOCore
import Testing

struct TextAdapterTests {
    static let prompt = #"prompt: {user: "<u>{text}", assistant: "<a>{text}</a>", reply: "<a>"}"#

    /// Bodies of the shapes in which hosted and imported models answer.
    @Test(arguments: [
        #"{"generation":"Hi","prompt_token_count":3,"generation_token_count":1,"stop_reason":"length"}"#,
        #"{"outputs":[{"text":"Hi","stop_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#,
        #"{"choices":[{"text":"Hi","stop_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#,
        #"{"choices":[{"text":"Hi","finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#,
    ])
    func usualShapesNeedNoOptions(body: String) throws {
        let model = try PromptModels.text("{\(Self.prompt)}")
        for answer in [try Answer(whole: body, model), try Answer(chunks: [body], model)] {
            #expect(answer.text == "Hi")
            #expect(answer.finish == .length)
            #expect(answer.usage == TokenUsage(promptTokens: 3, completionTokens: 1))
        }
    }

    @Test(arguments: [
        ("FINISHED", FinishReason.stop), ("FINISH", .stop), ("LENGTH", .length), ("STOP_CRITERIA_MET", .stop),
        ("CONTENT_FILTERED", .contentFilter), ("COMPLETE", .stop), ("MAX_TOKENS", .length),
        ("ERROR_TOXIC", .contentFilter),
        ("stop", .stop), ("something new", .stop),
    ])
    func everyFamilysEndIsUnderstood(word: String, finish: FinishReason) throws {
        let model = try PromptModels.text("{\(Self.prompt)}")
        #expect(try Answer(whole: #"{"generation":"a","stop_reason":"\#(word)"}"#, model).finish == finish)
    }

    /// What vLLM serves says why in `finish_reason`; its `stop_reason` is the stop text that came, a token's number, or null.
    @Test(arguments: [
        (#""finish_reason":"stop","stop_reason":151645"#, FinishReason.stop),
        (#""finish_reason":"length","stop_reason":151645"#, .length),
        (#""finish_reason":"stop","stop_reason":"length""#, .stop),
        (#""finish_reason":"stop","stop_reason":"Error""#, .stop),
        (#""finish_reason":"length","stop_reason":null"#, .length),
        (#""finish_reason":null,"stop_reason":"length""#, .length),
        (#""finish_reason":"","stop_reason":"length""#, .length),
    ])
    func theStopTextThatCameIsNoReason(members: String, finish: FinishReason) throws {
        let model = try PromptModels.imported("imported-qwen")
        let open = #"{"choices":[{"text":"Hi","finish_reason":null,"stop_reason":null}]}"#
        let end = #"{"choices":[{"text":"",\#(members)}]}"#
        for answer in [
            try Answer(whole: #"{"choices":[{"text":"Hi",\#(members)}]}"#, model),
            try Answer(chunks: [open, end], model),
        ] {
            #expect(answer.text == "Hi")
            #expect(answer.finish == finish)
            #expect(answer.finishes == 1)
        }
    }

    @Test
    func aModelsErrorIsAnError() throws {
        let model = try PromptModels.text("{\(Self.prompt)}")
        #expect(throws: AdapterError.self) { try Answer(whole: #"{"generation":"a","stop_reason":"ERROR"}"#, model) }
    }

    @Test
    func whatTheBodyHasNoNameForIsReported() throws {
        let model = try PromptModels.text(
            #"{\#(Self.prompt), body: {top_p: ~, temperature: a.t, max_tokens: a.m, seed: s}}"#
        )
        var talk = Talk((.user, ["Hi"]))
        talk.sampling.temperature = 0.5
        talk.sampling.maxOutputTokens = 9
        talk.sampling.topP = 0.5
        talk.sampling.seed = 4
        talk.sampling.presencePenalty = 1
        let (call, context) = try PromptModels.adapter(model).call(for: talk.conversation, streaming: false)
        #expect(String(buffer: call.body.joined) == #"{"prompt":"<u>Hi<a>","s":4,"a":{"m":9,"t":0.5}}"#)
        #expect(context.report.dropped == ["top_p", "presence_penalty"])
    }

    @Test
    func stopTextsThatTheModelLacksAreEmulated() throws {
        let model = try PromptModels.text(#"{\#(Self.prompt), body: {accepted_stops: ["|"]}}"#)
        var talk = Talk((.user, ["Hi"]))
        talk.stop = ["|", "END"]
        let (call, context) = try PromptModels.adapter(model).call(for: talk.conversation, streaming: false)
        #expect(String(buffer: call.body.joined) == #"{"prompt":"<u>Hi<a>","stop":["|"]}"#)
        #expect(context.emulatedStop == ["END"])
        let none = try PromptModels.text("{\(Self.prompt), body: {stop: ~}}")
        #expect(
            try PromptModels.adapter(none).call(for: talk.conversation, streaming: false).1.emulatedStop == [
                "|", "END",
            ]
        )
    }

    // MARK: Thinking in the text

    static let thoughts = [
        // (what the model writes behind a prompt that opened the tag, thinking, answer)
        ("Hm.\n</think>\n\nYes.", "Hm.", "Yes."),
        ("<think>\nHm.\n</think>\n\nYes.", "Hm.", "Yes."),
        ("</think>Yes.", "", "Yes."),
        ("\n\n</think>\n\nYes, </think> is a tag.", "", "Yes, </think> is a tag."),
        ("a < b, a </ b, </thin> x\n  y </think> Yes.", "a < b, a </ b, </thin> x\n  y", "Yes."),
        ("One.</think>\n<think>Two.</think>\nYes.\n", "One.Two.", "Yes.\n"),
        ("never closed </thi", "never closed </thi", "never closed </thi"),
        ("é€😀</think>é€😀", "é€😀", "é€😀"),
        (String(repeating: " ", count: 200) + "x" + String(repeating: "\n", count: 40) + "</think>y", "x", "y"),
    ]

    @Test(arguments: thoughts)
    func thinkingIsToldFromTheAnswerAtEveryChunking(text: String, thinking: String, answer: String) throws {
        let model = try PromptModels.shipped("DeepSeek-R1")
        let letters = text.map { String($0) }
        for size in [1, 2, 3, 7, 1_000] {
            var chunks = stride(from: 0, to: letters.count, by: size).map { start in
                letters[start..<min(start + size, letters.count)].joined()
            }.map { "{\"choices\":[{\"text\":\(Self.json($0)),\"stop_reason\":null}]}" }
            chunks.append(#"{"choices":[{"text":"","stop_reason":"stop"}]}"#)
            let read = try Answer(chunks: chunks, model)
            #expect(read.thinking == thinking, "chunks of \(size)")
            #expect(read.text == answer, "chunks of \(size)")
            #expect(read.finishes == 1)
        }
    }

    @Test(arguments: [
        ("Yes.", "", "Yes."), (" <think>Hm.</think> Yes.", "Hm.", "Yes."),
        ("a <think>b</think>", "", "a <think>b</think>"),
        ("  <thin", "", "  <thin"), ("<thinking>a</think>", "", "<thinking>a</think>"),
    ])
    func onlyATagThatOpensTheAnswerCounts(text: String, thinking: String, answer: String) throws {
        let model = try PromptModels.text("{\(Self.prompt), reasoning_tags: [think]}")
        for chunks in [[text], text.map { String($0) }] {
            let read = try Answer(
                chunks: chunks.map { "{\"generation\":\(Self.json($0))}" } + [#"{"stop_reason":"stop"}"#],
                model
            )
            #expect(read.thinking == thinking)
            #expect(read.text == answer)
        }
    }

    @Test
    func stopTextsAreNotSearchedInThinking() throws {
        let model = try PromptModels.shipped("DeepSeek-R1")
        var talk = Talk((.user, ["Hi"]))
        talk.emulatedStop = ["END"]
        let body = #"{"choices":[{"text":"END of thought</think>Yes END no","stop_reason":"stop"}]}"#
        let read = try Answer(whole: body, model, talk)
        #expect(read.thinking == "END of thought")
        #expect(read.text == "Yes ")
    }

    /// Whatever the entry says of its thinking: tags alone say that it stands in the text.
    @Test
    func stopTextsAreKeptFromAModelThatThinksInItsText() throws {
        let model = try PromptModels.text("{\(Self.prompt), reasoning_tags: [think]}")
        var talk = Talk((.user, ["Hi"]))
        talk.stop = ["END"]
        let (call, context) = try PromptModels.adapter(model).call(for: talk.conversation, streaming: false)
        #expect(String(buffer: call.body.joined) == #"{"prompt":"<u>Hi<a>"}"#)
        #expect(context.emulatedStop == ["END"])
        #expect(context.report.adjusted == ["stop=emulated"])
    }

    private static func json(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(buffer: writer.buffer)
    }
}
