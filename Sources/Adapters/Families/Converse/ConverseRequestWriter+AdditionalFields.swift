import Catalog
import JSON
import NIOCore

extension ConverseRequestWriter {
    /// Writes what Converse has no field for, in the names of the model's own family; the client's fields win.
    func writeAdditionalFields(
        _ conversation: borrowing Conversation,
        to writer: inout JSONWriter,
        report: inout TranslationReport
    ) {
        guard let wanted = conversation.additionalFields, wanted.count > 0 else {
            writer.object(unlessEmpty: "additionalModelRequestFields") { fields in
                writeOwnFields(conversation, to: &fields, report: &report)
            }
            return
        }
        var fields = JSONWriter()
        fields.beginObject()
        writeOwnFields(conversation, to: &fields, report: &report)
        fields.endObject()
        writer.key("additionalModelRequestFields")
        if let own = try? JSONValue.parse(fields.buffer) {
            writer.merged(lower: own, upper: wanted)
        } else {
            writer.raw(fields.buffer)
        }
    }

    private func writeOwnFields(
        _ conversation: borrowing Conversation,
        to fields: inout JSONWriter,
        report: inout TranslationReport
    ) {
        writeThinking(conversation, to: &fields)
        if !conversation.allowsParallelToolCalls, !conversation.tools.isEmpty, conversation.toolChoice != .none {
            fields.key("tool_choice")
            fields.beginObject()
            // AWS refuses a type here beside toolConfig.toolChoice.
            if conversation.toolChoice == .automatic {
                fields.key("type")
                fields.string(literal: "auto")
            }
            fields.key("disable_parallel_tool_use")
            fields.bool(true)
            fields.endObject()
        }
        writeSampling(conversation.sampling, to: &fields)
        writeBetas(conversation.betas, to: &fields, report: &report)
    }

    private func writeThinking(_ conversation: borrowing Conversation, to fields: inout JSONWriter) {
        let plan = conversation.thinkingPlan
        if let effort = plan.effort(wanted: conversation.thinking, for: model.thinking) {
            EffortFields.write(effort, field: model.thinking.effortField, to: &fields)
        } else {
            ClaudeThinking.write(plan, display: conversation.thinkingDisplay, to: &fields)
        }
    }

    private func writeSampling(_ sampling: SamplingParameters, to fields: inout JSONWriter) {
        if let topK = sampling.topK {
            if model.adapter == .nova {
                fields.key("inferenceConfig")
                fields.beginObject()
                fields.key("topK")
                fields.int(topK)
                fields.endObject()
            } else {
                fields.key("top_k")
                fields.int(topK)
            }
        }
        fields.member("seed", sampling.seed)
        fields.member("frequency_penalty", sampling.frequencyPenalty)
        fields.member("presence_penalty", sampling.presencePenalty)
    }

    private func writeBetas(_ betas: [String], to fields: inout JSONWriter, report: inout TranslationReport) {
        let accepted = betas.filter(acceptedBetas.contains)
        if accepted.count < betas.count { report.drop("anthropic_beta") }
        guard !accepted.isEmpty else { return }
        fields.key("anthropic_beta")
        fields.beginArray()
        for beta in accepted { fields.string(beta) }
        fields.endArray()
    }
}

/// Claude's thinking fields, the same in Converse's additional fields and in its own body.
enum ClaudeThinking {
    /// Writes `thinking` and, where there is an effort or a schema, `output_config`.
    static func write(
        _ plan: ThinkingPlan,
        display wanted: ThinkingDisplay?,
        format: JSONSchemaFormat? = nil,
        to writer: inout JSONWriter
    ) {
        switch plan {
        case .omit, .effort: break
        case .disabled: writeType("disabled", to: &writer) { _ in }
        case .budget(let tokens):
            writeType("enabled", to: &writer) { writer in
                writer.key("budget_tokens")
                writer.int(tokens)
            }
        case .adaptive(_, let display):
            writeType("adaptive", to: &writer) { writer in
                guard display else { return }
                writer.key("display")
                writer.string((wanted ?? .summarized).rawValue)
            }
        }
        var effort: EffortLevel?
        if case .adaptive(let level?, _) = plan { effort = level }
        guard effort != nil || format != nil else { return }
        writer.key("output_config")
        writer.beginObject()
        if let effort {
            writer.key("effort")
            writer.string(effort.rawValue)
        }
        if let format {
            writer.key("format")
            writer.beginObject()
            writer.key("type")
            writer.string(literal: "json_schema")
            writer.key("schema")
            writer.raw(format.schema)
            writer.endObject()
        }
        writer.endObject()
    }

    private static func writeType(
        _ type: StaticString,
        to writer: inout JSONWriter,
        _ rest: (inout JSONWriter) -> Void
    ) {
        writer.key("thinking")
        writer.beginObject()
        writer.key("type")
        writer.string(literal: type)
        rest(&writer)
        writer.endObject()
    }
}

/// The fields in which the other families are told how hard to think.
enum EffortFields {
    static func write(_ effort: EffortLevel, field: Thinking.EffortField, to writer: inout JSONWriter) {
        switch field {
        case .reasoningEffort:
            writer.key("reasoning_effort")
            writer.string(effort.rawValue)
        case .reasoning:
            writer.key("reasoning")
            writer.beginObject()
            writer.key("effort")
            writer.string(effort.rawValue)
            writer.endObject()
        case .reasoningConfig:
            writer.key("reasoningConfig")
            writer.beginObject()
            writer.key("type")
            writer.string(effort == .none ? "disabled" : "enabled")
            if effort != .none {
                writer.key("maxReasoningEffort")
                writer.string(effort.rawValue)
            }
            writer.endObject()
        }
    }
}
