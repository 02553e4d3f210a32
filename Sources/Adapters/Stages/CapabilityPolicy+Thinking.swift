import Catalog

extension CapabilityPolicy {
    /// Below this many tokens a client wants a label or a title, not thought: chat UIs ask so in the background.
    private static let smallestThinkingAnswer = 256
    /// What is left for the answer behind a budget, where the client sets no limit (CONVERSE.md §7.1).
    private static let answerTokens = 4096

    /// Turns thinking off where the tool loop that is going on has no signed thinking to continue from.
    ///
    /// Claude refuses a thinking request whose last tool calls are not preceded by their thinking.
    func fitHistoryThinking(_ conversation: inout Conversation) {
        guard isClaude else {
            if conversation.holds.contains(.thinking) { dropThinkingBlocks(&conversation) }
            return
        }
        guard conversation.holds.contains(.tools), conversation.thinkingPlan.isOn, !model.thinking.alwaysOn,
            let assistant = conversation.turns.lastIndex(where: { $0.role == .assistant }),
            assistant == conversation.turns.count - 2
        else { return }
        var hasCalls = false
        var hasThinking = false
        for block in conversation.turns[assistant].blocks {
            switch block {
            case .toolUse: hasCalls = true
            case .thinking: hasThinking = true
            default: break
            }
        }
        guard hasCalls, !hasThinking else { return }
        turnOff(&conversation, because: "no signed thinking in the history")
    }

    private func dropThinkingBlocks(_ conversation: inout Conversation) {
        for index in conversation.turns.indices where conversation.turns[index].role == .assistant {
            let kept = conversation.turns[index].blocks.filter { if case .thinking = $0 { false } else { true } }
            guard kept.count < conversation.turns[index].blocks.count, !kept.isEmpty else { continue }
            conversation.turns[index].blocks = kept
            conversation.report.drop("thinking_blocks")
        }
    }

    /// Makes budget and token limit agree: 1024 ≤ budget < limit.
    ///
    /// The budget shrinks to four fifths of the limit; a limit too small for that is raised to 1228, as the predecessor did,
    /// unless it is so small that thinking cannot have been meant.
    func fitThinkingTokens(_ conversation: inout Conversation) {
        let limit = conversation.sampling.maxOutputTokens
        if let limit, limit < Self.smallestThinkingAnswer, conversation.thinkingPlan.isOn, isClaude,
            !model.thinking.alwaysOn
        {
            turnOff(&conversation, because: "small max_tokens")
            return
        }
        guard case .budget(var budget) = conversation.thinkingPlan else { return }
        let ceiling = model.maxOutputTokens ?? Int.max
        let wanted = budget
        guard var limit else {
            if budget >= ceiling {
                budget = max(ceiling / 5 * 4, ThinkingPlan.minimumBudget)
                note(budget, conversation: &conversation)
            }
            // InvokeModel's writer names the model's own limit.
            guard api == .converse || model.maxOutputTokens == nil else { return }
            conversation.sampling.maxOutputTokens =
                wanted > ceiling - min(ceiling, Self.answerTokens) ? ceiling : wanted + Self.answerTokens
            return
        }
        budget = max(min(budget, limit / 5 * 4), ThinkingPlan.minimumBudget)
        if limit <= budget {
            limit = budget + budget / 5
            conversation.sampling.maxOutputTokens = limit
            conversation.report.adjust("max_tokens=\(limit)")
        }
        if budget != wanted { note(budget, conversation: &conversation) }
    }

    /// Changes the budget, and says so.
    private func note(_ budget: Int, conversation: inout Conversation) {
        conversation.thinkingPlan = .budget(budget)
        conversation.report.adjust("reasoning budget=\(budget)")
    }

    /// Reports thinking that is shown although the client wants it omitted: only where it must be asked for is there a word.
    func fitThinkingDisplay(_ conversation: inout Conversation) {
        guard conversation.thinkingDisplay == .omitted else { return }
        if case .adaptive(_, display: true) = conversation.thinkingPlan { return }
        // A model that is told nothing of a display shows nothing unless it is asked.
        guard !model.thinking.needsDisplay, conversation.thinkingPlan.isOn || model.thinking.alwaysOn else { return }
        conversation.report.drop("thinking.display")
    }

    private func turnOff(_ conversation: inout Conversation, because reason: String) {
        if case .adaptive = conversation.thinkingPlan {
            conversation.thinkingPlan = .disabled
        } else {
            conversation.thinkingPlan = .omit
        }
        conversation.report.adjust("reasoning=off (\(reason))")
    }
}
