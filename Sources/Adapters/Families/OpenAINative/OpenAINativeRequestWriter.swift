import BedrockRuntime
import Catalog
import JSON

/// Writes a client's chat completions body again, member by member in its order, with as little changed as must be.
///
/// Who decides about a member: 1. the gateway, for the model's id, streaming and its own extensions; 2. the fitted
/// conversation, for what the entry limits; 3. the client's bytes, for the few others that Bedrock takes. What is left is
/// not sent, since Bedrock refuses a key that it does not know; `additional_model_request_fields` may hold any.
struct OpenAINativeRequestWriter {
    let model: Model
    let modelID: String
    let options: OpenAIChatOptions
    let streaming: Bool

    func body(for conversation: borrowing Conversation, report: inout TranslationReport) throws(AdapterError)
        -> BedrockBody
    {
        let source = conversation.passthrough?.body
        var writer = JSONWriter(capacity: min(source?.byteRange.count ?? 1024, JSONWriter.passesOnFrom) + 256)
        var written: Set<Member> = []
        writer.beginObject()
        for (name, value) in Self.members(of: source) where !value.isNull {
            guard let member = Member(name) else {
                guard Self.passed.contains(name) else { continue }
                writer.key(name)
                writer.raw(value)
                if conversation.report.dropped.contains(name) { report.pass(name) }
                continue
            }
            guard written.insert(member).inserted else { continue }
            try write(member, name, value, of: conversation, to: &writer, report: &report)
        }
        for member in Member.allCases where !written.contains(member) {
            try write(member, member.rawValue, nil, of: conversation, to: &writer, report: &report)
        }
        writer.endObject()
        return OpenAIChatRequestWriter.finished(
            BedrockBody(writer),
            model: model,
            conversation: conversation,
            report: &report
        )
    }

    /// The members of a body, each name once, where it first stands, with the last value that it has.
    private static func members(of source: JSONValue?) -> [(name: String, value: JSONValue)] {
        guard let source else { return [] }
        var members: [(name: String, value: JSONValue)] = []
        var places: [String: Int] = [:]
        members.reserveCapacity(source.count)
        for (key, value) in source.members {
            guard let name = key.string else { continue }
            if let place = places[name] {
                members[place].value = value
            } else {
                places[name] = members.count
                members.append((name, value))
            }
        }
        return members
    }

    /// The members that are not simply passed on or left out, with the name under which each is written.
    private enum Member: String, CaseIterable {
        case model
        case messages
        case limit = "max_completion_tokens"
        case temperature
        case topP = "top_p"
        case topK = "top_k"
        case seed
        case frequencyPenalty = "frequency_penalty"
        case presencePenalty = "presence_penalty"
        case stop
        case tools
        case toolChoice = "tool_choice"
        case parallelToolCalls = "parallel_tool_calls"
        case responseFormat = "response_format"
        case reasoning = "reasoning_effort"
        case serviceTier = "service_tier"
        case stream
        case streamOptions = "stream_options"

        init?(_ name: String) {
            switch name {
            case "max_tokens": self = .limit
            case "stop_sequences": self = .stop
            case "functions": self = .tools
            case "function_call": self = .toolChoice
            case "reasoning", "thinking": self = .reasoning
            default: self.init(rawValue: name)
            }
        }
    }

    /// The members of OpenAI's that Bedrock takes and that nothing here looks at.
    ///
    /// `user` and `safety_identifier` are not among them: who asks is nobody's business but the gateway's.
    private static let passed: Set<String> = ["verbosity", "prompt_cache_key", "prediction"]

    private func write(
        _ member: Member,
        _ name: String,
        _ value: JSONValue?,
        of conversation: borrowing Conversation,
        to writer: inout JSONWriter,
        report: inout TranslationReport
    ) throws(AdapterError) {
        let sampling = conversation.sampling
        switch member {
        case .model:
            writer.key("model")
            writer.string(modelID)
        case .messages: try writeMessages(value, of: conversation, to: &writer, report: &report)
        case .limit:
            let field = options.limitField?.rawValue ?? name
            write(sampling.maxOutputTokens, as: value, key: field, to: &writer) { $0.int($1) }
        case .temperature: write(sampling.temperature, as: value, key: name, to: &writer) { $0.double($1) }
        case .topP: write(sampling.topP, as: value, key: name, to: &writer) { $0.double($1) }
        case .topK: write(sampling.topK, as: value, key: name, to: &writer) { $0.int($1) }
        case .seed: write(sampling.seed, as: value, key: name, to: &writer) { $0.int($1) }
        case .frequencyPenalty: write(sampling.frequencyPenalty, as: value, key: name, to: &writer) { $0.double($1) }
        case .presencePenalty: write(sampling.presencePenalty, as: value, key: name, to: &writer) { $0.double($1) }
        case .stop:
            guard !conversation.stop.isEmpty else { return }
            writer.key("stop")
            chat.writeStop(conversation.stop, to: &writer)
        case .tools: writeTools(name == "tools" ? value : nil, of: conversation, to: &writer)
        case .toolChoice: writeToolChoice(value, of: conversation, to: &writer)
        case .parallelToolCalls:
            guard !conversation.tools.isEmpty else { return }
            if !conversation.allowsParallelToolCalls {
                writer.key("parallel_tool_calls")
                writer.bool(false)
            } else if let value {
                writer.key("parallel_tool_calls")
                writer.raw(value)
            }
        case .responseFormat: writeResponseFormat(value, of: conversation, to: &writer)
        case .reasoning:
            // Chat completions have this one field for it, whatever the entry's other doors have.
            let plan = conversation.thinkingPlan
            guard let effort = plan.effort(wanted: conversation.thinking, for: model.thinking) else { return }
            EffortFields.write(effort, field: .reasoningEffort, to: &writer)
        case .serviceTier:
            guard let tier = conversation.serviceTier else { return }
            writer.key("service_tier")
            writer.string(tier)
        case .stream:
            guard streaming else { return }
            writer.key("stream")
            writer.bool(true)
        case .streamOptions:
            // Counts are always wanted, for the log; the client sees them only if it asked.
            guard streaming else { return }
            writer.key("stream_options")
            writer.beginObject()
            writer.key("include_usage")
            writer.bool(true)
            writer.endObject()
        }
    }

    var chat: OpenAIChatRequestWriter { OpenAIChatRequestWriter(model: model, options: options) }

    /// Writes a fitted number in the client's spelling where it is still the client's.
    private func write<Number: Equatable>(
        _ fitted: Number?,
        as value: JSONValue?,
        key: String,
        to writer: inout JSONWriter,
        _ number: (inout JSONWriter, Number) -> Void
    ) {
        guard let fitted else { return }
        writer.key(key)
        if let value, value.double as? Number == fitted || value.int as? Number == fitted {
            writer.raw(value)
        } else {
            number(&writer, fitted)
        }
    }
}
