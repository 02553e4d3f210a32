import JSON
import NIOCore

/// Takes the code fence off an answer that should be bare JSON: models told so in words often put one around it.
///
/// Only a fence that opens the answer is taken off, and then the one that closes it.
struct CodeFenceStage: Sendable {
    private enum State {
        /// Nothing but white space and perhaps part of a fence has come.
        case beginning
        /// A fence opened; its language word is being skipped.
        case opening
        /// Inside a fence, whose end is held back.
        case fenced
        /// There was no fence.
        case plain
    }

    private var state = State.beginning
    private var pending: [UInt8] = []
    private static let fence = Array("```".utf8)

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
            guard let lineEnd = pending.firstIndex(of: UInt8(ascii: "\n")) else { return }
            pending.removeFirst(lineEnd + 1)
            state = .fenced
        }
        // What may be the closing fence stays: white space and backquotes at the very end.
        let body = pending.lastIndex { !Self.isSpace($0) && $0 != UInt8(ascii: "`") }.map { $0 + 1 } ?? 0
        flush(body, into: &events)
    }

    private mutating func finish(into events: inout [ChatEvent]) {
        switch state {
        case .plain: break
        case .beginning: flush(pending.count, into: &events)
        case .opening: flush(pending.count, into: &events)
        case .fenced:
            // Only white space and backquotes are left; anything else has been passed on.
            pending = []
        }
        state = .plain
    }

    private mutating func flush(_ count: Int, into events: inout [ChatEvent]) {
        guard count > 0 else { return }
        events.append(.text(JSONText(String(decoding: pending.prefix(count), as: UTF8.self))))
        pending.removeFirst(count)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
}
