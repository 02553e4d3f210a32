import Catalog
import JSON

extension CapabilityPolicy {
    /// Below this many tokens a client wants a label or a title, not thought: chat UIs ask so in the background.
    private static let smallestThinkingAnswer = 256
    /// What is left for the answer behind a budget, where the client sets no limit (CONVERSE.md §7.1).
    private static let answerTokens = 4096

    /// Turns thinking off where the tool loop that is going on did not begin with signed thinking.
    ///
    /// All of a loop is one turn to Claude, and where a budget is set it must begin with thinking, though no later step of it
    /// need have any. `adaptive` demands nothing.
    func fitHistoryThinking(_ conversation: inout Conversation) {
        guard isClaude else {
            // A model that the catalog does not know may be a Claude: what is signed came from it.
            if conversation.holds.contains(.thinking), !model.isUncatalogued {
                dropThinkingBlocks(from: conversation.turns.indices, of: &conversation)
            }
            return
        }
        guard conversation.holds.contains(.tools), case .budget = conversation.thinkingPlan,
            conversation.turns.last?.role == .user
        else { return }
        let loop = Self.openLoop(of: conversation.turns)
        guard let first = loop.first else { return }
        if case .thinking? = conversation.turns[first].blocks.first { return }
        turnOff(&conversation, because: "no signed thinking in the history")
    }

    /// Takes the thinking out of the tool loop that is going on where thinking is off: Claude then refuses it there.
    ///
    /// A `thinking` that the client or the entry hands through to the model decides by itself.
    func fitLoopThinking(_ conversation: inout Conversation) {
        guard isClaude, conversation.holds.contains(.thinking), !conversation.thinkingPlan.isOn,
            conversation.additionalFields?["thinking"] == nil, model.request?["thinking"] == nil
        else { return }
        switch model.thinking.style {
        case .budget, .adaptive, .adaptiveOrBudget:
            guard !model.thinking.alwaysOn else { return }
            dropThinkingBlocks(from: Self.openLoop(of: conversation.turns), of: &conversation)
        case .none, .effort, .alwaysOn, .native: return
        }
    }

    /// The turns since the user last said something: an assistant's, and those that answer its calls.
    private static func openLoop(of turns: [Turn]) -> Range<Int> {
        var start = turns.count
        while start > 0, turns[start - 1].role == .assistant || turns[start - 1].blocks.contains(where: \.isToolResult)
        {
            start -= 1
        }
        return start..<turns.count
    }

    private func dropThinkingBlocks(from turns: Range<Int>, of conversation: inout Conversation) {
        for index in turns where conversation.turns[index].role == .assistant {
            let kept = conversation.turns[index].blocks.filter { if case .thinking = $0 { false } else { true } }
            guard kept.count < conversation.turns[index].blocks.count, !kept.isEmpty else { continue }
            conversation.turns[index].blocks = kept
            // What the client did not send it need not hear of.
            if !conversation.onlyRemembersThinking { conversation.report.drop("thinking_blocks") }
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
