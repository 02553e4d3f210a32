public import Catalog
import JSON

/// Fits a conversation to what a model takes, so that AWS has nothing to refuse.
///
/// What cannot be sent is dropped, clamped or emulated and written into the report; only what would change the meaning of
/// the request beyond repair is refused. The order matters: thinking decides about sampling and tools.
public struct CapabilityPolicy: Sendable {
    /// The two ways of calling a model, whose limits differ.
    public enum API: Sendable {
        case converse
        case invoke
    }

    let model: Model
    let api: API

    /// Creates the policy of a model on one API.
    public init(model: Model, api: API) {
        self.model = model
        self.api = api
    }

    /// Fits a conversation.
    ///
    /// - Parameter conversation: The conversation as the client asked for it.
    /// - Throws: `AdapterError.unsupported` when the model lacks something that cannot be replaced.
    public func fit(_ conversation: inout Conversation) throws(AdapterError) {
        fitOutputTokens(&conversation)
        conversation.thinkingPlan = ThinkingPlan.decide(
            conversation.thinking,
            for: model.thinking,
            report: &conversation.report
        )
        fitHistoryThinking(&conversation)
        fitThinkingTokens(&conversation)
        fitLoopThinking(&conversation)
        fitThinkingDisplay(&conversation)
        if conversation.holds.contains(.documents) { try checkDocuments(conversation) }
        let demandsCall = Self.demandsCall(conversation)
        try fitTools(&conversation)
        fitParallelCalls(&conversation)
        if conversation.holds.contains(.tools) { fitToolResults(&conversation) }
        fitOutputFormat(&conversation, demandsCall: demandsCall)
        try fitSchemas(&conversation)
        fitSampling(&conversation)
        fitStop(&conversation)
        fitSystem(&conversation)
        fitLastTurn(&conversation)
        fitCacheMarks(&conversation)
        fitBetas(&conversation)
    }

    // MARK: Tokens and sampling

    private func fitOutputTokens(_ conversation: inout Conversation) {
        conversation.sampling.maxOutputTokens =
            conversation.sampling.maxOutputTokens ?? model.defaultMaxOutputTokens
        guard let wanted = conversation.sampling.maxOutputTokens else { return }
        let fitted = max(model.minOutputTokens ?? 1, min(wanted, model.maxOutputTokens ?? Int.max))
        guard fitted != wanted else { return }
        conversation.sampling.maxOutputTokens = fitted
        conversation.report.adjust("max_tokens=\(fitted)")
    }

    private func fitSampling(_ conversation: inout Conversation) {
        let accepted = model.sampling.accepted
        var sampling = conversation.sampling
        var report = conversation.report
        func require<Value>(_ parameter: Sampling.Parameters, _ value: inout Value?, _ name: String) {
            guard value != nil, !accepted.contains(parameter) else { return }
            value = nil
            report.drop(name)
        }
        // Zero means no penalty: many clients always send it.
        if sampling.frequencyPenalty == 0 { sampling.frequencyPenalty = nil }
        if sampling.presencePenalty == 0 { sampling.presencePenalty = nil }
        // And no limit to the tokens that are considered.
        if sampling.topK == 0 { sampling.topK = nil }
        require(.temperature, &sampling.temperature, "temperature")
        require(.topP, &sampling.topP, "top_p")
        require(.topK, &sampling.topK, "top_k")
        require(.seed, &sampling.seed, "seed")
        require(.frequencyPenalty, &sampling.frequencyPenalty, "frequency_penalty")
        require(.presencePenalty, &sampling.presencePenalty, "presence_penalty")

        if isClaude, conversation.thinkingPlan.isOn || model.thinking.alwaysOn {
            // Thinking Claude takes temperature 1 or none, top_p from 0.95, and no top_k (CONVERSE.md §7.1).
            if let temperature = sampling.temperature {
                sampling.temperature = nil
                if temperature != 1 { report.adjust("temperature=1") }
            }
            if let topP = sampling.topP, topP < 0.95 {
                sampling.topP = nil
                report.drop("top_p")
            }
            if sampling.topK != nil {
                sampling.topK = nil
                report.drop("top_k")
            }
        }
        if case .effort(let effort) = conversation.thinkingPlan, effort >= .high,
            model.thinking.effortField == .reasoningConfig
        {
            Self.leaveToModel(&sampling, &report)
        }
        if let temperature = sampling.temperature {
            let range = model.sampling.temperature
            // Converse refuses more than 1, whatever the model's own dialect takes (CONVERSE.md §9).
            let most = api == .converse ? min(range.upperBound, 1) : range.upperBound
            let fitted = min(max(temperature, range.lowerBound), most)
            if fitted != temperature {
                sampling.temperature = fitted
                report.adjust("temperature=\(Self.spelled(fitted))")
            }
        }
        if let topP = sampling.topP {
            let range = model.sampling.topP
            let fitted = min(max(topP, range.lowerBound), range.upperBound)
            if fitted != topP {
                sampling.topP = fitted
                report.adjust("top_p=\(Self.spelled(fitted))")
            }
        }
        if let topK = sampling.topK, let maximum = model.sampling.maximumTopK, topK > maximum {
            sampling.topK = maximum
            report.adjust("top_k=\(maximum)")
        }
        if model.sampling.isEither, sampling.temperature != nil, sampling.topP != nil {
            sampling.topP = nil
            report.drop("top_p")
        }
        conversation.sampling = sampling
        conversation.report = report
    }

    /// At its highest effort Nova 2 wants requests without limits and sampling (CONVERSE.md §7.3).
    private static func leaveToModel(_ sampling: inout SamplingParameters, _ report: inout TranslationReport) {
        if sampling.maxOutputTokens != nil { report.drop("max_tokens") }
        if sampling.temperature != nil { report.drop("temperature") }
        if sampling.topP != nil { report.drop("top_p") }
        sampling.maxOutputTokens = nil
        sampling.temperature = nil
        sampling.topP = nil
    }

    private static func spelled(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? value.description
    }

    /// Anthropic's names for what is new mean nothing to the models of others.
    private func fitBetas(_ conversation: inout Conversation) {
        guard model.adapter != .anthropic, !conversation.betas.isEmpty else { return }
        conversation.betas = []
        conversation.report.drop("anthropic_beta")
    }

    /// Whether Anthropic's rules hold.
    var isClaude: Bool { model.followsClaudesRules }

    /// Whether the call will be OpenAI's own body, whose rules about tools and formats are OpenAI's.
    var speaksOpenAI: Bool { api == .invoke && (model.adapter == .openAIChat || passesBody) }

    /// Whether the client's own body will be passed on.
    var passesBody: Bool { api == .invoke && model.adapter == .openAINative }

    // MARK: Stop, system, last turn

    /// Sends the stop texts that the model honours, and keeps the others to cut at in the gateway.
    private func fitStop(_ conversation: inout Conversation) {
        guard !conversation.stop.isEmpty else { return }
        let isSupported = api == .converse ? model.stop.converse : model.stop.native
        let limit = isSupported && !reasons(conversation) ? model.stop.maximumCount ?? Int.max : 0
        var sent: [JSONText] = []
        for stop in conversation.stop {
            // Claude refuses a stop text of white space only.
            if sent.count < limit, !stop.isBlank {
                sent.append(stop)
            } else {
                conversation.emulatedStop.append(stop.string)
            }
        }
        conversation.stop = sent
        if !conversation.emulatedStop.isEmpty { conversation.report.adjust("stop=emulated") }
    }

    /// Whether an open model will reason: its engine looks for stop texts there too, and the answer would be empty.
    private func reasons(_ conversation: borrowing Conversation) -> Bool {
        guard model.adapter == .openAIChat || model.adapter == .text else { return false }
        if case .effort(let effort) = conversation.thinkingPlan { return effort != .none }
        return model.thinking.style == .alwaysOn || model.thinking.alwaysOn
    }

    /// Puts instructions in front of the first user's words for a model that takes no system prompt.
    private func fitSystem(_ conversation: inout Conversation) {
        guard !model.capabilities.contains(.systemPrompt), !conversation.system.isEmpty else { return }
        let blocks = conversation.system.flatMap { block in
            [ContentBlock.text(block.text)] + (block.cacheMark.map { [.cacheMark($0)] } ?? [])
        }
        conversation.system = []
        guard let first = conversation.turns.firstIndex(where: { $0.role == .user }) else { return }
        conversation.turns[first].blocks.insert(contentsOf: blocks, at: 0)
        conversation.holds.insert(.cacheMarks)
        conversation.report.adjust("system=user")
    }

    /// Whether the last turn is an answer that the client has begun and that the model goes on with.
    func continuesAnswer(in conversation: borrowing Conversation) -> Bool {
        model.capabilities.contains(.prefill) && !conversation.thinkingPlan.isOn
            && conversation.turns.last?.role == .assistant
    }

    /// Lets the user speak last where the model cannot continue an answer that was begun for it.
    private func fitLastTurn(_ conversation: inout Conversation) {
        guard let last = conversation.turns.indices.last, conversation.turns[last].role == .assistant else { return }
        if continuesAnswer(in: conversation) {
            // Claude refuses white space at the end of what it is to continue, a cache mark behind it or not.
            let end = conversation.turns[last].blocks.lastIndex { !$0.isCacheMark }
            if let end, case .text(let text) = conversation.turns[last].blocks[end] {
                conversation.turns[last].blocks[end] = .text(text.trimmingTrailingWhitespace())
            }
            return
        }
        conversation.turns.append(Turn(role: .user, blocks: [.text("Continue.")]))
        conversation.report.adjust("prefill=continue")
    }
}
