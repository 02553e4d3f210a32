import JSON
import NIOCore

/// Takes the code fence off an answer that should be bare JSON: models told so in words often put one around it.
///
/// Only a fence that opens the answer is taken off, with the word behind it; then the fence that closes it, which is one that
/// stands in none of the JSON's strings, and whatever the model says after it.
struct CodeFenceStage: Sendable {
    private enum State {
        /// Nothing but white space and perhaps part of a fence has come.
        case beginning
        /// A fence opened; its language word and white space are being skipped.
        case opening
        /// Inside a fence.
        case fenced
        /// The fence closed: nothing more belongs to the answer.
        case closed
        /// There was no fence.
        case plain
    }

    private var state = State.beginning
    private var pending: [UInt8] = []
    private var isInString = false
    private var isEscaped = false
    private static let fence = Array("```".utf8)
    private static let backquote = UInt8(ascii: "`")

    mutating func process(_ events: inout [ChatEvent]) {
        var processed: [ChatEvent] = []
        for event in events {
            switch event {
            case .text(let text):
                if state == .plain {
                    processed.append(event)
                } else {
                    pending += text.decodedBytes.readableBytesView
                    advance(into: &processed)
                }
            case .finished:
                finish(into: &processed)
                processed.append(event)
            default: processed.append(event)
            }
        }
        events = processed
    }

    private mutating func advance(into events: inout [ChatEvent]) {
        if state == .beginning {
            let content = pending.drop { Self.isSpace($0) }
            if content.count < 3, Self.fence.starts(with: content) { return }
            guard content.starts(with: Self.fence) else {
                state = .plain
                return flush(pending.count, into: &events)
            }
            pending = Array(content.dropFirst(3))
            state = .opening
        }
        if state == .opening {
            let content = pending.drop { Self.isWordByte($0) }.drop { Self.isSpace($0) }
            // The word may go on in what comes next.
            guard !content.isEmpty else { return }
            pending = Array(content)
            state = .fenced
        }
        if state == .fenced { passFenced(into: &events) }
        if state == .closed { pending = [] }
    }

    /// Passes on what stands before the closing fence; white space and backquotes that may belong to its end stay.
    private mutating func passFenced(into events: inout [ChatEvent]) {
        var end = 0
        var quotes = 0
        for (index, byte) in pending.enumerated() {
            quotes = byte == Self.backquote && !isInString ? quotes + 1 : 0
            if quotes == 3 {
                state = .closed
                break
            }
            note(byte)
            if isInString || !(Self.isSpace(byte) || byte == Self.backquote) { end = index + 1 }
        }
        flush(end, into: &events)
    }

    /// Follows the JSON's strings; white space and backquotes outside them may come by twice.
    private mutating func note(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if isInString, byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString.toggle()
        }
    }

    private mutating func finish(into events: inout [ChatEvent]) {
        // Of a fence only white space and backquotes are left; anything else has been passed on.
        if state == .beginning || state == .opening { flush(pending.count, into: &events) }
        pending = []
        state = .plain
    }

    private mutating func flush(_ count: Int, into events: inout [ChatEvent]) {
        guard count > 0 else { return }
        events.append(.text(JSONText(String(decoding: pending.prefix(count), as: UTF8.self))))
        pending.removeFirst(count)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
