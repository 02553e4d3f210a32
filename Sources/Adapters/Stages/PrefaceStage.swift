import JSON
import NIOCore

/// Leaves out what a model says before it calls a tool, where its words were promised to be JSON.
///
/// An answer that begins as an object or an array passes as it comes. Other words are held: a call shows that they were no
/// answer; the end, that they were all there is.
struct PrefaceStage: Sendable {
    private var held = HeldText()
    private var isAnswer = false

    mutating func process(_ events: inout [ChatEvent]) {
        guard !isAnswer else { return }
        var processed: [ChatEvent] = []
        processed.reserveCapacity(events.count)
        for event in events {
            switch event {
            case .text(let text) where !isAnswer:
                if held.isEmpty, Self.beginsJSON(text) {
                    isAnswer = true
                    processed.append(event)
                } else if !(held.isEmpty && text.isBlank) {
                    held.append(text)
                }
            case .toolCallStarted:
                held.drop()
                processed.append(event)
            case .finished:
                if !held.isEmpty { processed.append(.text(held.take())) }
                processed.append(event)
            default: processed.append(event)
            }
        }
        events = processed
    }

    private static func beginsJSON(_ text: JSONText) -> Bool {
        let first = text.decodedBytes.readableBytesView.first { $0 != 0x20 && !(0x09...0x0D ~= $0) }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }
}
