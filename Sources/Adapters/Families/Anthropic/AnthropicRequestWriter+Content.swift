import BedrockRuntime
import JSON
import NIOCore

extension AnthropicRequestWriter {
    func write(_ turn: Turn, to writer: inout JSONWriter) throws(AdapterError) {
        writer.beginObject()
        writer.key("role")
        writer.string(literal: turn.role == .user ? "user" : "assistant")
        writer.key("content")
        if turn.blocks.count == 1, case .text(let text) = turn.blocks[0] {
            writer.string(text)
        } else {
            try write(turn.blocks, to: &writer)
        }
        writer.endObject()
    }

    private func write(_ blocks: [ContentBlock], to writer: inout JSONWriter) throws(AdapterError) {
        writer.beginArray()
        for (index, block) in blocks.enumerated() {
            if case .cacheMark = block { continue }
            // A mark is a member of the block that it follows.
            var mark: CacheMark?
            if index + 1 < blocks.count, case .cacheMark(let next) = blocks[index + 1] { mark = next }
            try write(block, mark, to: &writer)
        }
        writer.endArray()
    }

    private func write(_ block: ContentBlock, _ mark: CacheMark?, to writer: inout JSONWriter) throws(AdapterError) {
        writer.beginObject()
        writer.key("type")
        switch block {
        case .text(let text):
            writer.string(literal: "text")
            writer.key("text")
            writer.string(text)
        case .image(let image):
            writer.string(literal: "image")
            writer.key("source")
            try writeBase64(image.source, mediaType: "image/\(image.format.rawValue)", "images in S3", to: &writer)
        case .document(let document): try write(document, to: &writer)
        case .toolUse(let use):
            writer.string(literal: "tool_use")
            writer.key("id")
            writer.string(use.id)
            writer.key("name")
            writer.string(use.name)
            writer.key("input")
            writer.raw(use.input)
        case .toolResult(let result): try write(result, to: &writer)
        case .thinking(.signed(let text, let signature)):
            writer.string(literal: "thinking")
            writer.key("thinking")
            writer.string(text)
            writer.key("signature")
            writer.string(signature)
        case .thinking(.redacted(let data)):
            writer.string(literal: "redacted_thinking")
            writer.key("data")
            writer.string(data)
        case .media(let media): throw .cannotSay(media.kind.rawValue)
        case .cacheMark: break
        }
        if case .thinking = block {} else { writeCacheControl(mark, to: &writer) }
        writer.endObject()
    }

    private func write(_ result: ToolResultBlock, to writer: inout JSONWriter) throws(AdapterError) {
        writer.string(literal: "tool_result")
        writer.key("tool_use_id")
        writer.string(result.toolUseID)
        writer.key("content")
        let content = result.content.filter { !$0.isBlankText }
        if content.count == 1, case .text(let text) = content[0] {
            writer.string(text)
        } else if content.isEmpty {
            // An empty answer is fine, but an error must say something.
            writer.string(literal: "(no output)")
        } else {
            try write(content, to: &writer)
        }
        if result.isError {
            writer.key("is_error")
            writer.bool(true)
        }
    }

    private func write(_ document: DocumentBlock, to writer: inout JSONWriter) throws(AdapterError) {
        writer.string(literal: "document")
        writer.key("source")
        switch (document.format, document.source) {
        case ("pdf", _): try writeBase64(document.source, mediaType: "application/pdf", "documents in S3", to: &writer)
        case (_, .text(let text)): writePlainText(text, to: &writer)
        case ("txt", .base64(let data)), ("md", .base64(let data)), ("csv", .base64(let data)),
            ("html", .base64(let data)):
            guard let bytes = Base64.decode(data.decodedBytes) else {
                throw .unsupported(
                    param: document.part ?? "messages",
                    message: "The document '\(document.name)' is not valid base64."
                )
            }
            guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else {
                // Converse takes the bytes as they are.
                throw .cannotSay("text documents that are not UTF-8")
            }
            writePlainText(JSONText(text), to: &writer)
        default: throw .cannotSay("\(document.format) documents")
        }
        writer.key("title")
        writer.string(document.name)
        if document.citations {
            writer.key("citations")
            writer.beginObject()
            writer.key("enabled")
            writer.bool(true)
            writer.endObject()
        }
    }

    private func writePlainText(_ text: JSONText, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("type")
        writer.string(literal: "text")
        writer.key("media_type")
        writer.string(literal: "text/plain")
        writer.key("data")
        writer.string(text)
        writer.endObject()
    }

    private func writeBase64(
        _ source: MediaSource,
        mediaType: String,
        _ what: String,
        to writer: inout JSONWriter
    ) throws(AdapterError) {
        guard case .base64(let data) = source else { throw .cannotSay(what) }
        writer.beginObject()
        writer.key("type")
        writer.string(literal: "base64")
        writer.key("media_type")
        writer.string(mediaType)
        writer.key("data")
        writer.string(data)
        writer.endObject()
    }
}
