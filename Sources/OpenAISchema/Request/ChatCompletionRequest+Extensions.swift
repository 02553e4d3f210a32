import JSON

extension ChatCompletionRequest {
    /// Thinking, identity, billing, and the fields that are this gateway's or AWS's own.
    mutating func decodeExtension(
        _ field: Field,
        _ value: JSONValue,
        _ reasoning: inout ReasoningFields
    ) throws(OpenAIError) {
        switch field {
        case .reasoningEffort: try reasoning.decodeEffort(value)
        case .reasoning: excludesReasoning = try reasoning.decodeReasoning(value)
        case .thinking: thinkingDisplay = try reasoning.decodeThinking(value)
        case .includeThinkingData: includeThinkingData = try RequestReader.bool(value, field.name)
        case .useConverseAPI: usesConverse = try RequestReader.bool(value, field.name)
        case .serviceTier:
            guard let tier = try RequestReader.string(value, field.name), !tier.isEmpty else { return }
            guard ["auto", "default", "flex", "scale", "priority", "fast", "reserved"].contains(tier) else {
                throw .badRequest(
                    .invalidValue,
                    param: field.name,
                    "'service_tier' must be auto, default, flex or priority."
                )
            }
            serviceTier = tier
        case .metadata: metadata = try RequestReader.object(value, field.name)
        case .user, .safetyIdentifier: user = try RequestReader.string(value, field.name) ?? user
        // A null in one spelling says nothing of the other.
        case .guardrailConfig, .camelGuardrailConfig:
            if let config = try RequestReader.object(value, field.name) { guardrailConfig = config }
        case .performanceConfig, .camelPerformanceConfig:
            guard let performance = try RequestReader.object(value, field.name) else { return }
            latency = try Self.latency(performance["latency"], "\(field.name).latency") ?? latency
        case .latency: latency = try Self.latency(value, field.name) ?? latency
        case .additionalModelRequestFields, .camelAdditionalModelRequestFields, .extraBody:
            if let fields = try RequestReader.object(value, field.name) { addFields(fields, field) }
        case .cacheControl: cacheControl = CacheControl(value)
        case .anthropicBeta:
            guard let list = try RequestReader.array(value, field.name) else { return }
            betas = []
            for (index, element) in list.elements.enumerated() {
                if let beta = try RequestReader.string(element, "anthropic_beta[\(index)]") { betas.append(beta) }
            }
        default: assertionFailure("nobody decodes '\(field.name)'")
        }
    }

    /// Keeps fields for the model by the name they come under: of a repeated name the last value counts.
    private mutating func addFields(_ fields: JSONValue, _ field: Field) {
        fieldsByName.removeAll { $0.name == field.name }
        fieldsByName.append((field.name, fields))
    }

    /// Merges the fields of all spellings deeply, the later over the earlier.
    mutating func mergeFields() {
        additionalFields = fieldsByName.reduce(nil as JSONValue?) { lower, upper in
            guard let lower else { return upper.fields }
            var writer = JSONWriter(capacity: lower.byteRange.count + upper.fields.byteRange.count)
            writer.merged(lower: lower, upper: upper.fields)
            return (try? JSONValue.parse(writer.buffer)) ?? upper.fields
        }
        fieldsByName = []
    }

    private static func latency(_ value: JSONValue?, _ path: String) throws(OpenAIError) -> String? {
        guard let latency = try RequestReader.string(value, path) else { return nil }
        guard latency == "standard" || latency == "optimized" else {
            throw .badRequest(.invalidValue, param: path, "'\(path)' must be standard or optimized.")
        }
        return latency
    }
}
