import BedrockRuntime
import Catalog
import JSON

/// Writes a body in OpenAI's chat completions dialect (INVOKE.md, "OpenAI-style families").
struct OpenAIChatRequestWriter {
    let model: Model
    let options: OpenAIChatOptions

    func body(for conversation: borrowing Conversation, report: inout TranslationReport) throws(AdapterError)
        -> BedrockBody
    {
        var writer = JSONWriter(capacity: 2048)
        writer.beginObject()
        writer.key("messages")
        // This door is not known to take reasoning back.
        var reasoning = ReasoningHistory()
        try writeMessages(conversation, reasoning: &reasoning, to: &writer)
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
        writer.guardrailConfig(conversation.guardrail)
        writer.endObject()
        return Self.finished(BedrockBody(writer), model: model, conversation: conversation, report: &report)
    }

    // MARK: Parameters

    private func writeSampling(_ sampling: SamplingParameters, to writer: inout JSONWriter) {
        if let tokens = sampling.maxOutputTokens {
            writer.key((options.limitField ?? .maxTokens).rawValue)
            writer.int(tokens)
        }
        writer.member("temperature", sampling.temperature)
        writer.member("top_p", sampling.topP)
        writer.member("top_k", sampling.topK)
        writer.member("seed", sampling.seed)
        writer.member("frequency_penalty", sampling.frequencyPenalty)
        writer.member("presence_penalty", sampling.presencePenalty)
    }

    func writeStop(_ stop: [JSONText], to writer: inout JSONWriter) {
        writer.beginArray()
        for text in stop { writer.string(text) }
        writer.endArray()
    }

    private func writeResponseFormat(_ conversation: borrowing Conversation, to writer: inout JSONWriter) {
        guard conversation.structuredOutput == .native, case .jsonSchema(let format) = conversation.outputFormat else {
            return
        }
        writer.key("response_format")
        writer.beginObject()
        writer.key("type")
        writer.string(literal: "json_schema")
        writer.key("json_schema")
        writer.beginObject()
        writer.declaration(
            name: format.name,
            description: format.description,
            schema: ("schema", format.schema),
            strict: format.strict
        )
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
            writer.declaration(
                name: tool.name,
                description: tool.description,
                schema: ("parameters", tool.inputSchema),
                strict: tool.strict
            )
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
        _ body: BedrockBody,
        model: Model,
        conversation: borrowing Conversation,
        report: inout TranslationReport
    ) -> BedrockBody {
        var body = body
        if let template = model.request { body = RequestTemplate.merged(under: body, template: template) }
        return RequestTemplate.merged(over: body, fields: conversation.additionalFields, report: &report) { name in
            let name = name.string
            return reserved.contains(name) ? name : nil
        }
    }
}
