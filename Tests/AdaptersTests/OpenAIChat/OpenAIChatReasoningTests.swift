import Adapters
import BedrockRuntime
import Catalog
import JSON
import NIOCore
import Testing

/// Reasoning between tags, read through the adapter's own decoder and the shared pipeline.
struct OpenAIChatReasoningTests {
    /// Streams a text cut into pieces at some places.
    private func streamed(_ text: String, cutAt cuts: [Int], model: String) throws -> DialectSupport.Summary {
        let model = try DialectSupport.model(model)
        let adapter = try OpenAIChatAdapter(model: model)
        let (_, context) = try adapter.call(for: DialectSupport.conversation(model), streaming: true)
        var decoder = adapter.makeEventDecoder(for: context)
        var pipeline = ReplyPipeline(context: context)
        let scalars = Array(text.unicodeScalars)
        var all: [ChatEvent] = []
        var start = 0
        for end in cuts + [scalars.count] {
            var piece = String.UnicodeScalarView()
            piece.append(contentsOf: scalars[start..<end])
            start = end
            var writer = JSONWriter()
            writer.string(String(piece))
            let chunk = #"{"id":"x","choices":[{"index":0,"delta":{"content":\#(String(buffer: writer.buffer))}}]}"#
            var events: [ChatEvent] = []
            try decoder.decode(BedrockEvent(.chunk, payload: ByteBuffer(string: chunk)), into: &events)
            pipeline.process(&events)
            all += events
        }
        let last = #"{"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
        var events: [ChatEvent] = []
        try decoder.decode(BedrockEvent(.chunk, payload: ByteBuffer(string: last)), into: &events)
        try decoder.finish(into: &events)
        pipeline.process(&events)
        all += events
        return DialectSupport.summary(all)
    }

    private let text =
        "<reasoning>Two  and two,\n\nsay 4 < 5 é </reason or </reasoning>It is  4.\n\n <b>bold</b> </reasoning>"

    @Test func aTagCutAtAnyPlaceIsNeverSeen() throws {
        let count = text.unicodeScalars.count
        for cut in 0...count {
            let summary = try streamed(text, cutAt: [cut], model: "GPT-OSS-120B")
            #expect(summary.thinking == "Two  and two,\n\nsay 4 < 5 é </reason or", "cut at \(cut)")
            #expect(summary.text == "It is  4.\n\n <b>bold</b> </reasoning>", "cut at \(cut)")
            #expect(summary.finishes == [.stop])
        }
    }

    @Test func aTagCutAtAnyTwoPlacesIsNeverSeen() throws {
        let text = "<reasoning>a b</reasoning>c d"
        let count = text.unicodeScalars.count
        for first in 0...count {
            for second in first...count {
                let summary = try streamed(text, cutAt: [first, second], model: "GPT-OSS-120B")
                #expect(summary.thinking == "a b", "cut at \(first) and \(second)")
                #expect(summary.text == "c d", "cut at \(first) and \(second)")
            }
        }
    }

    @Test func scalarByScalarIsTheSameAsWhole() throws {
        let count = text.unicodeScalars.count
        let whole = try streamed(text, cutAt: [], model: "GPT-OSS-120B")
        #expect(try streamed(text, cutAt: Array(1..<count), model: "GPT-OSS-120B") == whole)
    }

    @Test func anAnswerThatBeginsInsideNeedsNoOpeningTag() throws {
        for cut in 0...20 {
            let summary = try streamed("Two and two.</think>4", cutAt: [cut], model: "Nemotron-Nano-9B-v2")
            #expect(summary.thinking == "Two and two.")
            #expect(summary.text == "4")
        }
    }

    @Test func textWithoutTagsStaysText() throws {
        let summary = try streamed(" Use <think> for that.", cutAt: [3, 8], model: "Kimi-K2.5")
        #expect(summary.text == " Use <think> for that.")
        #expect(summary.thinking.isEmpty)
    }
}
