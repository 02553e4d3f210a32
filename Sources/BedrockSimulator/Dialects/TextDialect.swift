import JSON
import NIOCore

/// The families that take one text and continue it.
///
/// | family | request | answer, whole and streamed |
/// |---|---|---|
/// | Llama | `{"prompt":"…","max_gen_len":16}` | `{"generation":"…","prompt_token_count":9,"generation_token_count":1,"stop_reason":"stop"}` |
/// | Mistral | `{"prompt":"<s>[INST] … [/INST]","max_tokens":16}` | `{"outputs":[{"text":"…","stop_reason":"stop"}]}` |
/// | DeepSeek R1 | `{"prompt":"…","max_tokens":16}` | `{"choices":[{"text":"… </think> …","stop_reason":"stop"}]}` |
/// | Titan | `{"inputText":"…","textGenerationConfig":{…}}` | `{"results":[{"outputText":"…","completionReason":"FINISHED"}],…}` |
struct TextDialect: Dialect {
    /// A family.
    enum Family {
        case llama
        case mistral
        case deepSeek
        case titan
    }

    let family: Family

    func prompt(of call: SimulatedCall) throws(SimulatorError) -> Prompt {
        try ShapeCheck.check(call.body, TextShapes.request(of: family), voice: .schema)
        let body = call.body
        var prompt = Prompt()
        prompt.turns = 1
        prompt.thinks = family == .deepSeek
        let configuration = body["textGenerationConfig"]
        if let text = (body["prompt"] ?? body["inputText"])?.text {
            prompt.read(text)
            prompt.lastUserText = PromptText.lastUserTurn(of: text.string)
        }
        prompt.maximumTokens = (body["max_gen_len"] ?? body["max_tokens"] ?? configuration?["maxTokenCount"])?.int
        prompt.stopSequences = (body["stop"] ?? configuration?["stopSequences"])?.elements.compactMap(\.string) ?? []
        for image in body["images"].map({ $0.elements.map { $0 } }) ?? [] {
            let (count, start) = (image.text?.decodedBytes ?? ByteBuffer()).withUnsafeReadableBytes {
                (Base64.decodedCount($0), Base64.prefix($0))
            }
            guard let format = ImageFormat(startingWith: start) else { throw .validation("Could not process image") }
            prompt.attachments.append(Prompt.Attachment(kind: "image", details: [format.rawValue], bytes: count))
        }
        return prompt
    }

    func write(_ answer: Answer, to prompt: Prompt, of call: SimulatedCall, into writer: inout JSONWriter) {
        let thinking = answer.thinking
        let text = family == .deepSeek && !thinking.isEmpty ? "\(thinking)\n</think>\n\n\(answer.text)" : answer.text
        writer.beginObject()
        write(text, usage: answer.usage, stop: answer.stop, isWhole: true, to: &writer)
        InvokeGuardrail.write(prompt, answer.stop, to: &writer)
        writer.endObject()
    }

    func write(_ event: AnswerEvent, of reply: StreamedReply, to output: inout StreamOutput) {
        let usage = reply.answer.usage
        /// The counts in the midst of an answer, of which the model tells the tokens so far.
        func said(_ tokens: Int) -> Usage {
            var usage = usage
            usage.output = tokens
            return usage
        }
        switch event {
        case .start where family == .llama:
            // The one chunk that counts the prompt (INVOKE.md, Meta Llama).
            output.chunk { write("", usage: said(0), stop: nil, isWhole: false, isFirst: true, to: &$0) }
        case .text(_, let text), .arguments(_, let text):
            output.pieces += 1
            let usage = said(output.pieces)
            output.chunk { write(text, usage: usage, stop: nil, isWhole: false, to: &$0) }
        case .thinking(_, let text) where family == .deepSeek:
            output.chunk { write(text, usage: usage, stop: nil, isWhole: false, to: &$0) }
        case .close(_, .thinking) where family == .deepSeek:
            // The mark is torn, as it may be by a model's own tokens.
            for text in ["\n</thi", "nk>\n", "\n"] {
                output.chunk { write(text, usage: usage, stop: nil, isWhole: false, to: &$0) }
            }
        case .stop:
            output.chunk { writer in
                write("", usage: usage, stop: reply.answer.stop, isWhole: false, to: &writer)
                InvokeGuardrail.write(reply.prompt, reply.answer.stop, to: &writer)
                usage.writeInvocationMetrics(to: &writer)
            }
        default: break
        }
    }

    private func write(
        _ text: String,
        usage: Usage,
        stop: Answer.Stop?,
        isWhole: Bool,
        isFirst: Bool = false,
        to writer: inout JSONWriter
    ) {
        var isLength = false
        if case .maximumTokens = stop { isLength = true }
        switch family {
        case .llama:
            writer.key("generation")
            writer.string(text)
            writer.key("prompt_token_count")
            if isWhole || isFirst { writer.int(usage.input) } else { writer.null() }
            writer.key("generation_token_count")
            writer.int(usage.output)
            writeStop(stop, isLength, to: &writer)
        case .mistral, .deepSeek:
            if family == .mistral { writer.key("outputs") } else { writer.key("choices") }
            writer.beginArray()
            writer.beginObject()
            writer.key("text")
            writer.string(text)
            writeStop(stop, isLength, to: &writer)
            writer.endObject()
            writer.endArray()
        case .titan:
            writer.key("inputTextTokenCount")
            writer.int(usage.input)
            if isWhole {
                writer.key("results")
                writer.beginArray()
                writer.beginObject()
                writer.key("tokenCount")
            } else {
                writer.key("index")
                writer.int(0)
                writer.key("totalOutputTextTokenCount")
            }
            writer.int(usage.output)
            writer.key("outputText")
            writer.string(text)
            writer.key("completionReason")
            if stop == nil {
                writer.null()
            } else {
                writer.string(isLength ? "LENGTH" : isWhole ? "FINISHED" : "FINISH")
            }
            if isWhole {
                writer.endObject()
                writer.endArray()
            }
        }
    }

    private func writeStop(_ stop: Answer.Stop?, _ isLength: Bool, to writer: inout JSONWriter) {
        writer.key("stop_reason")
        if stop == nil { writer.null() } else { writer.string(isLength ? "length" : "stop") }
    }
}
