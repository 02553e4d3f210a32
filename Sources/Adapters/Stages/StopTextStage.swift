import JSON
import NIOCore

/// Cuts an answer's text at stop texts, also when one arrives in pieces.
///
/// The stop text that is complete first counts, as it would for a model that stops itself; of two that end together the
/// longer. The end of the text that could still become a stop text is held back until it is known; a stop text never
/// appears in the output. Thinking and tool arguments are not searched.
struct StopTextStage: Sendable {
    /// The search for one text, a byte at a time (Knuth, Morris and Pratt 1977).
    private struct Search {
        let text: [UInt8]
        /// For each length of a beginning of the text: the longest shorter beginning that it ends with.
        let borders: [Int]
        /// How much of the text stands at the end of what was read.
        var matched = 0

        init(_ text: [UInt8]) {
            self.text = text
            var borders = [0, 0]
            var border = 0
            for byte in text.dropFirst() {
                while border > 0, text[border] != byte { border = borders[border] }
                if text[border] == byte { border += 1 }
                borders.append(border)
            }
            self.borders = borders
        }

        /// Reads a byte; true if the text is complete with it.
        mutating func read(_ byte: UInt8) -> Bool {
            while matched > 0, text[matched] != byte { matched = borders[matched] }
            if text[matched] == byte { matched += 1 }
            return matched == text.count
        }
    }

    private var searches: [Search]
    private var pending: [UInt8] = []
    private(set) var isCut = false

    init(texts: [String]) {
        searches = texts.map { Array($0.utf8) }.filter { !$0.isEmpty }.map { Search($0) }
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
            for place in searches.indices { searches[place].matched = 0 }
            events.append(event)
        }
    }

    private mutating func search(_ bytes: ByteBufferView, into events: inout [ChatEvent]) {
        for byte in bytes {
            pending.append(byte)
            var found = 0
            for place in searches.indices where searches[place].read(byte) {
                found = max(found, searches[place].text.count)
            }
            guard found > 0 else { continue }
            flush(pending.count - found, into: &events)
            pending = []
            isCut = true
            events.append(.finished(.stop))
            return
        }
        flush(pending.count - (searches.map(\.matched).max() ?? 0), into: &events)
    }

    private mutating func flush(_ count: Int, into events: inout [ChatEvent]) {
        guard count > 0 else { return }
        events.append(.text(JSONText(String(decoding: pending.prefix(count), as: UTF8.self))))
        pending.removeFirst(count)
    }
}
