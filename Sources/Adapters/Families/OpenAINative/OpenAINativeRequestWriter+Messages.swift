import Catalog
import JSON
import NIOCore

extension OpenAINativeRequestWriter {
    // MARK: Messages

    /// Writes the messages as the client wrote them, unless they hold what the endpoint could not read or the conversation
    /// had to be changed or mended; the reasoning that the client gives back stays either way.
    func writeMessages(
        _ value: JSONValue?,
        of conversation: borrowing Conversation,
        to writer: inout JSONWriter,
        report: inout TranslationReport
    ) throws(AdapterError) {
        writer.key("messages")
        if let value, passesMessages(of: conversation), value.elements.allSatisfy(isPlain) {
            let last = value.elements.reduce(nil) { $1 as JSONValue? }
            if last?["role"]?.equals("assistant") != true || model.capabilities.contains(.prefill) {
                return writer.raw(value)
            }
        }
        var reasoning = ReasoningHistory(value)
        try chat.writeMessages(conversation, reasoning: &reasoning, to: &writer)
        // A message that only thinks is not sent, nor is what it thought.
        if reasoning.isLeft { report.drop("reasoning_content") }
    }

    /// Whether the policy left the conversation as the client has it.
    private func passesMessages(of conversation: borrowing Conversation) -> Bool {
        guard !conversation.isMended else { return false }
        return switch conversation.structuredOutput {
        case .none, .native, .tool: model.capabilities.contains(.systemPrompt)
        case .instruction: false
        }
    }

    /// Whether a message holds nothing but what Bedrock takes, with images that are data and names that AWS takes.
    private func isPlain(_ message: JSONValue) -> Bool {
        switch message["role"]?.string {
        case "system", "developer", "user", "assistant": break
        // A tool that says nothing is refused.
        case "tool":
            guard let content = message["content"], !content.isNull, content.kind == .string || content.count > 0 else {
                return false
            }
        default: return false
        }
        for (key, value) in message.members {
            switch key.string {
            case "content" where value.isNull: continue
            case "content":
                guard value.kind == .string || value.elements.allSatisfy(isPlainPart) else { return false }
            case "tool_calls":
                for call in value.elements {
                    guard let name = call["function"]?["name"]?.text, ToolNameMap.isLegal(name),
                        call["cache_control"] == nil
                    else { return false }
                }
            case "role", "name", "tool_call_id", "refusal", "reasoning_content": continue
            // Bedrock refuses a key that it does not know, whatever its value.
            default: return false
            }
        }
        return true
    }

    private func isPlainPart(_ part: JSONValue) -> Bool {
        guard part["cache_control"] == nil else { return false }
        switch part["type"]?.string {
        case "text": return true
        case "image_url":
            guard let url = part["image_url"]?["url"]?.text else { return false }
            return url.escaped.readableBytesView.starts(with: "data:".utf8)
        // Converse reads documents and sounds for certain; where there is no Converse the endpoint may.
        case "input_audio": return !model.converse
        case "file":
            guard !model.converse, let data = part["file"]?["file_data"]?.text else { return false }
            return data.escaped.readableBytesView.starts(with: "data:".utf8)
        default: return false
        }
    }

    // MARK: Tools

    func writeTools(_ value: JSONValue?, of conversation: borrowing Conversation, to writer: inout JSONWriter) {
        guard !conversation.tools.isEmpty else { return }
        writer.key("tools")
        if let value, isUnchanged(value, conversation.tools) {
            writer.raw(value)
        } else {
            chat.writeTools(conversation.tools, to: &writer)
        }
    }

    /// Whether a list names the same functions in the same order, and nothing else.
    private func isUnchanged(_ value: JSONValue, _ tools: [Tool]) -> Bool {
        guard model.toolSchemas == .any, value.count == tools.count else { return false }
        return zip(value.elements, tools).allSatisfy { element, tool in
            element["type"]?.equals("function") == true && element["function"]?["name"]?.text == tool.name
                && element["cache_control"] == nil
        }
    }

    func writeToolChoice(_ value: JSONValue?, of conversation: borrowing Conversation, to writer: inout JSONWriter) {
        guard !conversation.tools.isEmpty else { return }
        if conversation.toolChoice == .automatic, value?.equals("auto") == true {
            writer.key("tool_choice")
            writer.string(literal: "auto")
        } else {
            chat.writeToolChoice(conversation.toolChoice, to: &writer)
        }
    }

    // MARK: Format

    /// Passes a format on that the model honours itself; others were turned into a tool or an instruction.
    func writeResponseFormat(_ value: JSONValue?, of conversation: borrowing Conversation, to writer: inout JSONWriter)
    {
        guard let value, conversation.structuredOutput == .native else { return }
        writer.key("response_format")
        writer.raw(value)
    }
}
