import Foundation
import HTTPServer
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import BedrockSimulator

/// Slow clients and clients that leave, over real sockets through the whole gateway.
@Suite(.serialized) struct BackPressureTests {
    @Test func aHundredStalledClientsOnEndlessStreamsGrowNoMemory() async throws {
        let bedrock = EndlessBedrock()
        try await GatewayHarness.run(
            script: { bedrock.answer($0) },
            test: { gateway in
                let clients = try (0..<100).map { _ in try gateway.client(receiveBuffer: 16_384) }
                for client in clients { client.post(ChatBody.saying("Hello", #""stream":true,"#)) }
                for client in clients { _ = try client.head() }
                // Once every buffer between Bedrock and the clients is full, not a byte moves any more.
                let full = try #require(try await gateway.settled { bedrock.written }, "Bedrock could go on sending.")
                // Memory of the gateway and of the system for all of them, and of the scripted Bedrock besides.
                #expect(full < 100 * 1_572_864, "\(full / 100) bytes a client")
                // One that reads again gets on; the others still wait.
                let text = try clients[0].text { $0.utf8.count > 2_000_000 }
                #expect(text.contains("xxxx"))
                #expect(bedrock.written - full < 4_000_000)
                for client in clients { client.close() }
                #expect(try await gateway.eventually { gateway.openChats == 0 && gateway.openCalls == 0 })
                #expect(try await gateway.eventually { bedrock.open == 0 })
            }
        )
    }

    @Test func aClientThatStallsAndReadsAgainMissesNothing() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client(receiveBuffer: 65_536)
            client.post(ChatBody.saying("simulate:events=60000", #""stream":true,"#))
            _ = try client.head()
            // Twelve megabytes are more than all socket buffers hold: Bedrock has to wait.
            try await Task.sleep(for: .milliseconds(1_500))
            #expect(gateway.simulator.counts.openStreams == 1)
            var text = ""
            while let chunk = try client.chunk() { text += String(decoding: chunk, as: UTF8.self) }
            #expect(text.hasSuffix("data: [DONE]\n\n"))
            let pieces = text.split(separator: #""content":""#).dropFirst(2).map { $0.prefix { $0 != "\"" } }
            let numbers = pieces.joined().split(separator: " ").compactMap { Int($0) }
            #expect(numbers == Array(1...60_000))
        }
    }

    @Test(arguments: EndlessBedrock.Pace.allCases, [false, true])
    fileprivate func aClientThatLeavesEndsItsUpstreamWithinASecond(
        _ pace: EndlessBedrock.Pace,
        byReset: Bool
    ) async throws {
        let bedrock = EndlessBedrock(pace)
        try await GatewayHarness.run(
            script: { bedrock.answer($0) },
            test: { gateway in
                let client = try gateway.client()
                client.post(ChatBody.saying("Hello", pace == .silent ? "" : #""stream":true,"#))
                #expect(try await gateway.eventually { bedrock.open == 1 && gateway.openCalls == 1 })
                let left = ContinuousClock.now
                if byReset { client.reset() } else { client.close() }
                #expect(try await gateway.eventually { bedrock.open == 0 })
                // The time is taken where it happens: this test may be woken much later.
                #expect(bedrock.departures.count == 1)
                for departure in bedrock.departures { #expect(departure - left < .seconds(1)) }
                #expect(try await gateway.eventually { gateway.openChats == 0 && gateway.openCalls == 0 })
                #expect(gateway.lines.all.filter { $0.contains("client_left") }.count == 1)
            }
        )
    }

    @Test func severalChoicesOfOneClientAllEndWithIt() async throws {
        try await GatewayHarness.run { gateway in
            let client = try gateway.client()
            client.post(ChatBody.saying("simulate:endless", #""stream":true,"n":8,"#))
            _ = try client.head()
            #expect(try await gateway.eventually { gateway.simulator.counts.openStreams == 8 })
            client.close()
            #expect(try await gateway.eventually { gateway.simulator.counts.openStreams == 0 })
            #expect(try await gateway.eventually { gateway.openChats == 0 && gateway.openCalls == 0 })
        }
    }
}

/// A Bedrock whose answers have no end, and which counts the bytes that it gets rid of and notes who leaves it.
private final class EndlessBedrock: Sendable {
    /// How far an answer gets.
    enum Pace: CaseIterable {
        /// Large pieces, as fast as they are taken.
        case pouring
        /// A beginning, and nothing behind it.
        case pausing
        /// Not even a head.
        case silent
    }

    private let pace: Pace
    private let count = Atomic<Int>(0)
    private let answers = Atomic<Int>(0)
    private let left = Mutex<[ContinuousClock.Instant]>([])
    private let start: ByteBuffer
    private let pieces: ByteBuffer

    var written: Int { count.load(ordering: .relaxed) }
    var open: Int { answers.load(ordering: .relaxed) }
    /// When callers left their answers.
    var departures: [ContinuousClock.Instant] { left.withLock { $0 } }

    init(_ pace: Pace = .pouring) {
        self.pace = pace
        func frame(_ event: String) -> ByteBuffer {
            var output = ByteBuffer()
            let payload = #"{"bytes":"\#(Data(event.utf8).base64EncodedString())"}"#
            FrameWriter.write(.event("chunk"), to: &output) { $0.writeString(payload) }
            return output
        }
        let usage = #""usage":{"input_tokens":1,"output_tokens":1}"#
        start = frame(#"{"type":"message_start","message":{"role":"assistant","content":[],\#(usage)}}"#)
        let text = String(repeating: "x", count: 4_000)
        let delta = #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\#(text)"}}"#
        pieces = ByteBuffer(bytes: (0..<8).flatMap { _ in frame(delta).readableBytesView })
    }

    func answer(_ exchange: Exchange) {
        exchange.collectBody(upTo: 1 << 20) { result in
            guard case .success = result else { return }
            exchange.onClientLeft = {
                self.left.withLock { $0.append(.now) }
                self.answers.subtract(1, ordering: .relaxed)
            }
            self.answers.add(1, ordering: .relaxed)
            guard self.pace != .silent else { return }
            exchange.begin(.ok, headers: [("content-type", "application/vnd.amazon.eventstream")])
            exchange.write(self.start)
            guard self.pace != .pausing else { return }
            exchange.onWritabilityChange = { [unowned exchange] isWritable in
                if isWritable { self.pump(exchange) }
            }
            self.pump(exchange)
        }
    }

    private func pump(_ exchange: Exchange) {
        while exchange.isWritable {
            exchange.write(pieces)
            count.add(pieces.readableBytes, ordering: .relaxed)
        }
    }
}
