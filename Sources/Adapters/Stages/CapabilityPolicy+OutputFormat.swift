import Catalog
import JSON
import NIOCore

extension CapabilityPolicy {
    /// The name of the tool through which a model without structured output is made to answer in a schema.
    static let structuredOutputTool = "json_tool_call"

    /// Chooses how an answer in JSON is reached: natively, through a tool, or by an instruction.
    ///
    /// - Parameters:
    ///   - conversation: The conversation, its tools and thinking already fitted.
    ///   - demandsCall: Whether the client demands a tool call, be it in words by now.
    func fitOutputFormat(_ conversation: inout Conversation, demandsCall: Bool) {
        switch conversation.outputFormat {
        case .text: return
        case .jsonObject:
            let isNative = passesBody && model.structuredOutput == .responseFormat
            conversation.structuredOutput = isNative ? .native : .instruction
        case .jsonSchema(let format): conversation.structuredOutput = mode(for: format, in: conversation)
        }
        // There will be no answer to give a shape to, and to ask for nothing but JSON would contradict the demand.
        if demandsCall, conversation.structuredOutput != .native {
            conversation.structuredOutput = .none
            return conversation.report.drop("response_format")
        }
        switch (conversation.structuredOutput, conversation.outputFormat) {
        case (.tool(let name), .jsonSchema(let format)): addTool(named: name, for: format, to: &conversation)
        case (.instruction, .jsonSchema(let format)): addInstruction(for: format, to: &conversation)
        case (.instruction, _):
            conversation.system.append(
                SystemBlock(text: "Respond with one valid JSON object and nothing else: no explanation, no code fence.")
            )
        default: break
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
    private func mode(for format: JSONSchemaFormat, in conversation: borrowing Conversation) -> StructuredOutputMode {
        let thinks = isClaude && (conversation.thinkingPlan.isOn || model.thinking.alwaysOn)
        let hasNative =
            switch model.structuredOutput {
            case .native: true
            case .responseFormat: speaksOpenAI
            case .nativeWithThinking: thinks
            case .none, .tool: false
            }
        // OpenAI's own endpoints judge a schema that is passed on.
        if hasNative, passesBody { return .native }
        // A grammar and a call both begin at the beginning: what is left of a begun answer can only be asked for in words.
        if continuesAnswer(in: conversation) { return .instruction }
        if hasNative, GrammarLimits(isClaude: isClaude).hold(format.schema) { return .native }
        // Where tools of the history may not be called, only this one may be demanded.
        let mustName = conversation.toolChoice == .none && !conversation.tools.isEmpty
        let canForce = model.toolChoice.contains(.tool) || (model.toolChoice.contains(.any) && !mustName)
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
