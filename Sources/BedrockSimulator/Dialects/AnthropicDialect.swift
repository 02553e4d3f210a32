import JSON
import NIOCore

/// Claude's Messages API on InvokeModel and InvokeModelWithResponseStream.
///
/// `{"anthropic_version":"bedrock-2023-05-31","max_tokens":16,"messages":[{"role":"user","content":"Hi"}]}` is answered with
/// `{"id":"msg_…","type":"message","role":"assistant","content":[{"type":"text","text":"…"}],"stop_reason":"end_turn",…}`, or
/// with chunks such as `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"…"}}`.
struct AnthropicDialect: Dialect {
    func prompt(of call: SimulatedCall) throws(SimulatorError) -> Prompt {
        for name in ["anthropic_version", "max_tokens", "messages"] where call.body[name]?.isNull ?? true {
            throw .validation(
                "Malformed input request: #: required key [\(name)] not found, please reformat your input and try again."
            )
        }
        try ShapeCheck.check(call.body, AnthropicShapes.request, voice: .anthropic)
        var reader = AnthropicReader(call: call)
        return try reader.read()
    }

    func write(_ answer: Answer, to prompt: Prompt, of call: SimulatedCall, into writer: inout JSONWriter) {
        writer.beginObject()
        Self.writeHead(model: call.model, to: &writer)
        writer.key("content")
        writer.beginArray()
        for block in answer.blocks { Self.write(block, isStart: false, to: &writer) }
        writer.endArray()
        Self.writeStop(answer.stop, to: &writer)
        writer.key("usage")
        Self.write(answer.usage, output: answer.usage.output, to: &writer)
        InvokeGuardrail.write(prompt, answer.stop, to: &writer)
        writer.endObject()
    }

    private static func writeHead(model: ModelID, to writer: inout JSONWriter) {
        writer.key("model")
        writer.string(String(model.name.dropFirst(model.isClaude ? 10 : 0)))
        writer.key("id")
        writer.string(literal: "msg_bdrk_simulated")
        writer.key("type")
        writer.string(literal: "message")
        writer.key("role")
        writer.string(literal: "assistant")
    }

    private static func writeStop(_ stop: Answer.Stop, to writer: inout JSONWriter) {
        writer.key("stop_reason")
        switch stop {
        case .endTurn, .guardrail: writer.string(literal: "end_turn")
        case .toolUse: writer.string(literal: "tool_use")
        case .maximumTokens: writer.string(literal: "max_tokens")
        case .stopSequence: writer.string(literal: "stop_sequence")
        case .refusal: writer.string(literal: "refusal")
        }
        writer.key("stop_sequence")
        if case .stopSequence(let sequence) = stop { writer.string(sequence) } else { writer.null() }
    }

    private static func write(_ usage: Usage, output: Int, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("input_tokens")
        writer.int(usage.input)
        writer.key("cache_creation_input_tokens")
        writer.int(usage.cacheWrite)
        writer.key("cache_read_input_tokens")
        writer.int(usage.cacheRead)
        writer.key("output_tokens")
        writer.int(output)
        writer.endObject()
    }

    /// Writes a block; at the start of a stream's block its content is still empty.
    private static func write(_ block: Answer.Block, isStart: Bool, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("type")
        switch block {
        case .thinking(let pieces, let signature):
            writer.string(literal: "thinking")
            writer.key("thinking")
            writer.string(isStart ? "" : pieces.joined())
            writer.key("signature")
            writer.string(isStart ? "" : signature)
        case .redacted(let data):
            writer.string(literal: "redacted_thinking")
            writer.key("data")
            writer.string(data)
        case .text(let pieces):
            writer.string(literal: "text")
            writer.key("text")
            writer.string(isStart ? "" : pieces.joined())
        case .numbers(let limit):
            writer.string(literal: "text")
            writer.key("text")
            writer.string(isStart ? "" : (1...max(1, limit ?? 1)).map(Answer.numberText).joined())
        case .tool(let id, let name, let arguments):
            writer.string(literal: "tool_use")
            writer.key("id")
            writer.string("toolu_bdrk_" + id.dropFirst("tooluse_".count))
            writer.key("name")
            writer.string(name)
            writer.key("input")
            writer.raw(ByteBuffer(string: isStart || arguments.isEmpty ? "{}" : arguments.joined()))
        }
        writer.endObject()
    }
}

// MARK: Events

extension AnthropicDialect {
    func write(_ event: AnswerEvent, of reply: StreamedReply, to output: inout StreamOutput) {
        switch event {
        case .start:
            output.chunk { writer in
                writer.key("type")
                writer.string(literal: "message_start")
                writer.key("message")
                writer.beginObject()
                Self.writeHead(model: reply.model, to: &writer)
                writer.key("content")
                writer.beginArray()
                writer.endArray()
                writer.key("stop_reason")
                writer.null()
                writer.key("stop_sequence")
                writer.null()
                writer.key("usage")
                Self.write(reply.answer.usage, output: 1, to: &writer)
                writer.endObject()
            }
        case .open(let index, let block):
            output.chunk { writer in
                writer.key("type")
                writer.string(literal: "content_block_start")
                writer.key("index")
                writer.int(index)
                writer.key("content_block")
                Self.write(block, isStart: true, to: &writer)
            }
        case .text(let index, let text): Self.delta(index, "text_delta", "text", text, to: &output)
        case .thinking(let index, let text): Self.delta(index, "thinking_delta", "thinking", text, to: &output)
        case .signature(let index, let text): Self.delta(index, "signature_delta", "signature", text, to: &output)
        case .arguments(let index, let text): Self.delta(index, "input_json_delta", "partial_json", text, to: &output)
        case .close(let index, _):
            output.chunk { writer in
                writer.key("type")
                writer.string(literal: "content_block_stop")
                writer.key("index")
                writer.int(index)
            }
        case .stop:
            output.chunk { writer in
                writer.key("type")
                writer.string(literal: "message_delta")
                writer.key("delta")
                writer.beginObject()
                Self.writeStop(reply.answer.stop, to: &writer)
                writer.endObject()
                writer.key("usage")
                writer.beginObject()
                writer.key("output_tokens")
                writer.int(reply.answer.usage.output)
                writer.endObject()
            }
            output.chunk { writer in
                writer.key("type")
                writer.string(literal: "message_stop")
                InvokeGuardrail.write(reply.prompt, reply.answer.stop, to: &writer)
                reply.answer.usage.writeInvocationMetrics(to: &writer)
            }
        }
    }

    private static func delta(
        _ index: Int,
        _ type: StaticString,
        _ member: StaticString,
        _ text: String,
        to output: inout StreamOutput
    ) {
        output.chunk { writer in
            writer.key("type")
            writer.string(literal: "content_block_delta")
            writer.key("index")
            writer.int(index)
            writer.key("delta")
            writer.beginObject()
            writer.key("type")
            writer.string(literal: type)
            writer.key(member)
            writer.string(text)
            writer.endObject()
        }
    }
}
