import JSON
import NIOCore

/// Cuts an answer's text at stop texts, also when one arrives in pieces.
///
/// The end of the text that could still become a stop text is held back until it is known; a stop text never appears in
/// the output. Thinking and tool arguments are not searched.
struct StopTextStage: Sendable {
    private let texts: [[UInt8]]
    private var pending: [UInt8] = []
    private(set) var isCut = false

    init(texts: [String]) {
        self.texts = texts.map { Array($0.utf8) }.filter { !$0.isEmpty }
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
        case .text(let text):
            pending += text.decodedBytes.readableBytesView
            search(into: &events)
        case .thinking, .thinkingSignature, .redactedThinking, .usage, .serviceTier, .guardrailTrace:
            events.append(event)
        case .toolCallStarted, .toolCallArguments, .toolCallFinished, .finished:
            flush(pending.count, into: &events)
            events.append(event)
        }
    }

    private mutating func search(into events: inout [ChatEvent]) {
        var earliest: Int?
        for text in texts {
            if let found = Self.firstIndex(of: text, in: pending), found < earliest ?? Int.max { earliest = found }
        }
        if let earliest {
            flush(earliest, into: &events)
            pending = []
            isCut = true
            events.append(.finished(.stop))
            return
        }
        flush(pending.count - longestOpenEnd(), into: &events)
    }

    /// The length of the longest end of the text that some stop text begins with.
    private func longestOpenEnd() -> Int {
        var longest = 0
        for text in texts {
            var length = min(text.count - 1, pending.count)
            while length > longest {
                if pending.suffix(length).elementsEqual(text.prefix(length)) {
                    longest = length
                    break
                }
                length -= 1
            }
        }
        return longest
    }

    private mutating func flush(_ count: Int, into events: inout [ChatEvent]) {
        guard count > 0 else { return }
        events.append(.text(JSONText(String(decoding: pending.prefix(count), as: UTF8.self))))
        pending.removeFirst(count)
    }

    private static func firstIndex(of text: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= text.count else { return nil }
        for start in 0...(bytes.count - text.count) where bytes[start] == text[0] {
            if bytes[start..<start + text.count].elementsEqual(text) { return start }
        }
        return nil
    }
}
