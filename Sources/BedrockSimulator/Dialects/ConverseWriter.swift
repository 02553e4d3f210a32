import JSON
import NIOCore

/// The kinds of event in a Converse stream.
enum ConverseEventKind {
    case messageStart
    case contentBlockStart
    case contentBlockDelta
    case contentBlockStop
    case messageStop
    case metadata

    var name: StaticString {
        switch self {
        case .messageStart: "messageStart"
        case .contentBlockStart: "contentBlockStart"
        case .contentBlockDelta: "contentBlockDelta"
        case .contentBlockStop: "contentBlockStop"
        case .messageStop: "messageStop"
        case .metadata: "metadata"
        }
    }

    /// The headers of the event's frame.
    var headers: FrameWriter.Headers {
        switch self {
        case .messageStart: Self.messageStartHeaders
        case .contentBlockStart: Self.blockStartHeaders
        case .contentBlockDelta: Self.blockDeltaHeaders
        case .contentBlockStop: Self.blockStopHeaders
        case .messageStop: Self.messageStopHeaders
        case .metadata: Self.metadataHeaders
        }
    }

    private static let messageStartHeaders = FrameWriter.Headers.event("messageStart")
    private static let blockStartHeaders = FrameWriter.Headers.event("contentBlockStart")
    private static let blockDeltaHeaders = FrameWriter.Headers.event("contentBlockDelta")
    private static let blockStopHeaders = FrameWriter.Headers.event("contentBlockStop")
    private static let messageStopHeaders = FrameWriter.Headers.event("messageStop")
    private static let metadataHeaders = FrameWriter.Headers.event("metadata")
}

/// How the members of `usage` are called.
enum UsageNames {
    /// `cacheReadInputTokens`.
    case converse
    /// `cacheReadInputTokenCount`.
    case nova
}

/// Writes what Converse and Nova's own bodies have in common.
enum ConverseWriter {
    /// Writes the message, under `output`.
    static func writeAnswer(_ answer: Answer, to writer: inout JSONWriter) {
        writer.key("output")
        writer.beginObject()
        writer.key("message")
        writer.beginObject()
        writer.key("content")
        writer.beginArray()
        for block in answer.blocks { write(block, to: &writer) }
        writer.endArray()
        writer.key("role")
        writer.string(literal: "assistant")
        writer.endObject()
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

    static func writeStop(of answer: Answer, _ prompt: Prompt, _ names: UsageNames, to writer: inout JSONWriter) {
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
        // The model's own answer knows nothing of a guardrail: InvokeModel tells it beside it.
        case .guardrail where names == .nova: writer.string(literal: "end_turn")
        case .guardrail: writer.string(literal: "guardrail_intervened")
        case .refusal: writer.string(literal: "content_filtered")
        }
    }

    static func writeTrace(_ prompt: Prompt, _ answer: Answer, to writer: inout JSONWriter) {
        guard prompt.wantsGuardrailTrace, case .guardrail = answer.stop else { return }
        writer.key("trace")
        writeAssessment(of: prompt.guardrail, to: &writer)
    }

    /// Writes what a guardrail found in the conversation.
    static func writeAssessment(of guardrail: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("guardrail")
        writer.beginObject()
        writer.key("inputAssessment")
        writer.beginObject()
        writer.key(guardrail)
        writer.raw(
            ByteBuffer(
                string: #"{"contentPolicy":{"filters":[{"action":"BLOCKED","confidence":"HIGH","type":"INSULTS"}]}}"#
            )
        )
        writer.endObject()
        writer.endObject()
        writer.endObject()
    }

    static func writeMetrics(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("latencyMs")
        writer.int(12)
        writer.endObject()
    }
}

// MARK: Usage

extension ConverseWriter {
    static func write(_ usage: Usage, _ names: UsageNames, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key(names == .nova ? "cacheReadInputTokenCount" : "cacheReadInputTokens")
        writer.int(usage.cacheRead)
        writer.key(names == .nova ? "cacheWriteInputTokenCount" : "cacheWriteInputTokens")
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

extension ConverseWriter {
    /// Writes an event through a closure, which frames it.
    static func write(
        _ event: AnswerEvent,
        of reply: StreamedReply,
        usage: UsageNames,
        emit: (ConverseEventKind, (inout JSONWriter) -> Void) -> Void
    ) {
        switch event {
        case .start:
            emit(.messageStart) { writer in
                writer.key("role")
                writer.string(literal: "assistant")
            }
        case .open(let index, .tool(let id, let name, _)):
            emit(.contentBlockStart) { writer in
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
            Self.delta(index, "reasoningContent", "redactedContent", data, emit: emit)
        case .open: break
        case .text(let index, let text):
            emit(.contentBlockDelta) { writer in
                writer.key("contentBlockIndex")
                writer.int(index)
                writer.key("delta")
                writer.beginObject()
                writer.key("text")
                writer.string(text)
                writer.endObject()
            }
        case .thinking(let index, let text): Self.delta(index, "reasoningContent", "text", text, emit: emit)
        case .signature(let index, let text): Self.delta(index, "reasoningContent", "signature", text, emit: emit)
        case .arguments(let index, let text): Self.delta(index, "toolUse", "input", text, emit: emit)
        case .close(let index, _):
            emit(.contentBlockStop) { writer in
                writer.key("contentBlockIndex")
                writer.int(index)
            }
        case .stop:
            emit(.messageStop) { Self.writeStop(of: reply.answer, reply.prompt, usage, to: &$0) }
            emit(.metadata) { writer in
                writer.key("metrics")
                Self.writeMetrics(to: &writer)
                if usage == .converse { Self.writeTrace(reply.prompt, reply.answer, to: &writer) }
                writer.key("usage")
                write(reply.answer.usage, usage, to: &writer)
            }
        }
    }

    private static func delta(
        _ index: Int,
        _ kind: StaticString,
        _ member: StaticString,
        _ text: String,
        emit: (ConverseEventKind, (inout JSONWriter) -> Void) -> Void
    ) {
        emit(.contentBlockDelta) { writer in
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
