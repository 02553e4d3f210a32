/// Puts tool calls that a model makes at the same time one after another.
///
/// Clients read a stream as OpenAI sends it: a call is whole before the next one starts. Of calls that interleave the first
/// goes through as it comes; what belongs to the others waits until the one before is finished. Everything else passes.
struct ToolCallSequence: Sendable {
    private struct Waiting {
        var index: Int
        var events: [ChatEvent]
        var isFinished = false
    }

    /// The call that is going through.
    private var open: Int?
    private var waiting: [Waiting] = []

    mutating func process(_ events: inout [ChatEvent]) {
        guard let place = events.firstIndex(where: { !passes($0) }) else { return }
        let rest = events[place...]
        events.removeLast(rest.count)
        for event in rest { take(event, into: &events) }
    }

    /// Takes note of an event if it can stay where it is.
    private mutating func passes(_ event: ChatEvent) -> Bool {
        switch event {
        case .toolCallStarted(let index, _, _):
            guard open == nil else { return false }
            open = index
        case .toolCallFinished(let index):
            guard waiting.isEmpty else { return false }
            if open == index { open = nil }
        case .toolCallArguments, .finished: return waiting.isEmpty
        default: break
        }
        return true
    }

    private mutating func take(_ event: ChatEvent, into events: inout [ChatEvent]) {
        switch event {
        case .toolCallStarted(let index, _, _) where open != nil:
            waiting.append(Waiting(index: index, events: [event]))
        case .toolCallStarted(let index, _, _):
            open = index
            events.append(event)
        case .toolCallArguments(let index, _):
            guard let place = waiting.firstIndex(where: { $0.index == index }) else { return events.append(event) }
            waiting[place].events.append(event)
        case .toolCallFinished(let index):
            if let place = waiting.firstIndex(where: { $0.index == index }) {
                waiting[place].events.append(event)
                waiting[place].isFinished = true
                return
            }
            events.append(event)
            if open == index { openNext(into: &events) }
        case .finished:
            for call in waiting { events += call.events }
            waiting = []
            events.append(event)
        default: events.append(event)
        }
    }

    /// Lets out the calls that waited, up to and including the first that is not finished.
    private mutating func openNext(into events: inout [ChatEvent]) {
        open = nil
        while open == nil, !waiting.isEmpty {
            let next = waiting.removeFirst()
            events += next.events
            if !next.isFinished { open = next.index }
        }
    }
}
