import Catalog
import JSON
import NIOCore

/// Reads a whole Converse answer (WIRE.md §4.3), or Nova's, to which InvokeModel adds what a guardrail did.
struct ConverseReplyReader {
    let model: Model

    func events(from body: ByteBuffer) throws(AdapterError) -> [ChatEvent] {
        let reply = try JSONValue.parse(answer: body)
        guard let content = reply["output"]?["message"]?["content"], content.kind == .array else {
            throw .malformedReply("there is no output message")
        }
        var events: [ChatEvent] = []
        var calls = ToolCallBlocks()
        for block in content.elements { append(block, to: &events, &calls) }
        if let tier = reply["serviceTier"]?["type"]?.string { events.append(.serviceTier(tier)) }
        if let trace = reply["trace"]?["guardrail"] ?? reply.guardrailTrace { events.append(.guardrailTrace(trace)) }
        if let usage = reply["usage"], let counts = ConverseVocabulary.usage(usage, counting: model.usage) {
            events.append(.usage(counts))
        }
        let reason = reply["stopReason"]?.string ?? "end_turn"
        let finish = try ConverseVocabulary.finishReason(reason, hasToolCalls: calls.count > 0)
        events.append(.finished(reply.isIntervened ? .contentFilter : finish))
        return events
    }

    private func append(_ block: JSONValue, to events: inout [ChatEvent], _ calls: inout ToolCallBlocks) {
        guard let (key, value) = block.members.first(where: { _ in true }) else { return }
        switch key.string {
        case "text":
            if let text = value.text, !text.isEmpty { events.append(.text(text)) }
        case "reasoningContent":
            if let data = value["redactedContent"]?.text { events.append(.redactedThinking(data)) }
            guard let thinking = value["reasoningText"], !model.thinking.isHidden else { return }
            if let text = thinking["text"]?.text, !text.isEmpty { events.append(.thinking(text)) }
            if let signature = thinking["signature"]?.text, !signature.isEmpty {
                events.append(.thinkingSignature(signature))
            }
        case "toolUse":
            // Tools that AWS runs itself are not the client's to answer.
            guard value["type"]?.equals("server_tool_use") != true, let id = value["toolUseId"]?.text,
                let name = value["name"]?.text
            else { return }
            let arguments = JSONText(argumentsFrom: value["input"])
            calls.append(block: calls.count, id: id, name: name, arguments: arguments, to: &events)
        case "citationsContent":
            for part in value["content"]?.elements ?? block.elements {
                if let text = part["text"]?.text, !text.isEmpty { events.append(.text(text)) }
            }
        default: return
        }
    }
}

extension JSONText {
    /// The text of a tool call's arguments: an object as it is spelled, a string as it stands, `{}` for nothing.
    init(argumentsFrom input: JSONValue?) {
        switch input?.kind {
        case .string?: self = input?.text.flatMap { $0.isBlank ? nil : $0 } ?? "{}"
        case .null?, nil: self = "{}"
        default: self = JSONText(input?.description ?? "{}")
        }
    }
}
