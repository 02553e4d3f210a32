import BedrockRuntime
import JSON
import NIOCore
import Testing

@testable import Adapters

/// The short way to a chunk's text finds what parsing finds, or leaves it to parsing.
struct AnthropicPlainTextTests {
    private static func chunk(_ text: String, index: String = "0", end: String = "\"}}") -> String {
        #"{"type":"content_block_delta","index":\#(index),"delta":{"type":"text_delta","text":""# + text + end
    }

    /// What the decoder makes of a chunk: texts and errors.
    private static func decoded(_ chunk: String) -> [String] {
        var decoder = AnthropicEventDecoder()
        var events: [ChatEvent] = []
        do throws(AdapterError) {
            try decoder.decode(BedrockEvent(.chunk, payload: ByteBuffer(string: chunk)), into: &events)
        } catch {
            return ["an error"]
        }
        return events.map { if case .text(let text) = $0 { text.string } else { "\($0)" } }
    }

    @Test(arguments: ["", " ", "Hi", String(repeating: "plain text, ", count: 40), "a'b{}[]:,/"], ["0", "7", "12"])
    func plainTextTakesTheShortWay(_ text: String, _ index: String) {
        let chunk = Self.chunk(text, index: index)
        #expect(AnthropicEventDecoder.plainText(of: ByteBuffer(string: chunk))?.string == text)
        // A space makes the long way of it.
        let long = chunk.replacing(#","delta":"#, with: #", "delta":"#)
        #expect(AnthropicEventDecoder.plainText(of: ByteBuffer(string: long)) == nil)
        #expect(Self.decoded(chunk) == Self.decoded(long))
        #expect(Self.decoded(chunk) == (text.isEmpty ? [] : [text]))
    }

    @Test(arguments: [
        chunk(#"a\"b"#), chunk(#"\\"#), chunk(#"\u0041"#), chunk("é"), chunk("你好"), chunk("a\u{1}b"), chunk("a\"b"),
        chunk("x", index: "01"), chunk("x", index: "-1"), chunk("x", index: ""), chunk("x", index: "1.0"),
        chunk("x", end: "\"}"), chunk("x", end: "\"}} "), chunk("x", end: "\"},\"a\":1}"), chunk("x", end: "}}"),
        chunk("x", end: "\"}}}"), chunk("x", end: #"","text":"y"}}"#), "", "{",
        #"{"type":"content_block_delta","index":0"#,
    ])
    func whatIsOtherwiseIsParsed(_ chunk: String) {
        #expect(AnthropicEventDecoder.plainText(of: ByteBuffer(string: chunk)) == nil)
    }

    /// From the middle of a buffer, as frames come.
    @Test func aSliceIsReadFromItsOwnBeginning() throws {
        let chunk = Self.chunk("words")
        let buffer = ByteBuffer(string: "xxxx" + chunk + "yyyy")
        let slice = try #require(buffer.getSlice(at: 4, length: chunk.utf8.count))
        #expect(AnthropicEventDecoder.plainText(of: slice)?.string == "words")
        var moved = buffer
        moved.moveReaderIndex(forwardBy: 4)
        moved.moveWriterIndex(to: moved.writerIndex - 4)
        #expect(AnthropicEventDecoder.plainText(of: moved)?.string == "words")
    }
}
