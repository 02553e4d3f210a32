import Adapters
import JSON
import OpenAISchema

/// One choice of a whole answer with what belongs to the answer as a whole.
struct GatheredReply: Sendable {
    var choice = ChatCompletion.Choice()
    var usage: Usage?
    var serviceTier: String?
    var guardrailTrace: JSONValue?

    /// Gathers events, in the same order and by the same rules as a stream would show them.
    init(_ events: [ChatEvent], style: ReplyStyle) {
        var thinkingText: [JSONText] = []
        var isThinkTagOpen = false
        func closeThinkTag(_ choice: inout ChatCompletion.Choice) {
            guard isThinkTagOpen else { return }
            isThinkTagOpen = false
            choice.content.append("</think>\n\n")
        }
        var isFinished = false
        for event in events {
            switch event {
            case .text(let text):
                closeThinkTag(&choice)
                choice.content.append(text)
            case .thinking(let text):
                switch style.thinking {
                case .hidden: break
                case .field:
                    thinkingText.append(text)
                    choice.reasoning.append(text)
                case .tags:
                    if !isThinkTagOpen { choice.content.append("<think>") }
                    isThinkTagOpen = true
                    choice.content.append(text)
                }
            case .thinkingSignature(let signature):
                if style.thinking == .field {
                    choice.thinkingBlocks.append(.signed(text: thinkingText, signature: signature))
                }
                thinkingText = []
            case .redactedThinking(let data):
                if style.thinking == .field { choice.thinkingBlocks.append(.redacted(data)) }
            case .toolCallStarted(_, let id, let name):
                closeThinkTag(&choice)
                choice.toolCalls.append(ChatCompletion.ToolCall(id: id, name: name, form: style.form(of: name)))
            case .toolCallArguments(let index, let text):
                guard index < choice.toolCalls.count else { continue }
                choice.toolCalls[index].arguments.append(text)
            case .toolCallFinished(let index):
                guard index < choice.toolCalls.count, choice.toolCalls[index].form == .custom else { continue }
                var arguments = HeldText()
                for piece in choice.toolCalls[index].arguments { arguments.append(piece) }
                choice.toolCalls[index].arguments = [CustomToolInput.text(of: arguments.take())]
            case .usage(let counts): usage = Usage(counts)
            case .serviceTier(let tier): serviceTier = tier
            case .guardrailTrace(let trace): guardrailTrace = trace
            case .finished(let reason):
                guard !isFinished else { continue }
                isFinished = true
                closeThinkTag(&choice)
                choice.finishReason = style.finishReason(reason)
            }
        }
    }
}
