import BedrockRuntime
import Catalog
import JSON

/// Writes Nova's `messages-v1` body (INVOKE.md, "Amazon Nova"), with Converse's writer for what is the same.
struct NovaRequestWriter {
    let model: Model

    private var converse: ConverseRequestWriter { ConverseRequestWriter(model: model, acceptedBetas: []) }

    func body(for conversation: borrowing Conversation, report: inout TranslationReport) throws(AdapterError)
        -> BedrockBody
    {
        var writer = JSONWriter(capacity: 2048)
        writer.beginObject()
        writer.key("schemaVersion")
        writer.string(literal: "messages-v1")
        writeSystem(conversation, to: &writer)
        writer.key("messages")
        writer.beginArray()
        for turn in conversation.turns { try write(turn, to: &writer, report: &report) }
        writer.endArray()
        converse.writeInferenceConfig(conversation, topK: conversation.sampling.topK, to: &writer)
        converse.writeToolConfig(conversation, to: &writer)
        if case .effort(let effort) = conversation.thinkingPlan {
            EffortFields.write(effort, field: .reasoningConfig, to: &writer)
        }
        writer.guardrailConfig(conversation.guardrail)
        writer.endObject()
        var body = BedrockBody(writer)
        if let template = model.request { body = RequestTemplate.merged(under: body, template: template) }
        return RequestTemplate.merged(over: body, fields: conversation.additionalFields)
    }

    private func writeSystem(_ conversation: borrowing Conversation, to writer: inout JSONWriter) {
        let forbidsTools = conversation.toolChoice == .none && !conversation.tools.isEmpty
        guard !conversation.system.isEmpty || forbidsTools else { return }
        writer.key("system")
        writer.beginArray()
        for block in conversation.system { write(block.text, block.cacheMark, to: &writer) }
        if forbidsTools { write(ConverseRequestWriter.noTools, nil, to: &writer) }
        writer.endArray()
    }

    private func write(_ turn: Turn, to writer: inout JSONWriter, report: inout TranslationReport) throws(AdapterError)
    {
        writer.beginObject()
        writer.key("role")
        writer.string(literal: turn.role == .user ? "user" : "assistant")
        writer.key("content")
        writer.beginArray()
        for (index, block) in turn.blocks.enumerated() {
            switch block {
            case .text(let text): write(text, Self.mark(behind: index, in: turn.blocks), to: &writer)
            case .document: throw .cannotSay("documents")
            case .toolResult(let result):
                for part in result.content {
                    if case .document = part { throw .cannotSay("documents") }
                }
                try converse.write(block, to: &writer)
            // A mark with no text before it has nowhere to stand.
            case .cacheMark: if !Self.hasText(before: index, in: turn.blocks) { report.drop("cache_control") }
            default: try converse.write(block, to: &writer)
            }
        }
        writer.endArray()
        writer.endObject()
    }

    /// Writes a text with the cache point that it carries.
    private func write(_ text: JSONText, _ mark: CacheMark?, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("text")
        writer.string(text)
        if mark != nil {
            writer.key("cachePoint")
            writer.beginObject()
            writer.key("type")
            writer.string(literal: "default")
            writer.endObject()
        }
        writer.endObject()
    }

    /// The mark that comes after a text and before the next one.
    private static func mark(behind index: Int, in blocks: [ContentBlock]) -> CacheMark? {
        for block in blocks.dropFirst(index + 1) {
            switch block {
            case .text: return nil
            case .cacheMark(let mark): return mark
            default: continue
            }
        }
        return nil
    }

    private static func hasText(before index: Int, in blocks: [ContentBlock]) -> Bool {
        blocks.prefix(index).contains { if case .text = $0 { true } else { false } }
    }
}
