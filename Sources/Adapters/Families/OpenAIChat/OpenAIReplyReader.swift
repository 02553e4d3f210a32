import BedrockRuntime
import Catalog
import JSON

/// Reads a whole answer in OpenAI's shape, of InvokeModel and of the OpenAI-shaped endpoints alike.
struct OpenAIReplyReader {
    let model: Model

    func events(from reply: BedrockReply) throws(AdapterError) -> [ChatEvent] {
        let body = try JSONValue.parse(answer: reply.body)
        guard let choice = body["choices"]?.elements.first(where: { _ in true }) else {
            throw OpenAIVocabulary.failure(in: body) ?? .malformedReply("there are no choices")
        }
        var events: [ChatEvent] = []
        let calls = try append(choice, of: body, to: &events)
        OpenAIVocabulary.appendNotes(from: body, to: &events)
        let usage =
            body["usage"].flatMap { OpenAIVocabulary.usage($0) }
            ?? OpenAIVocabulary.usage(InvocationCounts(headersOf: reply), model.usage)
        if let usage { events.append(.usage(usage)) }
        let word = (choice["finish_reason"] ?? choice["stop_reason"])?.string
        var reason = OpenAIVocabulary.finishReason(word, hasToolCalls: calls > 0)
        if body.isIntervened { reason = .contentFilter }
        events.append(.finished(reason))
        return events
    }

    /// Appends what a choice says, which is a message, or text where the model continues a prompt.
    ///
    /// - Returns: The number of its tool calls.
    private func append(
        _ choice: JSONValue,
        of body: JSONValue,
        to events: inout [ChatEvent]
    ) throws(AdapterError) -> Int {
        if let message = choice["message"], message.kind == .object {
            return append(message: message, answer: body["id"]?.string ?? "", to: &events)
        }
        if let text = choice["text"]?.text {
            if !text.isEmpty { events.append(.text(text)) }
        } else if !body.isIntervened {
            // A guardrail alone may leave nothing said.
            throw OpenAIVocabulary.failure(in: body) ?? .malformedReply("there is no message")
        }
        return 0
    }

    private func append(message: JSONValue, answer: String, to events: inout [ChatEvent]) -> Int {
        OpenAIVocabulary.appendContent(of: message, hidesThinking: model.thinking.isHidden, to: &events)
        var taken: Set<JSONText> = []
        let calls = message["tool_calls"].map { Array($0.elements) } ?? []
        for call in calls {
            guard let function = call["function"], let name = function["name"]?.text, !name.isEmpty else { continue }
            let index = taken.count
            let id = OpenAICallID.unique(call["id"]?.text, answer: answer, index: index, taken: taken)
            taken.insert(id)
            events.append(.toolCallStarted(index: index, id: id, name: name))
            events.append(.toolCallArguments(index: index, JSONText(argumentsFrom: function["arguments"])))
            events.append(.toolCallFinished(index: index))
        }
        return taken.count
    }
}
