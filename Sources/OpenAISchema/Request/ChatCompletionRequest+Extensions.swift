import JSON

extension ChatCompletionRequest {
    /// Thinking, identity, billing, and the fields that are this gateway's or AWS's own.
    mutating func decodeExtension(
        _ name: String,
        _ value: JSONValue,
        _ reasoning: inout ReasoningFields
    ) throws(OpenAIError) -> Bool {
        switch name {
        case "reasoning_effort": try reasoning.decodeEffort(value)
        case "reasoning": excludesReasoning = try reasoning.decodeReasoning(value)
        case "thinking": thinkingDisplay = try reasoning.decodeThinking(value)
        case "include_thinking_data": includeThinkingData = try RequestReader.bool(value, name)
        case "use_converse_api": usesConverse = try RequestReader.bool(value, name)
        case "service_tier":
            guard let tier = try RequestReader.string(value, name), !tier.isEmpty else { return true }
            guard ["auto", "default", "flex", "scale", "priority", "fast", "reserved"].contains(tier) else {
                throw .badRequest(.invalidValue, param: name, "'service_tier' must be auto, default, flex or priority.")
            }
            serviceTier = tier
        case "metadata": metadata = try RequestReader.object(value, name)
        case "user", "safety_identifier": user = try RequestReader.string(value, name) ?? user
        case "guardrailConfig", "guardrail_config": guardrailConfig = try RequestReader.object(value, name)
        case "performanceConfig", "performance_config":
            guard let performance = try RequestReader.object(value, name) else { return true }
            latency = try Self.latency(performance["latency"], "\(name).latency")
        case "latency": latency = try Self.latency(value, name)
        case "additional_model_request_fields", "additionalModelRequestFields", "extra_body":
            if let fields = try RequestReader.object(value, name) { addFields(fields, name) }
        case "cache_control": cacheControl = CacheControl(value)
        case "anthropic_beta":
            guard let list = try RequestReader.array(value, name) else { return true }
            betas = []
            for (index, element) in list.elements.enumerated() {
                if let beta = try RequestReader.string(element, "anthropic_beta[\(index)]") { betas.append(beta) }
            }
        default: return false
        }
        return true
    }

    /// Keeps fields for the model by the name they come under: of a repeated name the last value counts.
    private mutating func addFields(_ fields: JSONValue, _ name: String) {
        fieldsByName.removeAll { $0.name == name }
        fieldsByName.append((name, fields))
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
