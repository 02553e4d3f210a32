import Catalog
import JSON
import NIOCore

extension CapabilityPolicy {
    /// The name of the tool through which a model without structured output is made to answer in a schema.
    static let structuredOutputTool: JSONText = "json_tool_call"

    /// Refuses, rebuilds or degrades what is asked of tools.
    func fitTools(_ conversation: inout Conversation) throws(AdapterError) {
        let historyNames = Self.toolNames(in: conversation.turns)
        if conversation.toolChoice == .none, historyNames.isEmpty { conversation.tools = [] }
        if conversation.tools.isEmpty {
            // OpenAI's dialect lets a history call tools that are no longer offered.
            guard !historyNames.isEmpty, !(speaksOpenAI && model.capabilities.contains(.tools)) else {
                conversation.toolChoice = .automatic
                return
            }
            // AWS demands the tools that the history calls, whether the client still offers them or not.
            conversation.tools = historyNames.map { Tool(name: $0, inputSchema: Tool.emptySchema) }
            conversation.toolChoice = .none
            conversation.report.adjust("tools=from history")
        }
        guard model.capabilities.contains(.tools) else {
            throw .unsupported(
                param: "tools",
                message: "The model '\(model.name)' cannot call tools. Choose a model whose capabilities list tools."
            )
        }
        fitToolChoice(&conversation)
        if !conversation.allowsParallelToolCalls, !isClaude, !passesBody {
            conversation.allowsParallelToolCalls = true
            conversation.report.drop("parallel_tool_calls")
        }
        if !model.capabilities.contains(.strictTools) {
            for index in conversation.tools.indices { conversation.tools[index].strict = false }
        }
    }

    /// Degrades a choice that the model lacks, or lacks while thinking, to the next weaker one.
    private func fitToolChoice(_ conversation: inout Conversation) {
        switch conversation.toolChoice {
        case .automatic, .none: return
        case .required, .named: break
        }
        if isClaude, conversation.thinkingPlan.isOn || model.thinking.alwaysOn {
            conversation.toolChoice = .automatic
            conversation.report.adjust("tool_choice=auto (thinking)")
            return
        }
        if case .named(let name) = conversation.toolChoice, !model.toolChoice.contains(.tool) {
            // Only the named tool is offered, and some tool must be called.
            conversation.tools.removeAll {
                $0.name != name && !Self.toolNames(in: conversation.turns).contains($0.name)
            }
            conversation.toolChoice = .required
            conversation.report.adjust("tool_choice=required")
        }
        if conversation.toolChoice == .required, !model.toolChoice.contains(.any) {
            conversation.toolChoice = .automatic
            conversation.report.adjust("tool_choice=auto")
        }
    }

    private static func toolNames(in turns: [Turn]) -> [JSONText] {
        var names: [JSONText] = []
        for turn in turns where turn.role == .assistant {
            for block in turn.blocks {
                if case .toolUse(let use) = block, !names.contains(use.name) { names.append(use.name) }
            }
        }
        return names
    }

    /// Rewrites schemas into what the model takes: of its tools, and of an answer that it shapes natively.
    func fitSchemas(_ conversation: inout Conversation) {
        if model.toolSchemas != .any {
            let rewriter = SchemaRewriter(inlinesReferences: true, hasPlainRoot: model.toolSchemas == .plainRoot)
            for index in conversation.tools.indices {
                conversation.tools[index].inputSchema = rewriter.rewritten(conversation.tools[index].inputSchema)
            }
        }
        let closing = SchemaRewriter(closesObjects: true, movesLimits: isClaude)
        for index in conversation.tools.indices where conversation.tools[index].strict {
            conversation.tools[index].inputSchema = closing.rewritten(conversation.tools[index].inputSchema)
        }
        if conversation.structuredOutput == .native, case .jsonSchema(var format) = conversation.outputFormat {
            format.schema = closing.rewritten(format.schema)
            conversation.outputFormat = .jsonSchema(format)
        }
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
            conversation.structuredOutput = mode(for: conversation)
            switch conversation.structuredOutput {
            case .none, .native: break
            case .tool: addTool(for: format, to: &conversation)
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

    private func mode(for conversation: Conversation) -> StructuredOutputMode {
        let thinks = isClaude && (conversation.thinkingPlan.isOn || model.thinking.alwaysOn)
        switch model.structuredOutput {
        case .native: return .native
        case .responseFormat where speaksOpenAI: return .native
        case .nativeWithThinking where thinks: return .native
        case .none: return .instruction
        case .nativeWithThinking, .responseFormat, .tool:
            let canForce = model.toolChoice.contains(.tool) || model.toolChoice.contains(.any)
            guard model.capabilities.contains(.tools), canForce, !thinks else { return .instruction }
            return .tool(Self.structuredOutputTool.string)
        }
    }

    private func addTool(for format: JSONSchemaFormat, to conversation: inout Conversation) {
        let hasOtherTools = !conversation.tools.isEmpty && conversation.toolChoice != .none
        conversation.tools.append(
            Tool(
                name: Self.structuredOutputTool,
                description: format.description ?? "Gives the final answer. Its arguments are the answer.",
                inputSchema: format.schema,
                strict: format.strict && model.capabilities.contains(.strictTools)
            )
        )
        // Beside the client's own tools the model may still choose those.
        conversation.toolChoice =
            hasOtherTools || !model.toolChoice.contains(.tool) ? .required : .named(Self.structuredOutputTool)
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
