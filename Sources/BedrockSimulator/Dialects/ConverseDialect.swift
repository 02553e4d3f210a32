import JSON
import NIOCore

/// Converse and ConverseStream.
///
/// `{"messages":[{"role":"user","content":[{"text":"Hi"}]}],"inferenceConfig":{"maxTokens":16}}` is answered with
/// `{"output":{"message":{"role":"assistant","content":[{"text":"…"}]}},"stopReason":"end_turn","usage":{…},"metrics":{…}}`, or
/// with events such as `contentBlockDelta` `{"contentBlockIndex":0,"delta":{"text":"…"}}`.
struct ConverseDialect: Dialect {
    func prompt(of call: SimulatedCall) throws(SimulatorError) -> Prompt {
        let shape = call.operation.isStream ? ConverseShapes.streamRequest : ConverseShapes.request
        try ShapeCheck.check(call.body, shape, voice: .service)
        var reader = ConverseReader(call: call)
        return try reader.read()
    }

    func write(_ answer: Answer, to prompt: Prompt, of call: SimulatedCall, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("metrics")
        Self.writeMetrics(to: &writer)
        writer.key("output")
        writer.beginObject()
        writer.key("message")
        writer.beginObject()
        writer.key("content")
        writer.beginArray()
        for block in answer.blocks { Self.write(block, to: &writer) }
        writer.endArray()
        writer.key("role")
        writer.string(literal: "assistant")
        writer.endObject()
        writer.endObject()
        Self.writeStop(of: answer, prompt, to: &writer)
        Self.writeTrace(prompt, answer, to: &writer)
        writer.key("usage")
        Self.write(answer.usage, to: &writer)
        writer.endObject()
    }

    private static func write(_ block: Answer.Block, to writer: inout JSONWriter) {
        writer.beginObject()
        switch block {
        case .thinking(let pieces, let signature):
            writer.key("reasoningContent")
            writer.beginObject()
            writer.key("reasoningText")
            writer.beginObject()
            writer.key("signature")
            writer.string(signature)
            writer.key("text")
            writer.string(pieces.joined())
            writer.endObject()
            writer.endObject()
        case .redacted(let data):
            writer.key("reasoningContent")
            writer.beginObject()
            writer.key("redactedContent")
            writer.string(data)
            writer.endObject()
        case .text(let pieces):
            writer.key("text")
            writer.string(pieces.joined())
        case .numbers(let limit):
            writer.key("text")
            writer.string((1...max(1, limit ?? 1)).map(Answer.numberText).joined())
        case .tool(let id, let name, let arguments):
            writer.key("toolUse")
            writer.beginObject()
            writer.key("input")
            writer.raw(ByteBuffer(string: arguments.isEmpty ? "{}" : arguments.joined()))
            writer.key("name")
            writer.string(name)
            writer.key("toolUseId")
            writer.string(id)
            writer.endObject()
        }
        writer.endObject()
    }

    private static func writeStop(of answer: Answer, _ prompt: Prompt, to writer: inout JSONWriter) {
        if case .stopSequence(let sequence) = answer.stop, prompt.responseFieldPaths.contains("/stop_sequence") {
            writer.key("additionalModelResponseFields")
            writer.beginObject()
            writer.key("stop_sequence")
            writer.string(sequence)
            writer.endObject()
        }
        writer.key("stopReason")
        switch answer.stop {
        case .endTurn: writer.string(literal: "end_turn")
        case .toolUse: writer.string(literal: "tool_use")
        case .maximumTokens: writer.string(literal: "max_tokens")
        case .stopSequence: writer.string(literal: "stop_sequence")
        case .guardrail: writer.string(literal: "guardrail_intervened")
        case .refusal: writer.string(literal: "content_filtered")
        }
    }

    private static func writeTrace(_ prompt: Prompt, _ answer: Answer, to writer: inout JSONWriter) {
        guard prompt.wantsGuardrailTrace, case .guardrail = answer.stop else { return }
        writer.key("trace")
        writer.beginObject()
        writer.key("guardrail")
        writer.beginObject()
        writer.key("inputAssessment")
        writer.beginObject()
        writer.key(prompt.guardrail)
        writer.raw(
            ByteBuffer(
                string: #"{"contentPolicy":{"filters":[{"action":"BLOCKED","confidence":"HIGH","type":"INSULTS"}]}}"#
            )
        )
        writer.endObject()
        writer.endObject()
        writer.endObject()
    }

    private static func writeMetrics(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("latencyMs")
        writer.int(12)
        writer.endObject()
    }

    static func write(_ usage: Usage, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("cacheReadInputTokens")
        writer.int(usage.cacheRead)
        writer.key("cacheWriteInputTokens")
        writer.int(usage.cacheWrite)
        writer.key("inputTokens")
        writer.int(usage.input)
        writer.key("outputTokens")
        writer.int(usage.output)
        writer.key("totalTokens")
        writer.int(usage.total)
        writer.endObject()
    }
}

// MARK: Events

extension ConverseDialect {
    private static let messageStart = FrameWriter.Headers.event("messageStart")
    private static let blockStart = FrameWriter.Headers.event("contentBlockStart")
    private static let blockDelta = FrameWriter.Headers.event("contentBlockDelta")
    private static let blockStop = FrameWriter.Headers.event("contentBlockStop")
    private static let messageStop = FrameWriter.Headers.event("messageStop")
    private static let metadata = FrameWriter.Headers.event("metadata")

    func write(_ event: AnswerEvent, of reply: StreamedReply, to output: inout StreamOutput) {
        switch event {
        case .start:
            output.event(Self.messageStart) { writer in
                writer.key("role")
                writer.string(literal: "assistant")
            }
        case .open(let index, .tool(let id, let name, _)):
            output.event(Self.blockStart) { writer in
                writer.key("contentBlockIndex")
                writer.int(index)
                writer.key("start")
                writer.beginObject()
                writer.key("toolUse")
                writer.beginObject()
                writer.key("name")
                writer.string(name)
                writer.key("toolUseId")
                writer.string(id)
                writer.endObject()
                writer.endObject()
            }
        case .open(let index, .redacted(let data)):
            Self.delta(index, "reasoningContent", "redactedContent", data, to: &output)
        case .open: break
        case .text(let index, let text):
            output.event(Self.blockDelta) { writer in
                writer.key("contentBlockIndex")
                writer.int(index)
                writer.key("delta")
                writer.beginObject()
                writer.key("text")
                writer.string(text)
                writer.endObject()
            }
        case .thinking(let index, let text): Self.delta(index, "reasoningContent", "text", text, to: &output)
        case .signature(let index, let text): Self.delta(index, "reasoningContent", "signature", text, to: &output)
        case .arguments(let index, let text): Self.delta(index, "toolUse", "input", text, to: &output)
        case .close(let index, _):
            output.event(Self.blockStop) { writer in
                writer.key("contentBlockIndex")
                writer.int(index)
            }
        case .stop:
            output.event(Self.messageStop) { Self.writeStop(of: reply.answer, reply.prompt, to: &$0) }
            output.event(Self.metadata) { writer in
                writer.key("metrics")
                Self.writeMetrics(to: &writer)
                Self.writeTrace(reply.prompt, reply.answer, to: &writer)
                writer.key("usage")
                Self.write(reply.answer.usage, to: &writer)
            }
        }
    }

    private static func delta(
        _ index: Int,
        _ kind: StaticString,
        _ member: StaticString,
        _ text: String,
        to output: inout StreamOutput
    ) {
        output.event(blockDelta) { writer in
            writer.key("contentBlockIndex")
            writer.int(index)
            writer.key("delta")
            writer.beginObject()
            writer.key(kind)
            writer.beginObject()
            writer.key(member)
            writer.string(text)
            writer.endObject()
            writer.endObject()
        }
    }
}
