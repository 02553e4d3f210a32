import Foundation
import HTTPServer
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

/// What becomes of a choice when another one fails.
@Suite struct SeveralChoicesTests {
    /// Streams the first answer to its end, and the other up to where it is told to fail; both think aloud, and never stop.
    private final class SecondFails: Sendable {
        private let count = Atomic<Int>(0)
        private let second = Mutex<NIOLoopBound<Exchange>?>(nil)

        private static func chunk(_ event: String) -> ByteBuffer {
            ByteBuffer(bytes: EventStreamFrames.event("chunk", payload: Array(event.utf8)))
        }

        func answer(_ exchange: Exchange) {
            let isFirst = count.add(1, ordering: .relaxed).newValue == 1
            exchange.collectBody(upTo: 1 << 20) { _ in
                exchange.begin(.ok, headers: [("content-type", "application/vnd.amazon.eventstream")])
                exchange.write(Self.chunk(#"{"messageStart":{"role":"assistant"}}"#))
                exchange.write(
                    Self.chunk(#"{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"<thinking>So it is"}}}"#)
                )
                if isFirst {
                    exchange.finish(with: Self.chunk(#"{"messageStop":{"stopReason":"end_turn"}}"#))
                } else {
                    self.second.withLock { $0 = NIOLoopBound(exchange, eventLoop: exchange.eventLoop) }
                }
            }
        }

        /// Fails the other answer; false as long as nobody has asked for it.
        func fail() -> Bool {
            guard let second = second.withLock({ $0 }) else { return false }
            second.eventLoop.execute {
                let failure = EventStreamFrames.exception(
                    "modelStreamErrorException",
                    payload: Array(#"{"message":"It broke."}"#.utf8)
                )
                second.value.finish(with: ByteBuffer(bytes: failure))
            }
            return true
        }
    }

    @Test func nothingFollowsTheEndOfAChoiceWhenAnotherFails() async throws {
        let upstream = SecondFails()
        let script: @Sendable (Exchange) -> Void = { upstream.answer($0) }
        try await GatewayHarness.run(script: script) { gateway in
            let tool = #"{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}"#
            let more = #""n":2,"stream":true,"include_thinking_data":true,"tools":[\#(tool)],"#
            let client = try gateway.client()
            client.post(ChatBody.saying("Hi", more, model: "Nova-Lite"))
            #expect(try client.head().status == 200)
            var text = try client.text { $0.contains(#""finish_reason":"stop""#) }
            #expect(try await gateway.eventually { upstream.fail() })
            while let chunk = try client.chunk() { text += String(decoding: chunk, as: UTF8.self) }
            let events = text.components(separatedBy: "\n\n").filter { !$0.isEmpty }
            let end = try #require(events.firstIndex { $0.contains(#""finish_reason":"stop""#) })
            let index = events[end].contains(#""index":0"#) ? 0 : 1
            #expect(events[..<end].contains { $0.contains("So it is") && $0.contains(#""index":\#(index)"#) })
            #expect(!events[(end + 1)...].contains { $0.contains(#""index":\#(index)"#) }, "\(events)")
            // The other is still owed the end of its thinking.
            #expect(events[(end + 1)...].contains { $0.contains("</think>") && $0.contains(#""index":\#(1 - index)"#) })
            #expect(events.last?.contains("\"error\"") == true)
        }
    }
}
