import Catalog
import JSON
import NIOCore

extension ConverseRequestWriter {
    func write(_ turn: Turn, to writer: inout JSONWriter) throws(AdapterError) {
        writer.beginObject()
        writer.key("role")
        writer.string(literal: turn.role == .user ? "user" : "assistant")
        writer.key("content")
        writer.beginArray()
        var heldMark: CacheMark?
        let blocks = turn.blocks.span
        for index in blocks.indices {
            if case .cacheMark(let mark) = blocks[index] {
                heldMark = mark
                continue
            }
            // A cache point may not follow thinking: it waits for the next block.
            if let mark = heldMark, !isAfterThinking(blocks[index], in: turn) {
                writeCachePoint(mark, to: &writer)
                heldMark = nil
            }
            try write(blocks[index], to: &writer)
        }
        if needsText(turn) { writeText(ConversationBuilder.filler, to: &writer) }
        if let mark = heldMark { writeCachePoint(mark, to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    /// Whether everything before a block is thinking, so that a mark held there has nothing to stand behind.
    private func isAfterThinking(_ block: ContentBlock, in turn: Turn) -> Bool {
        guard case .thinking? = turn.blocks.first else { return false }
        if case .thinking = block { return true }
        return false
    }

    /// A document must have a text beside it.
    private func needsText(_ turn: Turn) -> Bool {
        var hasDocument = false
        for block in turn.blocks {
            switch block {
            case .text: return false
            case .document: hasDocument = true
            default: break
            }
        }
        return hasDocument
    }

    func write(_ block: ContentBlock, to writer: inout JSONWriter) throws(AdapterError) {
        switch block {
        case .text(let text): writeText(text, to: &writer)
        case .image(let image): try write(image, to: &writer)
        case .document(let document): try write(document, to: &writer)
        case .media(let media): try write(media, to: &writer)
        case .toolUse(let use): write(use, to: &writer)
        case .toolResult(let result): try write(result, to: &writer)
        case .thinking(let thinking): write(thinking, to: &writer)
        case .cacheMark(let mark): writeCachePoint(mark, to: &writer)
        }
    }

    func writeText(_ text: JSONText, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("text")
        writer.string(text)
        writer.endObject()
    }

    private func write(_ image: ImageBlock, to writer: inout JSONWriter) throws(AdapterError) {
        writer.beginObject()
        writer.key("image")
        writer.beginObject()
        writer.key("format")
        writer.string(image.format.rawValue)
        write(image.source, to: &writer)
        writer.endObject()
        writer.endObject()
    }

    private func write(_ document: DocumentBlock, to writer: inout JSONWriter) throws(AdapterError) {
        writer.beginObject()
        writer.key("document")
        writer.beginObject()
        writer.key("format")
        writer.string(document.format)
        writer.key("name")
        writer.string(document.name)
        write(document.source, to: &writer)
        if document.citations {
            writer.key("citations")
            writer.beginObject()
            writer.key("enabled")
            writer.bool(true)
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
    }

    private func write(_ media: MediaBlock, to writer: inout JSONWriter) throws(AdapterError) {
        writer.beginObject()
        writer.key(media.kind.rawValue)
        writer.beginObject()
        writer.key("format")
        writer.string(media.format)
        write(media.source, to: &writer)
        writer.endObject()
        writer.endObject()
    }

    private func write(_ source: MediaSource, to writer: inout JSONWriter) {
        writer.key("source")
        writer.beginObject()
        switch source {
        case .base64(let data):
            writer.key("bytes")
            writer.string(data)
        case .text(let text):
            writer.key("text")
            writer.string(text)
        case .s3(let uri, let owner):
            writer.key("s3Location")
            writer.beginObject()
            writer.key("uri")
            writer.string(uri)
            if let owner {
                writer.key("bucketOwner")
                writer.string(owner)
            }
            writer.endObject()
        }
        writer.endObject()
    }

    private func write(_ use: ToolUseBlock, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("toolUse")
        writer.beginObject()
        writer.key("toolUseId")
        writer.string(use.id)
        writer.key("name")
        writer.string(use.name)
        writer.key("input")
        writer.raw(use.input)
        writer.endObject()
        writer.endObject()
    }

    private func write(_ result: ToolResultBlock, to writer: inout JSONWriter) throws(AdapterError) {
        writer.beginObject()
        writer.key("toolResult")
        writer.beginObject()
        writer.key("toolUseId")
        writer.string(result.toolUseID)
        writer.key("content")
        writer.beginArray()
        var isEmpty = true
        for block in result.content {
            if case .text(let text) = block, text.isBlank { continue }
            try write(block, to: &writer)
            isEmpty = false
        }
        if isEmpty { writeText("(no output)", to: &writer) }
        writer.endArray()
        // Only Claude and Nova take a status.
        if result.isError, isClaudeOrNova {
            writer.key("status")
            writer.string(literal: "error")
        }
        writer.endObject()
        writer.endObject()
    }

    private var isClaudeOrNova: Bool { model.adapter == .anthropic || model.adapter == .nova }

    private func write(_ thinking: ThinkingBlock, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("reasoningContent")
        writer.beginObject()
        switch thinking {
        case .signed(let text, let signature):
            writer.key("reasoningText")
            writer.beginObject()
            writer.key("text")
            writer.string(text)
            writer.key("signature")
            writer.string(signature)
            writer.endObject()
        case .redacted(let data):
            writer.key("redactedContent")
            writer.string(data)
        }
        writer.endObject()
        writer.endObject()
    }
}
