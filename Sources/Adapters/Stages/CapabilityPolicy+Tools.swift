import Catalog
import JSON
import NIOCore

extension CapabilityPolicy {
    /// Whether the model must call a tool, as long as the choice is still the client's.
    static func demandsCall(_ conversation: borrowing Conversation) -> Bool {
        switch conversation.toolChoice {
        case .required, .named: true
        case .automatic, .none: false
        }
    }

    /// Refuses, rebuilds or degrades what is asked of tools.
    func fitTools(_ conversation: inout Conversation) throws(AdapterError) {
        let historyNames = conversation.holds.contains(.tools) ? Self.toolNames(in: conversation.turns) : []
        if conversation.toolChoice == .none, historyNames.isEmpty { conversation.tools = [] }
        guard model.capabilities.contains(.tools) else { return try leaveOutTools(of: &conversation) }
        if conversation.tools.isEmpty {
            // OpenAI's dialect lets a history call tools that are no longer offered.
            guard !historyNames.isEmpty, !speaksOpenAI else {
                conversation.toolChoice = .automatic
                return
            }
            // AWS demands the tools that the history calls, whether the client still offers them or not.
            conversation.tools = historyNames.map { Tool(name: $0, inputSchema: Tool.emptySchema) }
            conversation.toolChoice = .none
            conversation.report.adjust("tools=from history")
        }
        fitToolChoice(&conversation, historyNames: historyNames)
    }

    /// Asks for one call at a time only where there is a word for it.
    func fitParallelCalls(_ conversation: inout Conversation) {
        guard !conversation.allowsParallelToolCalls, !isClaude, !passesBody else { return }
        conversation.allowsParallelToolCalls = true
        // The old form of tools asks for it by itself: no field of the client's is left out then.
        let body = conversation.passthrough?.body
        guard !conversation.tools.isEmpty, body == nil || body?["parallel_tool_calls"]?.bool == false else { return }
        conversation.report.drop("parallel_tool_calls")
    }

    /// Refuses tools for a model that calls none; a history that holds calls of some is told in words.
    private func leaveOutTools(of conversation: inout Conversation) throws(AdapterError) {
        guard conversation.tools.isEmpty || conversation.toolChoice == .none else {
            throw .unsupported(
                param: "tools",
                message: "The model '\(model.name)' cannot call tools. Choose a model whose capabilities list tools."
            )
        }
        conversation.tools = []
        conversation.toolChoice = .automatic
        ToolHistory.flatten(&conversation)
    }

    /// Degrades a choice that the model lacks, or lacks while thinking, to the next weaker one.
    private func fitToolChoice(_ conversation: inout Conversation, historyNames: [JSONText]) {
        let wanted = conversation.toolChoice
        guard Self.demandsCall(conversation) else { return }
        if isClaude, conversation.thinkingPlan.isOn || model.thinking.alwaysOn {
            conversation.toolChoice = .automatic
            conversation.report.adjust("tool_choice=auto (thinking)")
            return insist(on: wanted, in: &conversation)
        }
        if case .named(let name) = wanted, !model.toolChoice.contains(.tool) {
            // Only the named tool is offered, and some tool must be called.
            let called = Set(historyNames)
            conversation.tools.removeAll { $0.name != name && !called.contains($0.name) }
            conversation.toolChoice = .required
            conversation.report.adjust("tool_choice=required")
        }
        if conversation.toolChoice == .required, !model.toolChoice.contains(.any) {
            conversation.toolChoice = .automatic
            conversation.report.adjust("tool_choice=auto")
            insist(on: wanted, in: &conversation)
        }
    }

    /// Says in words what cannot be demanded.
    private func insist(on choice: ToolChoice, in conversation: inout Conversation) {
        guard !passesBody else { return }
        let text: JSONText =
            if case .named(let name) = choice {
                JSONText("Call the tool \(name.string) now; do not answer in words.")
            } else {
                "Call one of the tools now; do not answer in words."
            }
        conversation.system.append(SystemBlock(text: text))
    }

    /// The names of the tools that a history calls, each once, in the order of their first calls.
    private static func toolNames(in turns: [Turn]) -> [JSONText] {
        var names: [JSONText] = []
        var known: Set<JSONText> = []
        for turn in turns where turn.role == .assistant {
            for block in turn.blocks {
                if case .toolUse(let use) = block, known.insert(use.name).inserted { names.append(use.name) }
            }
        }
        return names
    }
}
