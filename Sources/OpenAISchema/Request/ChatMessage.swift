public import JSON
public import NIOCore

/// One message of a chat completions request.
public struct ChatMessage: Sendable {
    /// Who speaks.
    public enum Role: String, CaseIterable, Sendable {
        case system, developer, user, assistant, tool, function
    }

    /// What a message says: nothing, a string, or parts.
    public enum Content: Sendable {
        case none
        case text(JSONText)
        case parts([ContentPart])
    }

    /// Who speaks.
    public let role: Role
    /// What is said.
    public let content: Content
    /// What the message has besides; nil for nearly every one.
    let extras: Extras?

    /// The text of a message that has nothing besides; nil for any other.
    public var plainText: JSONText? {
        if extras == nil, case .text(let text) = content { text } else { nil }
    }

    /// What few messages have.
    ///
    /// A class of its own, so that a message of words alone is as small as it looks.
    final class Extras: Sendable {
        let fields: Fields

        init(_ fields: Fields) { self.fields = fields }

        struct Fields: Sendable {
            var toolCalls: [ToolCall] = []
            var toolCallID: JSONText?
            var name: JSONText?
            var functionCall: FunctionCall?
            var refusal: JSONText?
            var thinkingBlocks = EchoedThinking()
            var reasoningDetails = EchoedThinking()
            var cacheControl: CacheControl?

            /// What stands in both spellings is wanted once.
            var thinking: EchoedThinking { thinkingBlocks.parts.isEmpty ? reasoningDetails : thinkingBlocks }
        }
    }

    /// Thinking that a client gives back in one of its spellings.
    struct EchoedThinking: Sendable {
        /// What has a signature.
        var parts: [ThinkingPart] = []
        /// Whether there was more.
        var hasUnsigned = false

        init() {}

        init(_ parts: [ThinkingPart], of list: JSONValue) {
            self.parts = parts
            hasUnsigned = parts.count < list.count
        }
    }

    /// The tool calls of an assistant's message.
    public var toolCalls: [ToolCall] { extras?.fields.toolCalls ?? [] }
    /// The call that a tool's message answers.
    public var toolCallID: JSONText? { extras?.fields.toolCallID }
    /// The name of the speaker, or of the function that a `function` message answers for.
    public var name: JSONText? { extras?.fields.name }
    /// The deprecated single call of an assistant's message.
    public var functionCall: FunctionCall? { extras?.fields.functionCall }
    /// An assistant's refusal.
    public var refusal: JSONText? { extras?.fields.refusal }
    /// Signed or encrypted thinking that the client echoes, in order.
    public var thinkingBlocks: [ThinkingPart] { extras?.fields.thinking.parts ?? [] }
    /// Whether there was thinking without a signature, which cannot be given back.
    public var hasUnsignedThinking: Bool {
        extras.map { $0.fields.thinkingBlocks.hasUnsigned || $0.fields.thinking.hasUnsigned } ?? false
    }
    /// A cache mark on the whole message.
    public var cacheControl: CacheControl? { extras?.fields.cacheControl }

    /// A tool call of an assistant's message.
    public struct ToolCall: Sendable {
        /// The call's id.
        public var id: JSONText
        /// What is called.
        public var function: FunctionCall
        /// A cache mark.
        public var cacheControl: CacheControl?
    }

    /// A function's name and the text of its arguments.
    public struct FunctionCall: Sendable {
        /// The function's name.
        public var name: JSONText
        /// The arguments: usually JSON in a string, which may be empty or malformed; some clients send an object.
        public var arguments: Arguments
    }

    /// The arguments of a call as the client sent them.
    public enum Arguments: Sendable {
        case text(JSONText)
        case json(ByteBuffer)
    }

    /// A piece of thinking that a client gives back.
    public enum ThinkingPart: Sendable {
        case signed(text: JSONText, signature: JSONText)
        case redacted(JSONText)
    }
}

/// Anthropic's cache mark, as many OpenAI-style clients send it.
public struct CacheControl: Sendable, Hashable {
    /// `5m`, `1h`, or whatever the client wrote.
    public var ttl: String?
    /// Whether the mark is of the one type there is, `ephemeral`.
    public var isEphemeral = true
}

/// One part of a message's content.
public enum ContentPart: Sendable {
    case text(JSONText, CacheControl?)
    case image(url: JSONText, CacheControl?)
    case audio(data: JSONText, format: String, CacheControl?)
    case file(FilePart, CacheControl?)
    case video(url: JSONText, CacheControl?)
    case refusal(JSONText, CacheControl?)
    case toolUse(id: JSONText, name: JSONText, input: ByteBuffer, CacheControl?)
    case toolResult(ToolResultPart)
    case thinking(ChatMessage.ThinkingPart, CacheControl?)
    /// Thinking without a signature: it cannot be given back, and its text is not part of what was said.
    case unsignedThinking(CacheControl?)

    /// A document.
    public struct FilePart: Sendable {
        /// A data URL or bare base64.
        public var data: JSONText
        /// The file's name.
        public var filename: JSONText?
    }

    /// Anthropic's spelling of a tool's answer, inside a user message.
    public struct ToolResultPart: Sendable {
        /// The call that this answers.
        public var toolUseID: JSONText
        /// What the tool said.
        public var content: [ContentPart]
        /// Whether it failed.
        public var isError: Bool
        /// A cache mark.
        public var cacheControl: CacheControl?
    }
}
