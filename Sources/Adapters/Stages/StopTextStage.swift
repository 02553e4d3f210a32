import JSON
import NIOCore

/// Cuts an answer's text at stop texts, also when one arrives in pieces.
///
/// The stop text that is complete first counts, as it would for a model that stops itself; of two that end together the
/// longer. The end of the text that could still become a stop text is held back until it is known; a stop text never
/// appears in the output. Thinking and tool arguments are not searched.
struct StopTextStage: Sendable {
    private var stops: StopSearch
    private var pending: [UInt8] = []
    private var hasCalls = false
    private(set) var isCut = false

    init(texts: [String]) {
        stops = StopSearch(texts)
    }

    mutating func process(_ events: inout [ChatEvent]) {
        var processed: [ChatEvent] = []
        processed.reserveCapacity(events.count)
        for event in events { process(event, into: &processed) }
        events = processed
    }

    private mutating func process(_ event: ChatEvent, into events: inout [ChatEvent]) {
        if isCut {
            // Counts still matter when the whole answer is already here.
            switch event {
            case .usage, .serviceTier, .guardrailTrace: events.append(event)
            default: break
            }
            return
        }
        switch event {
        case .text(let text): search(text.decodedBytes.readableBytesView, into: &events)
        case .thinking, .thinkingSignature, .redactedThinking, .usage, .serviceTier, .guardrailTrace:
            events.append(event)
        case .toolCallStarted, .toolCallArguments, .toolCallFinished, .finished:
            flush(pending.count, into: &events)
            stops.reset()
            if case .toolCallStarted = event { hasCalls = true }
            events.append(event)
        }
    }

    private mutating func search(_ bytes: ByteBufferView, into events: inout [ChatEvent]) {
        for byte in bytes {
            pending.append(byte)
            let found = stops.read(byte)
            guard found > 0 else { continue }
            flush(pending.count - found, into: &events)
            pending = []
            isCut = true
            // Clients run an answer's calls only where its end names them.
            events.append(.finished(hasCalls ? .toolCalls : .stop))
            return
        }
        flush(pending.count - stops.matched, into: &events)
    }

    private mutating func flush(_ count: Int, into events: inout [ChatEvent]) {
        guard count > 0 else { return }
        events.append(.text(JSONText(String(decoding: pending.prefix(count), as: UTF8.self))))
        pending.removeFirst(count)
    }
}
