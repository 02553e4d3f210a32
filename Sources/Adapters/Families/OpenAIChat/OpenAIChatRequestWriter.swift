import Catalog
import JSON
import NIOCore

/// Writes a body in OpenAI's chat completions dialect (INVOKE.md, "OpenAI-style families").
struct OpenAIChatRequestWriter {
    let model: Model
    let options: OpenAIChatOptions

    func body(for conversation: Conversation, report: inout TranslationReport) throws(AdapterError) -> ByteBuffer {
        var writer = JSONWriter(capacity: 2048)
        writer.beginObject()
        writer.key("messages")
        try writeMessages(conversation, to: &writer)
        writeSampling(conversation.sampling, to: &writer)
        if !conversation.stop.isEmpty {
            writer.key("stop")
            writeStop(conversation.stop, to: &writer)
        }
        if !conversation.tools.isEmpty {
            writer.key("tools")
            writeTools(conversation.tools, to: &writer)
            writeToolChoice(conversation.toolChoice, to: &writer)
        }
        writeResponseFormat(conversation, to: &writer)
        let plan = conversation.thinkingPlan
        if let effort = plan.effort(wanted: conversation.thinking, for: model.thinking) {
            EffortFields.write(effort, field: model.thinking.effortField, to: &writer)
        }
        writer.endObject()
        return Self.finished(writer.buffer, model: model, conversation: conversation, report: &report)
    }

    // MARK: Parameters

    private func writeSampling(_ sampling: SamplingParameters, to writer: inout JSONWriter) {
        if let tokens = sampling.maxOutputTokens {
            writer.key((options.limitField ?? .maxTokens).rawValue)
            writer.int(tokens)
        }
        if let temperature = sampling.temperature {
            writer.key("temperature")
            writer.double(temperature)
        }
        if let topP = sampling.topP {
            writer.key("top_p")
            writer.double(topP)
        }
        if let topK = sampling.topK {
            writer.key("top_k")
            writer.int(topK)
        }
        if let seed = sampling.seed {
            writer.key("seed")
            writer.int(seed)
        }
        if let penalty = sampling.frequencyPenalty {
            writer.key("frequency_penalty")
            writer.double(penalty)
        }
        if let penalty = sampling.presencePenalty {
            writer.key("presence_penalty")
            writer.double(penalty)
        }
    }

    func writeStop(_ stop: [JSONText], to writer: inout JSONWriter) {
        writer.beginArray()
        for text in stop { writer.string(text) }
        writer.endArray()
    }

    private func writeResponseFormat(_ conversation: Conversation, to writer: inout JSONWriter) {
        guard conversation.structuredOutput == .native, case .jsonSchema(let format) = conversation.outputFormat else {
            return
        }
        writer.key("response_format")
        writer.beginObject()
        writer.key("type")
        writer.string(literal: "json_schema")
        writer.key("json_schema")
        writer.beginObject()
        writer.key("name")
        writer.string(format.name)
        if let description = format.description {
            writer.key("description")
            writer.string(description)
        }
        writer.key("schema")
        writer.raw(format.schema)
        if format.strict {
            writer.key("strict")
            writer.bool(true)
        }
        writer.endObject()
        writer.endObject()
    }

    // MARK: Tools

    func writeTools(_ tools: [Tool], to writer: inout JSONWriter) {
        writer.beginArray()
        for tool in tools {
            writer.beginObject()
            writer.key("type")
            writer.string(literal: "function")
            writer.key("function")
            writer.beginObject()
            writer.key("name")
            writer.string(tool.name)
            if let description = tool.description {
                writer.key("description")
                writer.string(description)
            }
            writer.key("parameters")
            writer.raw(tool.inputSchema)
            if tool.strict {
                writer.key("strict")
                writer.bool(true)
            }
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
    }

    /// Writes `tool_choice` unless the model decides, which is what it does when told nothing.
    func writeToolChoice(_ choice: ToolChoice, to writer: inout JSONWriter) {
        guard choice != .automatic, !options.omitsToolChoice else { return }
        writer.key("tool_choice")
        switch choice {
        case .automatic: writer.string(literal: "auto")
        case .none: writer.string(literal: "none")
        case .required: writer.string(options.requiredWord.rawValue)
        case .named(let name):
            writer.beginObject()
            writer.key("type")
            writer.string(literal: "function")
            writer.key("function")
            writer.beginObject()
            writer.key("name")
            writer.string(name)
            writer.endObject()
            writer.endObject()
        }
    }

    // MARK: Merging

    /// The members that decide where a request goes and how it comes back; a client's additional fields may not set them.
    private static let reserved: Set<String> = ["model", "stream", "stream_options", "n"]

    /// Merges the entry's template under a body and the client's additional fields over it.
    static func finished(
        _ body: ByteBuffer,
        model: Model,
        conversation: Conversation,
        report: inout TranslationReport
    ) -> ByteBuffer {
        var body = body
        if let template = model.request { body = RequestTemplate.merged(under: body, template: template) }
        guard let wanted = conversation.additionalFields, wanted.count > 0 else { return body }
        var fields = JSONWriter()
        fields.beginObject()
        for (key, value) in wanted.members {
            guard let name = key.text else { continue }
            if reserved.contains(name.string) {
                report.drop("additional_model_request_fields.\(name.string)")
            } else {
                fields.key(name)
                fields.raw(value)
            }
        }
        fields.endObject()
        guard let lower = try? JSONValue.parse(body), let upper = try? JSONValue.parse(fields.buffer) else {
            return body
        }
        var merged = JSONWriter(capacity: body.readableBytes + fields.buffer.readableBytes)
        merged.merged(lower: lower, upper: upper)
        return merged.buffer
    }
}
