import BedrockRuntime
import Catalog
import JSON

/// Writes the body of a Converse request (CONVERSE.md §1–§3, WIRE.md §4.2).
struct ConverseRequestWriter {
    let model: Model
    /// The Anthropic beta names that Converse lets through for the model.
    let acceptedBetas: Set<String>

    func body(
        for conversation: borrowing Conversation,
        streaming: Bool,
        report: inout TranslationReport
    ) throws(AdapterError) -> BedrockBody {
        var writer = JSONWriter(capacity: 2048)
        writer.beginObject()
        writer.key("messages")
        writer.beginArray()
        let turns = conversation.turns.span
        for index in turns.indices { try write(turns[index], to: &writer) }
        writer.endArray()
        writeSystem(conversation, to: &writer)
        writeInferenceConfig(conversation, to: &writer)
        writeToolConfig(conversation, to: &writer)
        writeOutputConfig(conversation, to: &writer)
        writeAdditionalFields(conversation, to: &writer, report: &report)
        writeServiceFields(conversation, streaming: streaming, to: &writer)
        writer.endObject()
        let body = BedrockBody(consume writer)
        guard model.adapter == .converse, let template = model.request else { return body }
        return RequestTemplate.merged(under: body, template: template)
    }

    /// What is said to a model that has no other way of being told not to call tools.
    static let noTools: JSONText = "Answer in words. Do not call any tool."

    private func writeSystem(_ conversation: borrowing Conversation, to writer: inout JSONWriter) {
        let forbidsTools = conversation.toolChoice == .none && !conversation.tools.isEmpty
        guard !conversation.system.isEmpty || forbidsTools else { return }
        writer.key("system")
        writer.beginArray()
        let system = conversation.system.span
        for index in system.indices {
            writeText(system[index].text, to: &writer)
            if let mark = system[index].cacheMark { writeCachePoint(mark, to: &writer) }
        }
        if forbidsTools {
            // Converse has no "none": the tools must be named because the history calls them.
            writeText(Self.noTools, to: &writer)
        }
        writer.endArray()
    }

    /// Writes `inferenceConfig`, with `topK` only in bodies that have it there: Nova's own.
    func writeInferenceConfig(_ conversation: borrowing Conversation, topK: Int? = nil, to writer: inout JSONWriter) {
        let sampling = conversation.sampling
        guard
            sampling.maxOutputTokens != nil || sampling.temperature != nil || sampling.topP != nil || topK != nil
                || !conversation.stop.isEmpty
        else { return }
        writer.key("inferenceConfig")
        writer.beginObject()
        writer.member("maxTokens", sampling.maxOutputTokens)
        writer.member("temperature", sampling.temperature)
        writer.member("topP", sampling.topP)
        writer.member("topK", topK)
        if !conversation.stop.isEmpty {
            writer.key("stopSequences")
            writer.beginArray()
            for stop in conversation.stop { writer.string(stop) }
            writer.endArray()
        }
        writer.endObject()
    }

    func writeToolConfig(_ conversation: borrowing Conversation, to writer: inout JSONWriter) {
        guard !conversation.tools.isEmpty else { return }
        writer.key("toolConfig")
        writer.beginObject()
        writer.key("tools")
        writer.beginArray()
        for tool in conversation.tools {
            writer.beginObject()
            writer.key("toolSpec")
            writer.beginObject()
            writer.key("name")
            writer.string(tool.name)
            // Nova wants a description of every tool.
            if let description = tool.description ?? (model.adapter == .nova ? tool.name : nil) {
                writer.key("description")
                writer.string(description)
            }
            writer.key("inputSchema")
            writer.beginObject()
            writer.key("json")
            writer.raw(tool.inputSchema)
            writer.endObject()
            if tool.strict {
                writer.key("strict")
                writer.bool(true)
            }
            writer.endObject()
            writer.endObject()
            if let mark = tool.cacheMark { writeCachePoint(mark, to: &writer) }
        }
        writer.endArray()
        writeToolChoice(conversation.toolChoice, to: &writer)
        writer.endObject()
    }

    private func writeToolChoice(_ choice: ToolChoice, to writer: inout JSONWriter) {
        switch choice {
        case .automatic, .none: return
        case .required:
            writer.key("toolChoice")
            writer.beginObject()
            writer.key("any")
            writer.beginObject()
        case .named(let name):
            writer.key("toolChoice")
            writer.beginObject()
            writer.key("tool")
            writer.beginObject()
            writer.key("name")
            writer.string(name)
        }
        writer.endObject()
        writer.endObject()
    }

    private func writeOutputConfig(_ conversation: borrowing Conversation, to writer: inout JSONWriter) {
        guard conversation.structuredOutput == .native, case .jsonSchema(let format) = conversation.outputFormat else {
            return
        }
        writer.key("outputConfig")
        writer.beginObject()
        writer.key("textFormat")
        writer.beginObject()
        writer.key("type")
        writer.string(literal: "json_schema")
        writer.key("structure")
        writer.beginObject()
        writer.key("jsonSchema")
        writer.beginObject()
        writer.key("schema")
        writer.string(escaping: format.schema)
        writer.key("name")
        writer.string(format.name)
        if let description = format.description {
            writer.key("description")
            writer.string(description)
        }
        writer.endObject()
        writer.endObject()
        writer.endObject()
        writer.endObject()
    }

    private func writeServiceFields(
        _ conversation: borrowing Conversation,
        streaming: Bool,
        to writer: inout JSONWriter
    ) {
        if let guardrail = conversation.guardrail {
            writer.key("guardrailConfig")
            writer.beginObject()
            writer.key("guardrailIdentifier")
            writer.string(guardrail.identifier)
            writer.key("guardrailVersion")
            writer.string(guardrail.version)
            if let trace = guardrail.trace {
                writer.key("trace")
                writer.string(trace)
            }
            if streaming, let mode = guardrail.streamProcessingMode {
                writer.key("streamProcessingMode")
                writer.string(mode)
            }
            writer.endObject()
        }
        if !conversation.metadata.isEmpty {
            writer.key("requestMetadata")
            writer.beginObject()
            for (key, value) in conversation.metadata {
                writer.key(key)
                writer.string(value)
            }
            writer.endObject()
        }
        if let latency = conversation.latency {
            writer.key("performanceConfig")
            writer.beginObject()
            writer.key("latency")
            writer.string(latency)
            writer.endObject()
        }
        if let tier = conversation.serviceTier {
            writer.key("serviceTier")
            writer.beginObject()
            writer.key("type")
            writer.string(tier)
            writer.endObject()
        }
    }

    func writeCachePoint(_ mark: CacheMark, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("cachePoint")
        writer.beginObject()
        writer.key("type")
        writer.string(literal: "default")
        if let ttl = mark.ttl {
            writer.key("ttl")
            writer.string(ttl)
        }
        writer.endObject()
        writer.endObject()
    }
}
