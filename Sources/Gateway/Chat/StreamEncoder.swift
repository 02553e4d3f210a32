import Adapters
import JSON
import NIOCore
import OpenAISchema

/// Writes chat events as the chunks of one choice.
///
/// Order: the role once; content, thinking and tool calls as they come; the finish chunk once. Usage is kept for whoever ends
/// the stream, since clients add up every usage they see.
struct StreamEncoder: Sendable {
    private let chunks: ChatChunkEncoder
    private let style: ReplyStyle
    private var hasBegun = false
    private var isThinkTagOpen = false
    private var thinkingText = HeldText()
    private var thinkingBlocks = 0
    private var forms: [ChatCompletion.ToolCall.Form] = []
    private var customArguments: [Int: HeldText] = [:]
    private(set) var usage: Usage?
    /// The tier that served the call; Converse tells it after the finish chunk, so that only the usage chunk can name it.
    private(set) var serviceTier: String?
    private(set) var isFinished = false

    init(identity: ReplyIdentity, choice: Int, style: ReplyStyle, serviceTier: String? = nil) {
        self.serviceTier = serviceTier
        chunks = ChatChunkEncoder(identity: identity, choice: choice, includesUsage: style.includesUsage)
        self.style = style
    }

    /// Writes the role chunk, unless it was written.
    mutating func begin(into output: inout ByteBuffer) {
        guard !hasBegun else { return }
        hasBegun = true
        chunks.role(into: &output)
    }

    /// Writes a piece of the visible answer.
    mutating func encode(text: JSONText, into output: inout ByteBuffer) {
        guard !isFinished else { return }
        begin(into: &output)
        closeThinkTag(into: &output)
        if !style.signsThinking { thinkingText.drop() }
        chunks.content(text, into: &output)
    }

    /// Writes what an event means to the client; behind the finish chunk comes nothing that belongs to the answer.
    mutating func encode(_ event: ChatEvent, into output: inout ByteBuffer) {
        if isFinished {
            switch event {
            case .usage, .serviceTier, .guardrailTrace: break
            default: return
            }
        }
        begin(into: &output)
        switch event {
        case .text(let text): encode(text: text, into: &output)
        case .thinking(let text): encodeThinking(text, into: &output)
        case .thinkingSignature(let signature):
            encode(.signed(text: [thinkingText.take()], signature: signature), into: &output)
        case .redactedThinking(let data):
            encode(.redacted(data), into: &output)
        case .toolCallStarted(let index, let id, let name):
            closeThinkTag(into: &output)
            if !style.signsThinking { thinkingText.drop() }
            startCall(index: index, id: id, name: name, into: &output)
        case .toolCallArguments(let index, let text):
            guard index < forms.count else { return }
            switch forms[index] {
            case .function: chunks.toolCallArguments(index: index, text, into: &output)
            case .custom: customArguments[index, default: HeldText()].append(text)
            case .legacy: if index == 0 { chunks.toolCallArguments(index: 0, text, form: .legacy, into: &output) }
            }
        case .toolCallFinished(let index): writeCustomInput(of: index, into: &output)
        case .usage(let counts): usage = Usage(counts)
        case .guardrailTrace(let trace): chunks.guardrailTrace(trace, into: &output)
        case .serviceTier(let tier): serviceTier = tier
        case .finished(let reason):
            guard !isFinished else { return }
            closeThinkTag(into: &output)
            // A call that was cut short has no end of its own.
            for index in customArguments.keys.sorted() { writeCustomInput(of: index, into: &output) }
            isFinished = true
            chunks.finish(style.finishReason(reason), serviceTier: serviceTier, into: &output)
        }
    }

    private mutating func encodeThinking(_ text: JSONText, into output: inout ByteBuffer) {
        switch style.thinking {
        case .hidden: return
        case .field:
            thinkingText.append(text)
            chunks.reasoning(text, into: &output)
        case .tags:
            if !isThinkTagOpen {
                isThinkTagOpen = true
                chunks.content("<think>", into: &output)
            }
            chunks.content(text, into: &output)
        }
    }

    private mutating func encode(_ block: ReplyThinkingBlock, into output: inout ByteBuffer) {
        guard style.thinking == .field else { return }
        chunks.thinkingBlock(block, index: thinkingBlocks, into: &output)
        thinkingBlocks += 1
    }

    /// Writes the end of thinking that stands in the content, where it is still open.
    mutating func closeThinkTag(into output: inout ByteBuffer) {
        guard isThinkTagOpen else { return }
        isThinkTagOpen = false
        chunks.content("</think>\n\n", into: &output)
    }

    private mutating func startCall(index: Int, id: JSONText, name: JSONText, into output: inout ByteBuffer) {
        let form = style.form(of: name)
        while forms.count <= index { forms.append(form) }
        forms[index] = form
        // The deprecated form has room for one call.
        guard form != .legacy || index == 0 else { return }
        chunks.toolCallStart(index: index, id: id, name: name, form: form, into: &output)
    }

    private mutating func writeCustomInput(of index: Int, into output: inout ByteBuffer) {
        guard var arguments = customArguments.removeValue(forKey: index) else { return }
        let input = CustomToolInput.text(of: arguments.take())
        chunks.toolCallArguments(index: index, input, form: .custom, into: &output)
    }

    /// Writes the usage chunk for all choices together.
    func writeUsage(_ usage: Usage, serviceTier: String?, into output: inout ByteBuffer) {
        chunks.usage(usage, serviceTier: serviceTier, into: &output)
    }
}
