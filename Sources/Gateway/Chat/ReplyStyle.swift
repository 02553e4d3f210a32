import Adapters
import Catalog
import JSON
import OpenAISchema

/// What the client's request decides about the form of its answer.
struct ReplyStyle: Sendable {
    /// How thinking is shown.
    var thinking: ThinkingOutput
    /// Whether a stream ends with a usage chunk.
    var includesUsage: Bool
    /// Whether calls are spelled as the deprecated `function_call`.
    var usesLegacyFunctions: Bool
    /// Whether the model signs its thinking, however much it says before; others are not waited for.
    var signsThinking: Bool
    /// The tools whose calls are spelled as custom ones.
    var customTools: Set<JSONText>

    init(_ request: borrowing ChatCompletionRequest, of resolved: ResolvedModel) {
        thinking = ThinkingOutput(request)
        includesUsage = request.includesUsage
        usesLegacyFunctions = request.usesLegacyFunctions
        signsThinking = resolved.isUncatalogued || resolved.model.followsClaudesRules
        // Copies: an open stream holds no request bytes.
        customTools = Set(request.tools.lazy.filter(\.isCustom).map { JSONText($0.name.string) })
    }

    /// How a call of a tool is spelled.
    func form(of name: JSONText) -> ChatCompletion.ToolCall.Form {
        if usesLegacyFunctions { return .legacy }
        return !customTools.isEmpty && customTools.contains(name) ? .custom : .function
    }

    /// OpenAI's word for the end of an answer.
    func finishReason(_ reason: FinishReason) -> String {
        switch reason {
        case .stop: "stop"
        case .length: "length"
        case .toolCalls: usesLegacyFunctions ? "function_call" : "tool_calls"
        case .contentFilter: "content_filter"
        }
    }
}

extension Usage {
    init(_ usage: TokenUsage) {
        self.init(
            promptTokens: usage.promptTokens,
            completionTokens: usage.completionTokens,
            cachedTokens: usage.cacheReadTokens,
            cacheWriteTokens: usage.cacheWriteTokens,
            reasoningTokens: usage.reasoningTokens
        )
    }
}
