import BedrockRuntime
import Catalog
import JSON

/// Writes the body of an Anthropic Messages request for InvokeModel (INVOKE.md, "Anthropic Messages").
struct AnthropicRequestWriter {
    let model: Model
    /// What the entry's template says beyond what is written anyway.
    let template: JSONValue?
    let betas: [String]

    /// What Claude gets as `max_tokens`, which it demands, where neither client nor catalog says anything.
    private static let fallbackMaxTokens = 4096

    func body(for conversation: borrowing Conversation) throws(AdapterError) -> BedrockBody {
        var writer = JSONWriter(capacity: 2048)
        writer.beginObject()
        writer.key("anthropic_version")
        writer.string(literal: "bedrock-2023-05-31")
        if !betas.isEmpty {
            writer.key("anthropic_beta")
            writer.beginArray()
            for beta in betas { writer.string(beta) }
            writer.endArray()
        }
        writer.key("max_tokens")
        writer.int(conversation.sampling.maxOutputTokens ?? model.maxOutputTokens ?? Self.fallbackMaxTokens)
        writeSampling(conversation, to: &writer)
        ClaudeThinking.write(
            conversation.thinkingPlan,
            display: conversation.thinkingDisplay,
            format: nativeFormat(of: conversation),
            to: &writer
        )
        writer.guardrailConfig(conversation.guardrail)
        writeTools(conversation, to: &writer)
        writeSystem(conversation.system, to: &writer)
        writer.key("messages")
        writer.beginArray()
        for turn in conversation.turns { try write(turn, to: &writer) }
        writer.endArray()
        writer.endObject()
        let written = BedrockBody(writer)
        let body = template.map { RequestTemplate.merged(under: written, template: $0) } ?? written
        return RequestTemplate.merged(over: body, fields: conversation.additionalFields)
    }

    /// A model's template; nil for one that only says what is written anyway, so that there is nothing to merge.
    static func template(of model: Model) -> JSONValue? {
        guard let template = model.request else { return nil }
        return template.count == 1 && template.member("anthropic_version", equals: "bedrock-2023-05-31")
            ? nil : template
    }

    private func nativeFormat(of conversation: borrowing Conversation) -> JSONSchemaFormat? {
        guard conversation.structuredOutput == .native, case .jsonSchema(let format) = conversation.outputFormat else {
            return nil
        }
        return format
    }

    private func writeSampling(_ conversation: borrowing Conversation, to writer: inout JSONWriter) {
        writer.member("temperature", conversation.sampling.temperature)
        writer.member("top_p", conversation.sampling.topP)
        writer.member("top_k", conversation.sampling.topK)
        if !conversation.stop.isEmpty {
            writer.key("stop_sequences")
            writer.beginArray()
            for stop in conversation.stop { writer.string(stop) }
            writer.endArray()
        }
    }

    private func writeSystem(_ system: [SystemBlock], to writer: inout JSONWriter) {
        guard let first = system.first else { return }
        writer.key("system")
        if system.count == 1, first.cacheMark == nil {
            writer.string(first.text)
            return
        }
        writer.beginArray()
        for block in system {
            writer.beginObject()
            writer.key("type")
            writer.string(literal: "text")
            writer.key("text")
            writer.string(block.text)
            writeCacheControl(block.cacheMark, to: &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    private func writeTools(_ conversation: borrowing Conversation, to writer: inout JSONWriter) {
        guard !conversation.tools.isEmpty else { return }
        writer.key("tools")
        writer.beginArray()
        for tool in conversation.tools {
            writer.beginObject()
            writer.declaration(
                name: tool.name,
                description: tool.description,
                schema: ("input_schema", tool.inputSchema),
                strict: tool.strict
            )
            writeCacheControl(tool.cacheMark, to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writeToolChoice(conversation, to: &writer)
    }

    private func writeToolChoice(_ conversation: borrowing Conversation, to writer: inout JSONWriter) {
        let isSerial = !conversation.allowsParallelToolCalls
        if conversation.toolChoice == .automatic, !isSerial { return }
        writer.key("tool_choice")
        writer.beginObject()
        writer.key("type")
        switch conversation.toolChoice {
        case .automatic: writer.string(literal: "auto")
        case .required: writer.string(literal: "any")
        case .none: writer.string(literal: "none")
        case .named(let name):
            writer.string(literal: "tool")
            writer.key("name")
            writer.string(name)
        }
        if isSerial, conversation.toolChoice != .none {
            writer.key("disable_parallel_tool_use")
            writer.bool(true)
        }
        writer.endObject()
    }

    func writeCacheControl(_ mark: CacheMark?, to writer: inout JSONWriter) {
        guard let mark else { return }
        writer.key("cache_control")
        writer.beginObject()
        writer.key("type")
        writer.string(literal: "ephemeral")
        if let ttl = mark.ttl {
            writer.key("ttl")
            writer.string(ttl)
        }
        writer.endObject()
    }
}
