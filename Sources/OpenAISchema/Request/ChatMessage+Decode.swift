import JSON

extension ChatMessage {
    /// Decodes one message.
    static func decode(_ value: JSONValue, path: @autoclosure () -> String) throws(OpenAIError) -> ChatMessage {
        guard value.kind == .object else { throw RequestReader.wrongType(value, "an object", path()) }
        // Nearly every message: who, and a text.
        if value.count == 2, let text = value.text("content"), let role = Role.names["role", of: value],
            role != .tool, role != .function
        {
            return ChatMessage(role: role, content: .text(text), extras: nil)
        }
        var role: Role?
        var content: JSONValue?
        var extras: Extras.Fields?
        for (key, member) in value.members {
            switch Field.names[key] {
            case nil: continue
            case .role?: role = try Self.role(member, "\(path()).role") ?? role
            case .content?: content = member
            case let field?:
                if extras == nil {
                    // SDKs echo whole messages, with nulls for what they do not have.
                    if member.isNull { continue }
                    extras = Extras.Fields()
                }
                try extras?.decode(field, member, path: path())
            }
        }
        guard let role else { throw RequestReader.missing("\(path()).role") }
        let said = try Self.content(content, "\(path()).content")
        if role == .tool, extras?.toolCallID == nil { throw RequestReader.missing("\(path()).tool_call_id") }
        if role == .function, extras?.name == nil { throw RequestReader.missing("\(path()).name") }
        switch (role, said) {
        case (.user, .none), (.system, .none), (.developer, .none): throw RequestReader.missing("\(path()).content")
        default: break
        }
        return ChatMessage(role: role, content: said, extras: extras.map { Extras($0) })
    }

    private static func role(_ value: JSONValue, _ path: @autoclosure () -> String) throws(OpenAIError) -> Role? {
        if let role = Role.names[value] { return role }
        guard try RequestReader.string(value, path()) != nil else { return nil }
        throw .badRequest(
            .invalidValue,
            param: path(),
            "'\(path())' must be system, developer, user, assistant, tool or function."
        )
    }

    private static func content(_ value: JSONValue?, _ path: @autoclosure () -> String) throws(OpenAIError) -> Content {
        guard let value, !value.isNull else { return .none }
        if let text = value.text { return .text(text) }
        guard value.kind == .array else {
            throw RequestReader.wrongType(value, "a string or an array of parts", path())
        }
        return .parts(try ContentPart.list(value, path()))
    }
}

extension ChatMessage {
    /// The fields of a message that are understood.
    enum Field: String, CaseIterable, Sendable {
        case role
        case content
        case name
        case toolCallID = "tool_call_id"
        case toolCalls = "tool_calls"
        case functionCall = "function_call"
        case refusal
        case cacheControl = "cache_control"
        case thinkingBlocks = "thinking_blocks"
        case reasoningDetails = "reasoning_details"

        /// Tells the fields of a message apart.
        static let names = JSONNames(Field.self)
    }
}

extension ChatMessage.Role {
    /// Tells the roles apart.
    static let names = JSONNames(ChatMessage.Role.self)
}

extension ChatMessage.Extras.Fields {
    typealias ToolCall = ChatMessage.ToolCall
    typealias FunctionCall = ChatMessage.FunctionCall
    typealias ThinkingPart = ChatMessage.ThinkingPart
    typealias EchoedThinking = ChatMessage.EchoedThinking

    /// Reads one field; of a repeated one the last counts.
    fileprivate mutating func decode(
        _ field: ChatMessage.Field,
        _ value: JSONValue,
        path: @autoclosure () -> String
    ) throws(OpenAIError) {
        switch field {
        case .role, .content: return
        case .name: name = try RequestReader.text(value, "\(path()).name")
        case .toolCallID: toolCallID = try RequestReader.text(value, "\(path()).tool_call_id")
        case .toolCalls: toolCalls = try Self.toolCalls(value, "\(path()).tool_calls")
        case .functionCall:
            guard let call = try RequestReader.object(value, "\(path()).function_call") else {
                functionCall = nil
                return
            }
            functionCall = try FunctionCall(call, path: "\(path()).function_call")
        case .refusal: refusal = try RequestReader.text(value, "\(path()).refusal")
        case .cacheControl: cacheControl = CacheControl(value)
        case .thinkingBlocks: thinkingBlocks = EchoedThinking(Self.thinkingBlocks(value), of: value)
        case .reasoningDetails: reasoningDetails = EchoedThinking(Self.reasoningDetails(value), of: value)
        }
    }

    fileprivate static func toolCalls(_ value: JSONValue, _ path: @autoclosure () -> String) throws(OpenAIError)
        -> [ToolCall]
    {
        guard let array = try RequestReader.array(value, path()) else { return [] }
        var calls: [ToolCall] = []
        for (index, element) in array.elements.enumerated() {
            let path = "\(path())[\(index)]"
            guard let call = try RequestReader.object(element, path) else {
                throw RequestReader.wrongType(element, "an object", path)
            }
            let id = try RequestReader.requiredText(call, "id", path)
            let cacheControl = CacheControl(call["cache_control"])
            // {"type": "custom", "custom": {"name", "input"}} carries free text instead of JSON arguments.
            if let custom = call["custom"], custom.kind == .object {
                let name = try RequestReader.requiredText(custom, "name", "\(path).custom")
                var writer = JSONWriter()
                writer.beginObject()
                writer.key("input")
                writer.string(custom["input"]?.text ?? .empty)
                writer.endObject()
                let function = FunctionCall(name: name, arguments: .json(writer.buffer))
                calls.append(ToolCall(id: id, function: function, cacheControl: cacheControl))
                continue
            }
            guard let function = call["function"] else { throw RequestReader.missing("\(path).function") }
            guard function.kind == .object else {
                throw RequestReader.wrongType(function, "an object", "\(path).function")
            }
            let named = try FunctionCall(function, path: "\(path).function")
            calls.append(ToolCall(id: id, function: named, cacheControl: cacheControl))
        }
        return calls
    }

    /// LiteLLM's and Anthropic's form: `{"type": "thinking", "thinking", "signature"}` or `redacted_thinking`.
    fileprivate static func thinkingBlocks(_ value: JSONValue) -> [ThinkingPart] {
        value.elements.compactMap { ThinkingPart($0) }
    }

    /// OpenRouter's form: `{"type": "reasoning.text", "text", "signature"}` or `reasoning.encrypted` with `data`.
    fileprivate static func reasoningDetails(_ value: JSONValue) -> [ThinkingPart] {
        value.elements.compactMap { detail in
            if detail["type"]?.equals("reasoning.encrypted") == true {
                guard let data = detail["data"]?.text, !data.isEmpty else { return nil }
                return .redacted(data)
            }
            guard let text = detail["text"]?.text, let signature = detail["signature"]?.text, !signature.isEmpty else {
                return nil
            }
            return .signed(text: text, signature: signature)
        }
    }
}

extension ChatMessage.ThinkingPart {
    /// Reads a thinking block; nil for one without a signature, which Bedrock would refuse.
    init?(_ block: JSONValue) {
        switch block["type"]?.string {
        case "redacted_thinking":
            guard let data = block["data"]?.text, !data.isEmpty else { return nil }
            self = .redacted(data)
        case "thinking":
            guard let signature = block["signature"]?.text, !signature.isEmpty else { return nil }
            self = .signed(text: block["thinking"]?.text ?? .empty, signature: signature)
        default: return nil
        }
    }
}

extension ChatMessage.FunctionCall {
    init(_ object: JSONValue, path: @autoclosure () -> String) throws(OpenAIError) {
        name = try RequestReader.requiredText(object, "name", path())
        switch object["arguments"] {
        case let value? where value.kind == .string: arguments = .text(value.text ?? .empty)
        case let value? where value.kind == .object: arguments = .json(value.rawBytes)
        case let value? where !value.isNull: throw RequestReader.wrongType(value, "a string", "\(path()).arguments")
        default: arguments = .text(.empty)
        }
    }
}

extension CacheControl {
    /// Reads `{"type": "ephemeral", "ttl": …}`; nil for nothing.
    ///
    /// Whatever else stands there is never an error: it is kept, to be reported.
    init?(_ value: JSONValue?) {
        guard let value, !value.isNull else { return nil }
        let isEphemeral = value.kind == .object && value["type"]?.equals("ephemeral") == true
        self.init(ttl: isEphemeral ? value["ttl"]?.string : nil, isEphemeral: isEphemeral)
    }
}
