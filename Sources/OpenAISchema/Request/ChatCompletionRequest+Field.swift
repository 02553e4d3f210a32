import JSON

extension ChatCompletionRequest {
    /// The fields of a body that are understood.
    enum Field: String, CaseIterable, Sendable {
        case model
        case messages
        case maxTokens = "max_tokens"
        case stream
        case streamOptions = "stream_options"
        case choiceCount = "n"
        case responseFormat = "response_format"
        case logprobs
        case topLogprobs = "top_logprobs"
        case modalities
        case webSearchOptions = "web_search_options"
        case prediction
        case audio
        case promptCacheOptions = "prompt_cache_options"
        case moderation
        case promptCacheKey = "prompt_cache_key"
        case promptCacheRetention = "prompt_cache_retention"
        case store
        case verbosity
        case maxCompletionTokens = "max_completion_tokens"
        case temperature
        case topP = "top_p"
        case topK = "top_k"
        case seed
        case frequencyPenalty = "frequency_penalty"
        case presencePenalty = "presence_penalty"
        case logitBias = "logit_bias"
        case stop
        case stopSequences = "stop_sequences"
        case tools
        case functions
        case toolChoice = "tool_choice"
        case functionCall = "function_call"
        case parallelToolCalls = "parallel_tool_calls"
        case reasoningEffort = "reasoning_effort"
        case reasoning
        case thinking
        case includeThinkingData = "include_thinking_data"
        case useConverseAPI = "use_converse_api"
        case serviceTier = "service_tier"
        case metadata
        case user
        case safetyIdentifier = "safety_identifier"
        case camelGuardrailConfig = "guardrailConfig"
        case guardrailConfig = "guardrail_config"
        case camelPerformanceConfig = "performanceConfig"
        case performanceConfig = "performance_config"
        case latency
        case additionalModelRequestFields = "additional_model_request_fields"
        case camelAdditionalModelRequestFields = "additionalModelRequestFields"
        case extraBody = "extra_body"
        case cacheControl = "cache_control"
        case anthropicBeta = "anthropic_beta"

        /// Tells the fields of a body apart.
        static let names = JSONNames(Field.self)

        /// The field as the client wrote it.
        var name: String { rawValue }
    }
}
