import JSON

extension ChatCompletionRequest {
    /// Thinking, identity, billing, and the fields that are this gateway's or AWS's own.
    mutating func decodeExtension(_ name: String, _ value: JSONValue) throws(OpenAIError) -> Bool {
        switch name {
        case "reasoning_effort":
            guard let effort = try RequestReader.string(value, name) else { return true }
            reasoning = try Self.effort(effort, name)
        case "reasoning": try decodeReasoning(value)
        case "thinking": try decodeThinking(value)
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
            additionalFields = try RequestReader.object(value, name) ?? additionalFields
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

    private static func effort(_ word: String, _ path: String) throws(OpenAIError) -> ReasoningOption {
        switch word {
        case "none": return .off
        case "minimal", "low", "medium", "high", "xhigh", "max": return .effort(word)
        default:
            throw .badRequest(
                .invalidValue,
                param: path,
                "'\(path)' must be none, minimal, low, medium, high, xhigh or max."
            )
        }
    }

    /// OpenRouter's form: `{"effort" | "max_tokens", "exclude", "enabled"}`.
    private mutating func decodeReasoning(_ value: JSONValue) throws(OpenAIError) {
        guard let object = try RequestReader.object(value, "reasoning") else { return }
        excludesReasoning = try RequestReader.bool(object["exclude"], "reasoning.exclude") ?? false
        let enabled = try RequestReader.bool(object["enabled"], "reasoning.enabled")
        if let effort = object["effort"], let word = try RequestReader.string(effort, "reasoning.effort") {
            reasoning = try Self.effort(word, "reasoning.effort")
        } else if let tokens = object["max_tokens"],
            let budget = try RequestReader.int(tokens, in: 0...Int.max, "reasoning.max_tokens")
        {
            reasoning = budget == 0 ? .off : .budget(budget)
        } else if let enabled {
            reasoning = enabled ? .adaptive : .off
        }
    }

    /// Anthropic's form: `{"type": "enabled", "budget_tokens"}`, `{"type": "adaptive"}` or `{"type": "disabled"}`.
    private mutating func decodeThinking(_ value: JSONValue) throws(OpenAIError) {
        guard let object = try RequestReader.object(value, "thinking") else { return }
        switch try RequestReader.string(object["type"], "thinking.type") {
        case "enabled":
            let tokens = try RequestReader.int(object["budget_tokens"], in: 1...Int.max, "thinking.budget_tokens")
            reasoning = tokens.map { .budget($0) } ?? .adaptive
        case "adaptive": reasoning = .adaptive
        case "disabled": reasoning = .off
        default:
            throw .badRequest(
                .invalidValue,
                param: "thinking.type",
                "'thinking.type' must be enabled, adaptive or disabled."
            )
        }
    }

    private static func latency(_ value: JSONValue?, _ path: String) throws(OpenAIError) -> String? {
        guard let latency = try RequestReader.string(value, path) else { return nil }
        guard latency == "standard" || latency == "optimized" else {
            throw .badRequest(.invalidValue, param: path, "'\(path)' must be standard or optimized.")
        }
        return latency
    }
}
