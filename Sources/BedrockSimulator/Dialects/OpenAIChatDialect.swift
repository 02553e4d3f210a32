import JSON
import NIOCore

/// The families whose own bodies are OpenAI's chat completions.
///
/// `{"messages":[{"role":"user","content":"Hi"}],"max_tokens":16}` is answered with a `chat.completion`, or with chunks such as
/// `{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"…"},"finish_reason":null}],…}`. Models that think
/// do so in `reasoning_content`, or in `<reasoning>` inside the content.
struct OpenAIChatDialect: Dialect {
    func prompt(of call: SimulatedCall) throws(SimulatorError) -> Prompt {
        try ShapeCheck.check(call.body, OpenAIChatShapes.request, voice: .schema)
        var reader = OpenAIChatReader(call: call)
        return try reader.read()
    }

    func write(_ answer: Answer, to prompt: Prompt, of call: SimulatedCall, into writer: inout JSONWriter) {
        let thinking = answer.thinking
        let isInline = Self.thinksInline(call.model)
        var text = answer.text
        if isInline, !thinking.isEmpty { text = "<reasoning>\(thinking)</reasoning>\(text)" }
        writer.beginObject()
        Self.writeHead("chat.completion", model: call.model, to: &writer)
        writer.key("choices")
        writer.beginArray()
        writer.beginObject()
        writer.key("index")
        writer.int(0)
        writer.key("message")
        writer.beginObject()
        writer.key("role")
        writer.string(literal: "assistant")
        writer.key("content")
        if text.isEmpty { writer.null() } else { writer.string(text) }
        if !isInline, !thinking.isEmpty {
            writer.key("reasoning_content")
            writer.string(thinking)
        }
        Self.writeCalls(of: answer, model: call.model, to: &writer)
        writer.endObject()
        let isInvoke = call.operation != .chat
        Self.writeFinish(answer.stop, model: call.model, isInvoke: isInvoke, to: &writer)
        writer.endObject()
        writer.endArray()
        writer.key("usage")
        Self.write(answer.usage, to: &writer)
        if isInvoke { InvokeGuardrail.write(prompt, answer.stop, to: &writer) }
        writer.endObject()
    }

    /// Models that wrap their thinking in tags.
    private static func thinksInline(_ model: ModelID) -> Bool {
        model.name.hasPrefix("openai.gpt-oss") || model.name.hasPrefix("moonshot.kimi-k2")
    }

    /// The older chat models of Mistral say `stop_reason`.
    private static func saysStopReason(_ model: ModelID) -> Bool {
        model.name.hasPrefix("mistral.mistral-large-2407") || model.name.hasPrefix("mistral.pixtral-large-2502")
    }

    private static func identifier(_ id: String, model: ModelID) -> String {
        let digits = id.dropFirst("tooluse_".count)
        return model.name.hasPrefix("mistral.") ? String(digits.prefix(9)) : "call_\(digits)"
    }

    private static func writeHead(_ object: StaticString, model: ModelID, to writer: inout JSONWriter) {
        writer.key("id")
        writer.string(literal: "chatcmpl-simulated")
        writer.key("object")
        writer.string(literal: object)
        writer.key("created")
        writer.int(1_768_480_496)
        writer.key("model")
        writer.string(String(model.name))
    }

    private static func writeCalls(of answer: Answer, model: ModelID, to writer: inout JSONWriter) {
        let calls = answer.blocks.filter { if case .tool = $0 { true } else { false } }
        guard !calls.isEmpty else { return }
        writer.key("tool_calls")
        writer.beginArray()
        for case .tool(let id, let name, let arguments) in calls {
            writer.beginObject()
            writer.key("id")
            writer.string(identifier(id, model: model))
            writer.key("type")
            writer.string(literal: "function")
            writer.key("function")
            writer.beginObject()
            writer.key("name")
            writer.string(name)
            writer.key("arguments")
            writer.string(arguments.joined())
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
    }

    private static func writeFinish(
        _ stop: Answer.Stop?,
        model: ModelID,
        isInvoke: Bool,
        to writer: inout JSONWriter
    ) {
        if saysStopReason(model) { writer.key("stop_reason") } else { writer.key("finish_reason") }
        switch stop {
        case nil: writer.null()
        case .toolUse: writer.string(literal: "tool_calls")
        case .maximumTokens: writer.string(literal: "length")
        case .guardrail where isInvoke: writer.string(literal: "stop")
        case .refusal, .guardrail: writer.string(literal: "content_filter")
        case .endTurn, .stopSequence: writer.string(literal: "stop")
        }
    }

    private static func write(_ usage: Usage, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("prompt_tokens")
        writer.int(usage.input)
        writer.key("completion_tokens")
        writer.int(usage.output)
        writer.key("total_tokens")
        writer.int(usage.input + usage.output)
        writer.endObject()
    }
}

// MARK: Events

extension OpenAIChatDialect {
    func write(_ event: AnswerEvent, of reply: StreamedReply, to output: inout StreamOutput) {
        let isInline = Self.thinksInline(reply.model)
        switch event {
        case .start:
            Self.chunk(reply, to: &output) { writer in
                writer.key("role")
                writer.string(literal: "assistant")
                writer.key("content")
                writer.string(literal: "")
            }
        case .open(_, .thinking) where isInline: Self.text("<reasoning>", reply, to: &output)
        case .close(_, .thinking) where isInline: Self.text("</reasoning>", reply, to: &output)
        case .thinking(_, let text) where isInline: Self.text(text, reply, to: &output)
        case .thinking(_, let text):
            Self.chunk(reply, to: &output) { writer in
                writer.key("reasoning_content")
                writer.string(text)
            }
        case .text(_, let text): Self.text(text, reply, to: &output)
        case .open(let index, .tool(let id, let name, _)):
            Self.call(index, reply, to: &output) { writer in
                writer.key("id")
                writer.string(Self.identifier(id, model: reply.model))
                writer.key("type")
                writer.string(literal: "function")
                writer.key("function")
                writer.beginObject()
                writer.key("name")
                writer.string(name)
                writer.key("arguments")
                writer.string(literal: "")
                writer.endObject()
            }
        case .arguments(let index, let text):
            Self.call(index, reply, to: &output) { writer in
                writer.key("function")
                writer.beginObject()
                writer.key("arguments")
                writer.string(text)
                writer.endObject()
            }
        case .open, .close, .signature: break
        case .stop:
            Self.chunk(reply, stop: reply.answer.stop, to: &output) { _ in }
            let isEventStream = output.framing == .eventStream
            guard reply.prompt.wantsUsage else { return output.done() }
            output.chunk { writer in
                Self.writeHead("chat.completion.chunk", model: reply.model, to: &writer)
                writer.key("choices")
                writer.beginArray()
                writer.endArray()
                writer.key("usage")
                Self.write(reply.answer.usage, to: &writer)
                guard isEventStream else { return }
                InvokeGuardrail.write(reply.prompt, reply.answer.stop, to: &writer)
                reply.answer.usage.writeInvocationMetrics(to: &writer)
            }
            output.done()
        }
    }

    private static func chunk(
        _ reply: StreamedReply,
        stop: Answer.Stop? = nil,
        to output: inout StreamOutput,
        _ delta: (inout JSONWriter) -> Void
    ) {
        let isInvoke = output.framing == .eventStream
        output.chunk { writer in
            writeHead("chat.completion.chunk", model: reply.model, to: &writer)
            writer.key("choices")
            writer.beginArray()
            writer.beginObject()
            writer.key("index")
            writer.int(0)
            writer.key("delta")
            writer.beginObject()
            delta(&writer)
            writer.endObject()
            writeFinish(stop, model: reply.model, isInvoke: isInvoke, to: &writer)
            writer.endObject()
            writer.endArray()
        }
    }

    private static func text(_ text: String, _ reply: StreamedReply, to output: inout StreamOutput) {
        chunk(reply, to: &output) { writer in
            writer.key("content")
            writer.string(text)
        }
    }

    /// Writes a piece of a tool call; calls are numbered among themselves.
    private static func call(
        _ index: Int,
        _ reply: StreamedReply,
        to output: inout StreamOutput,
        _ members: (inout JSONWriter) -> Void
    ) {
        let place = reply.answer.isInterleaved ? index / 2 : index
        let earlier = reply.answer.blocks.prefix(place).count { if case .tool = $0 { true } else { false } }
        chunk(reply, to: &output) { writer in
            writer.key("tool_calls")
            writer.beginArray()
            writer.beginObject()
            writer.key("index")
            writer.int(earlier)
            members(&writer)
            writer.endObject()
            writer.endArray()
        }
    }
}
