import JSON

/// Turns the arguments of the structured-output tool into the answer's text and hides the call.
///
/// Words that the model said before calling a tool are held back: they are not part of the JSON that the client parses; if
/// no call comes they are the answer. What it says after the call, and a second call, is no part either.
struct StructuredOutputStage: Sendable {
    private let toolName: JSONText
    private var hiddenCall: Int?
    private var sawCall = false
    private var visibleCalls = 0
    private var visibleIndexes: [Int: Int] = [:]
    private var held = HeldText()

    init(toolName: String) {
        self.toolName = JSONText(toolName)
    }

    mutating func process(_ events: inout [ChatEvent]) {
        var processed: [ChatEvent] = []
        processed.reserveCapacity(events.count)
        for event in events { process(event, into: &processed) }
        events = processed
    }

    private mutating func process(_ event: ChatEvent, into events: inout [ChatEvent]) {
        switch event {
        case .text(let text):
            if !sawCall { held.append(text) }
        case .toolCallStarted(let index, _, let name) where name == toolName:
            if !sawCall { hiddenCall = index }
            sawCall = true
            held.drop()
        case .toolCallStarted(let index, let id, let name):
            held.drop()
            visibleIndexes[index] = visibleCalls
            events.append(.toolCallStarted(index: visibleCalls, id: id, name: name))
            visibleCalls += 1
        case .toolCallArguments(let index, let text):
            if index == hiddenCall {
                events.append(.text(text))
            } else if let visible = visibleIndexes[index] {
                events.append(.toolCallArguments(index: visible, text))
            }
        case .toolCallFinished(let index):
            if let visible = visibleIndexes[index] { events.append(.toolCallFinished(index: visible)) }
        case .finished(let reason):
            if !held.isEmpty { events.append(.text(held.take())) }
            events.append(.finished(reason == .toolCalls && visibleCalls == 0 ? .stop : reason))
        default:
            events.append(event)
        }
    }
}
