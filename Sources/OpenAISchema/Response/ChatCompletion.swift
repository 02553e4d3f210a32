public import JSON
public import NIOCore

/// A whole answer, `chat.completion`.
public struct ChatCompletion: Sendable {
    /// Id, time and model.
    public var identity: ReplyIdentity
    /// The choices in order of their index.
    public var choices: [Choice]
    /// Token counts of all choices together.
    public var usage: Usage?
    /// The tier that served the call.
    public var serviceTier: String?
    /// A guardrail's assessment, as AWS wrote it.
    public var guardrailTrace: JSONValue?

    /// Creates an answer.
    public init(identity: ReplyIdentity, choices: [Choice], usage: Usage? = nil) {
        self.identity = identity
        self.choices = choices
        self.usage = usage
    }

    /// One choice, gathered from the pieces of an answer.
    public struct Choice: Sendable {
        /// The pieces of the visible answer.
        public var content: [JSONText] = []
        /// The pieces of thinking.
        public var reasoning: [JSONText] = []
        /// Thinking blocks to give back.
        public var thinkingBlocks: [ReplyThinkingBlock] = []
        /// Tool calls in order.
        public var toolCalls: [ToolCall] = []
        /// `finish_reason`.
        public var finishReason = "stop"

        /// Creates an empty choice.
        public init() {}
    }

    /// A tool call with the pieces of its arguments.
    public struct ToolCall: Sendable {
        /// The spellings of a call.
        public enum Form: Sendable {
            case function
            /// `{"type": "custom", "custom": {"name", "input"}}`.
            case custom
            /// The deprecated `function_call`.
            case legacy
        }

        /// The call's id.
        public var id: JSONText
        /// The function's name.
        public var name: JSONText
        /// The pieces of the text of its arguments, or of a custom tool's input.
        public var arguments: [JSONText]
        /// How the call is spelled.
        public var form: Form

        /// Creates a call.
        public init(id: JSONText, name: JSONText, arguments: [JSONText] = [], form: Form = .function) {
            self.id = id
            self.name = name
            self.arguments = arguments
            self.form = form
        }
    }
}

extension ChatCompletion {
    /// The answer's JSON.
    public func body() -> ByteBuffer {
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        identity.writeMembers(object: "chat.completion", to: &writer)
        writer.key("choices")
        writer.beginArray()
        for (index, choice) in choices.enumerated() { choice.write(index: index, to: &writer) }
        writer.endArray()
        if let usage {
            writer.key("usage")
            usage.write(to: &writer)
        }
        if let serviceTier {
            writer.key("service_tier")
            writer.string(serviceTier)
        }
        writer.key("system_fingerprint")
        writer.null()
        if let guardrailTrace {
            writer.key("guardrail_trace")
            writer.raw(guardrailTrace)
        }
        writer.endObject()
        return writer.buffer
    }
}

extension ChatCompletion.Choice {
    fileprivate func write(index: Int, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("index")
        writer.int(index)
        writer.key("message")
        writer.beginObject()
        writer.key("role")
        writer.string(literal: "assistant")
        writer.key("content")
        // OpenAI answers null where there are only tool calls, and "" where there is nothing at all.
        if content.isEmpty, !toolCalls.isEmpty { writer.null() } else { writer.string(joining: content) }
        writer.key("refusal")
        writer.null()
        writer.key("annotations")
        writer.beginArray()
        writer.endArray()
        if !reasoning.isEmpty {
            writer.key("reasoning_content")
            writer.string(joining: reasoning)
        }
        if !thinkingBlocks.isEmpty {
            writer.key("thinking_blocks")
            writer.beginArray()
            for block in thinkingBlocks { block.write(to: &writer) }
            writer.endArray()
        }
        writeToolCalls(to: &writer)
        writer.endObject()
        writer.key("logprobs")
        writer.null()
        writer.key("finish_reason")
        writer.string(finishReason)
        writer.endObject()
    }

    private func writeToolCalls(to writer: inout JSONWriter) {
        guard let first = toolCalls.first else { return }
        if first.form == .legacy {
            writer.key("function_call")
            first.writeFunction(to: &writer)
            return
        }
        writer.key("tool_calls")
        writer.beginArray()
        for call in toolCalls {
            writer.beginObject()
            writer.key("id")
            writer.string(call.id)
            writer.key("type")
            if call.form == .custom {
                writer.string(literal: "custom")
                writer.key("custom")
                call.writeFunction(argumentsKey: "input", to: &writer)
            } else {
                writer.string(literal: "function")
                writer.key("function")
                call.writeFunction(to: &writer)
            }
            writer.endObject()
        }
        writer.endArray()
    }
}

extension ChatCompletion.ToolCall {
    fileprivate func writeFunction(argumentsKey: StaticString = "arguments", to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("name")
        writer.string(name)
        writer.key(argumentsKey)
        writer.string(joining: arguments)
        writer.endObject()
    }
}
