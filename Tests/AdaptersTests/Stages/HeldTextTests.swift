import JSON
import NIOCore
import Testing

@testable import Adapters

/// A stage that holds text back holds a copy: a slice of what was read would keep all of it in memory.
@Suite struct HeldTextTests {
    /// Whether anything else still refers to a buffer's memory: then changing the buffer moves it.
    private static func isShared(_ buffer: inout ByteBuffer) -> Bool {
        let before = buffer.withUnsafeReadableBytes { $0.baseAddress }
        buffer.setInteger(UInt8(ascii: "x"), at: buffer.readerIndex)
        return buffer.withUnsafeReadableBytes { $0.baseAddress } != before
    }

    /// Whether a stage that was given a slice of a long read keeps the whole read.
    private static func pins(_ process: (inout [ChatEvent]) -> Void) -> Bool {
        var read = ByteBuffer(repeating: UInt8(ascii: "a"), count: 65_536)
        do {
            guard let slice = read.getSlice(at: 100, length: 5) else { return true }
            var events: [ChatEvent] = [.text(JSONText(validEscaped: slice, hasEscapes: false))]
            process(&events)
            #expect(events.isEmpty, "it was not held back")
        }
        return isShared(&read)
    }

    @Test func wordsBeforeACallAreCopied() {
        var preface = PrefaceStage()
        #expect(!Self.pins { preface.process(&$0) })
        var structured = StructuredOutputStage(toolName: "json")
        #expect(!Self.pins { structured.process(&$0) })
        var kept: [ChatEvent] = []
        #expect(Self.pins { swap(&kept, &$0) }, "the test sees what is kept")
    }

    @Test func piecesAreJoined() {
        var text = HeldText()
        #expect(text.isEmpty)
        text.append("a ")
        text.append(JSONText("\"b\""))
        #expect(text.take().string == #"a "b""#)
        #expect(text.isEmpty)
    }
}
