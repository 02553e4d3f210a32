import Catalog
import JSON
import NIOCore

extension OpenAIChatRequestWriter {
    /// Writes the instructions and the turns, each assistant's with the reasoning that is found for it.
    func writeMessages(
        _ conversation: borrowing Conversation,
        reasoning: inout ReasoningHistory,
        to writer: inout JSONWriter
    ) throws(AdapterError) {
        writer.beginArray()
        if !conversation.system.isEmpty {
            begin("system", to: &writer)
            writer.string(joining: Self.joined(conversation.system.map(\.text), by: "\n\n"))
            writer.endObject()
        }
        for turn in conversation.turns {
            switch turn.role {
            case .user: try writeUser(turn.blocks, to: &writer)
            case .assistant: writeAssistant(turn.blocks, reasoning: &reasoning, to: &writer)
            }
        }
        writer.endArray()
    }

    /// Opens a message up to its content.
    private func begin(_ role: StaticString, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("role")
        writer.string(literal: role)
        writer.key("content")
    }

    // MARK: The user's side

    /// Writes what tools answered as messages of their own, and the user's words after them.
    private func writeUser(_ blocks: [ContentBlock], to writer: inout JSONWriter) throws(AdapterError) {
        var said: [ContentBlock] = []
        var hasParts = false
        for block in blocks {
            switch block {
            case .toolResult(let result): try write(result, to: &writer)
            case .text: said.append(block)
            case .image:
                if options.takesStringsOnly { throw .cannotSay("images") }
                hasParts = true
                said.append(block)
            case .document:
                guard writesFiles else { throw .cannotSay("documents") }
                hasParts = true
                said.append(block)
            case .media(let media): throw .cannotSay(media.kind == .video ? "video" : "audio")
            case .toolUse, .thinking, .cacheMark: continue
            }
        }
        guard !said.isEmpty else { return }
        begin("user", to: &writer)
        if hasParts {
            writer.beginArray()
            for block in said { try writePart(block, to: &writer) }
            writer.endArray()
        } else {
            writer.string(joining: Self.joined(Self.texts(of: said), by: "\n"))
        }
        writer.endObject()
    }

    private func writePart(_ block: ContentBlock, to writer: inout JSONWriter) throws(AdapterError) {
        writer.beginObject()
        writer.key("type")
        switch block {
        case .image(let image):
            guard case .base64(let data) = image.source else { throw .cannotSay("images in S3") }
            writer.string(literal: "image_url")
            writer.key("image_url")
            writer.beginObject()
            writer.key("url")
            writer.string(joining: [JSONText("data:image/\(image.format.rawValue);base64,"), data])
            writer.endObject()
        case .text(let text):
            writer.string(literal: "text")
            writer.key("text")
            writer.string(text)
        case .document(let document):
            guard case .base64(let data) = document.source else { throw .cannotSay("documents that are text") }
            writer.string(literal: "file")
            writer.key("file")
            writer.beginObject()
            writer.key("filename")
            writer.string("\(document.name).\(document.format)")
            writer.key("file_data")
            writer.string(joining: [JSONText("data:\(DocumentFormat.mediaType(of: document.format));base64,"), data])
            writer.endObject()
        default: break
        }
        writer.endObject()
    }

    /// Whether documents are written as OpenAI's own `file` parts: where there is no Converse, which reads them for certain.
    private var writesFiles: Bool { model.adapter == .openAINative && !model.converse }

    private func write(_ result: ToolResultBlock, to writer: inout JSONWriter) throws(AdapterError) {
        for block in result.content {
            switch block {
            case .text, .cacheMark: continue
            default: throw .cannotSay("images and documents in tool results")
            }
        }
        var texts = Self.texts(of: result.content).filter { !$0.isBlank }
        if texts.isEmpty { texts = ["(no output)"] }
        // These dialects have no member for it, and the model must not take a failure for an answer.
        if result.isError { texts.insert("[The call failed with:]", at: 0) }
        begin("tool", to: &writer)
        writer.string(joining: Self.joined(texts, by: "\n"))
        writer.key("tool_call_id")
        writer.string(callID(result.toolUseID))
        writer.endObject()
    }

    // MARK: The model's side

    private func writeAssistant(
        _ blocks: [ContentBlock],
        reasoning: inout ReasoningHistory,
        to writer: inout JSONWriter
    ) {
        let calls = blocks.compactMap { block -> ToolUseBlock? in
            if case .toolUse(let use) = block { use } else { nil }
        }
        let texts = Self.texts(of: blocks)
        // Mistral refuses an assistant that says nothing.
        guard !calls.isEmpty || !texts.isEmpty else { return }
        begin("assistant", to: &writer)
        writer.string(joining: Self.joined(texts, by: "\n"))
        let thoughts = reasoning.take(for: blocks)
        if !thoughts.isEmpty {
            writer.key("reasoning_content")
            writer.string(joining: Self.joined(thoughts, by: "\n"))
        }
        if !calls.isEmpty {
            writer.key("tool_calls")
            writer.beginArray()
            for call in calls { write(call, to: &writer) }
            writer.endArray()
        }
        writer.endObject()
    }

    private func write(_ call: ToolUseBlock, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.string(callID(call.id))
        writer.key("type")
        writer.string(literal: "function")
        writer.key("function")
        writer.beginObject()
        writer.key("name")
        writer.string(call.name)
        writer.key("arguments")
        writer.string(escaping: call.input)
        writer.endObject()
        writer.endObject()
    }

    private func callID(_ id: JSONText) -> JSONText {
        options.callIDs == .alnum9 ? OpenAICallID.nineCharacters(for: id) : id
    }

    // MARK: Text

    private static func texts(of blocks: [ContentBlock]) -> [JSONText] {
        blocks.compactMap { block in
            if case .text(let text) = block { text } else { nil }
        }
    }

    /// Texts with a separator between them, to be written as one string: every family takes a string.
    private static func joined(_ texts: [JSONText], by separator: JSONText) -> [JSONText] {
        guard texts.count > 1 else { return texts }
        var pieces: [JSONText] = []
        for text in texts {
            if !pieces.isEmpty { pieces.append(separator) }
            pieces.append(text)
        }
        return pieces
    }
}
