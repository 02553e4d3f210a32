import JSON

extension ChatMessage {
    /// Decodes one message.
    init(_ value: JSONValue, path: @autoclosure () -> String) throws(OpenAIError) {
        guard value.kind == .object else { throw RequestReader.wrongType(value, "an object", path()) }
        // Nearly every message: who, and a text.
        if value.count == 2, let text = value.text("content"), let role = Self.plainRole(value) {
            self.init(role: role)
            content = .text(text)
            return
        }
        var role: Role?
        var content: JSONValue?
        self.init(role: .user)
        for (key, member) in value.members {
            switch key.string ?? "" {
            case "role":
                guard let name = try RequestReader.string(member, "\(path()).role") else { continue }
                guard let known = Role(rawValue: name) else {
                    throw .badRequest(
                        .invalidValue,
                        param: "\(path()).role",
                        "'\(path()).role' must be system, developer, user, assistant, tool or function."
                    )
                }
                role = known
            case "content": content = member
            case "name": name = try RequestReader.text(member, "\(path()).name")
            case "tool_call_id": toolCallID = try RequestReader.text(member, "\(path()).tool_call_id")
            case "tool_calls": toolCalls = try Self.toolCalls(member, "\(path()).tool_calls")
            case "function_call":
                if let call = try RequestReader.object(member, "\(path()).function_call") {
                    functionCall = try FunctionCall(call, path: "\(path()).function_call")
                }
            case "refusal": refusal = try RequestReader.text(member, "\(path()).refusal")
            case "cache_control": cacheControl = CacheControl(member)
            case "thinking_blocks": take(Self.thinkingBlocks(member), of: member)
            case "reasoning_details" where thinkingBlocks.isEmpty: take(Self.reasoningDetails(member), of: member)
            default: break
            }
        }
        guard let role else { throw RequestReader.missing("\(path()).role") }
        self.role = role
        self.content = try Self.content(content, "\(path()).content")
        if role == .tool, toolCallID == nil { throw RequestReader.missing("\(path()).tool_call_id") }
        if role == .function, name == nil { throw RequestReader.missing("\(path()).name") }
        switch (role, self.content) {
        case (.user, .none), (.system, .none), (.developer, .none): throw RequestReader.missing("\(path()).content")
        default: break
        }
    }

    private mutating func take(_ blocks: [ThinkingPart], of list: JSONValue) {
        thinkingBlocks += blocks
        if blocks.count < list.count { hasUnsignedThinking = true }
    }

    /// The role of a message that needs nothing but a content; nil for the others.
    private static func plainRole(_ message: JSONValue) -> Role? {
        if message.member("role", equals: "user") { return .user }
        if message.member("role", equals: "assistant") { return .assistant }
        return message.member("role", equals: "system") ? .system : nil
    }

    private static func content(_ value: JSONValue?, _ path: @autoclosure () -> String) throws(OpenAIError) -> Content {
        guard let value, !value.isNull else { return .none }
        if let text = value.text { return .text(text) }
        guard value.kind == .array else {
            throw RequestReader.wrongType(value, "a string or an array of parts", path())
        }
        return .parts(try ContentPart.list(value, path()))
    }

    private static func toolCalls(_ value: JSONValue, _ path: @autoclosure () -> String) throws(OpenAIError)
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
    private static func thinkingBlocks(_ value: JSONValue) -> [ThinkingPart] {
        value.elements.compactMap { ThinkingPart($0) }
    }

    /// OpenRouter's form: `{"type": "reasoning.text", "text", "signature"}` or `reasoning.encrypted` with `data`.
    private static func reasoningDetails(_ value: JSONValue) -> [ThinkingPart] {
        value.elements.compactMap { detail in
            if let data = detail["data"]?.text { return .redacted(data) }
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
