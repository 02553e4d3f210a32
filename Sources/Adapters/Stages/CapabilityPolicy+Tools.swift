import Catalog
import JSON
import NIOCore

extension CapabilityPolicy {
    /// The name of the tool through which a model without structured output is made to answer in a schema.
    static let structuredOutputTool = "json_tool_call"

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
        if !conversation.allowsParallelToolCalls, !isClaude, !passesBody {
            conversation.allowsParallelToolCalls = true
            conversation.report.drop("parallel_tool_calls")
        }
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
        switch wanted {
        case .automatic, .none: return
        case .required, .named: break
        }
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

    // MARK: Structured output

    /// Chooses how an answer in JSON is reached: natively, through a tool, or by an instruction.
    func fitOutputFormat(_ conversation: inout Conversation) {
        switch conversation.outputFormat {
        case .text: return
        case .jsonObject where passesBody && model.structuredOutput == .responseFormat:
            conversation.structuredOutput = .native
        case .jsonObject:
            conversation.structuredOutput = .instruction
            conversation.system.append(
                SystemBlock(text: "Respond with one valid JSON object and nothing else: no explanation, no code fence.")
            )
        case .jsonSchema(let format):
            conversation.structuredOutput = mode(for: format, in: conversation)
            switch conversation.structuredOutput {
            case .none, .native: break
            case .tool(let name): addTool(named: name, for: format, to: &conversation)
            case .instruction: addInstruction(for: format, to: &conversation)
            }
        }
        conversation.report.structuredOutput =
            switch conversation.structuredOutput {
            case .none: nil
            case .native: "native"
            case .tool: "tool"
            case .instruction: "instruction"
            }
    }

    /// The strongest way that the model has and that the schema allows: native, a tool, an instruction.
    private func mode(for format: JSONSchemaFormat, in conversation: Conversation) -> StructuredOutputMode {
        let thinks = isClaude && (conversation.thinkingPlan.isOn || model.thinking.alwaysOn)
        let hasNative =
            switch model.structuredOutput {
            case .native: true
            case .responseFormat: speaksOpenAI
            case .nativeWithThinking: thinks
            case .none, .tool: false
            }
        // OpenAI's own endpoints judge a schema that is passed on.
        if hasNative, passesBody || GrammarLimits(isClaude: isClaude).hold(format.schema) { return .native }
        let canForce = model.toolChoice.contains(.tool) || model.toolChoice.contains(.any)
        guard model.structuredOutput != .none, model.capabilities.contains(.tools), canForce, !thinks,
            format.hasProperties
        else { return .instruction }
        return .tool(Self.freeName(among: conversation.tools))
    }

    /// A name for the tool that is none of the client's.
    private static func freeName(among tools: [Tool]) -> String {
        let taken = Set(tools.map(\.name))
        var name = structuredOutputTool
        var number = 2
        while taken.contains(JSONText(name)) {
            name = "\(structuredOutputTool)_\(number)"
            number += 1
        }
        return name
    }

    private func addTool(named name: String, for format: JSONSchemaFormat, to conversation: inout Conversation) {
        switch conversation.toolChoice {
        case .required, .named:
            // A call of one of the client's tools is demanded: there will be no answer to give a shape to.
            conversation.structuredOutput = .none
            return conversation.report.drop("response_format")
        case .automatic, .none: break
        }
        let hasOtherTools = !conversation.tools.isEmpty && conversation.toolChoice != .none
        conversation.tools.append(
            Tool(
                name: JSONText(name),
                description: format.description ?? "Gives the final answer. Its arguments are the answer.",
                inputSchema: format.schema,
                isComposed: format.isComposed,
                strict: format.strict && model.capabilities.contains(.strictTools)
                    && GrammarLimits(isClaude: isClaude).hold(format.schema)
            )
        )
        // Beside the client's own tools the model may still choose those.
        conversation.toolChoice =
            hasOtherTools || !model.toolChoice.contains(.tool) ? .required : .named(JSONText(name))
        if conversation.toolChoice == .required, !model.toolChoice.contains(.any) {
            conversation.toolChoice = .automatic
        }
    }

    private func addInstruction(for format: JSONSchemaFormat, to conversation: inout Conversation) {
        let schema = String(buffer: format.schema)
        conversation.system.append(
            SystemBlock(
                text: JSONText(
                    "Respond with one JSON value that follows this JSON Schema and nothing else: "
                        + "no explanation, no code fence.\n\(schema)"
                )
            )
        )
    }
}
