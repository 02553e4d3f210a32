import Foundation
import HTTPUpstream
import NIOCore
import NIOHTTP1
import Testing

/// What a caller that reads slowly, or leaves, does to the upstream.
@Suite(.serialized)
struct BackPressureTests {
    /// Answers with a stream that never ends, and counts what the socket has taken.
    private static func endless(_ sent: Shared<Int>) -> Script {
        Script { request in
            request.channel.setOption(.socketOption(.so_sndbuf), value: 65_536).whenFailure { _ in }
            request.send("HTTP/1.1 200 OK\r\n\r\n")
            pour(into: request.channel, sent)
        }
    }

    private static let piece = ByteBuffer(repeating: 0x61, count: 65_536)

    private static func pour(into channel: any Channel, _ sent: Shared<Int>) {
        channel.writeAndFlush(piece).whenSuccess {
            sent.access { $0 += piece.readableBytes }
            channel.eventLoop.execute { pour(into: channel, sent) }
        }
    }

    /// Waits until a count has stood still for a long run of looks, and returns it; nil when it does not.
    ///
    /// Between two looks both loops come round: while they are kept from that, nothing moves, and that says nothing.
    private static func settled(_ count: Shared<Int>, _ harness: Harness, _ server: ScriptedServer) async throws -> Int?
    {
        var last = count.access { $0 }
        var looks = 0
        for _ in 0..<3_000 {
            try await Task.sleep(for: .milliseconds(20))
            try await harness.onLoop {}
            try await server.turn()
            let now = count.access { $0 }
            looks = now == last ? looks + 1 : 0
            last = now
            if looks == 50 { return now }
        }
        return nil
    }

    @Test(.timeLimit(.minutes(5)))
    func aHundredStalledCallersDoNotGrowMemory() async throws {
        let sent = Shared(0)
        try await withUpstream(script: Self.endless(sent)) { harness, server in
            var stalled: [(call: NIOLoopBound<UpstreamCall>, recorder: Recorder)] = []
            for _ in 0..<100 {
                // Bytes are kept, as a gateway with a stalled client would have to.
                let recorder = Recorder()
                let call = try await harness.send(server.post(), to: recorder, paused: true)
                stalled.append((call, recorder))
            }
            #expect(try await eventually { server.state.requests.count == 100 })
            let total = try #require(await Self.settled(sent, harness, server), "The server could go on sending.")
            for stream in stalled { #expect(stream.recorder.state.byteCount <= 131_072) }
            // What is on its way lies in the kernel: at most some megabytes a connection.
            #expect(total / 100 < 16_000_000)
            // The streams are alive: one that goes on reading gets more than was ever in flight for it.
            let first = stalled[0]
            let already = first.recorder.state.byteCount
            try await harness.onLoop { first.call.value.resumeReading() }
            #expect(try await eventually { first.recorder.state.byteCount > already + 20_000_000 })
            try await harness.onLoop { first.call.value.pauseReading() }
            let again = first.recorder.state.byteCount
            _ = try #require(await Self.settled(sent, harness, server), "The server could go on sending.")
            #expect(first.recorder.state.byteCount - again <= 131_072)
        }
    }

    @Test func aCallPausedAtItsHeadGetsTheRestLater() async throws {
        let size = 3_000_000
        let script = Script { request in
            request.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            request.channel.writeAndFlush(ByteBuffer(repeating: 0x61, count: size), promise: nil)
        }
        try await withUpstream(script: script) { harness, server in
            let recorder = Recorder()
            let call = try await harness.send(server.post(), to: recorder, paused: true)
            #expect(try await eventually { server.state.requests.count == 1 })
            try await Task.sleep(for: .milliseconds(100))
            #expect(recorder.state.byteCount <= 131_072)
            try await harness.onLoop { call.value.resumeReading() }
            #expect(try await eventually { recorder.state.isFinished })
            #expect(recorder.state.byteCount == size)
            #expect(try await harness.pooled(server.port) == 1)
        }
    }

    @Test(arguments: [false, true])
    func cancellingClosesTheConnectionWithinASecond(isPaused: Bool) async throws {
        let sent = Shared(0)
        try await withUpstream(script: Self.endless(sent)) { harness, server in
            let recorder = Recorder(keepsBody: false)
            let call = try await harness.send(server.post(), to: recorder)
            #expect(try await eventually { recorder.state.byteCount > 0 })
            if isPaused { try await harness.onLoop { call.value.pauseReading() } }
            let (cancelled, events) = try await harness.onLoop {
                call.value.cancel()
                return (ContinuousClock.now, recorder.state.events)
            }
            #expect(try await eventually { server.state.closed == 1 })
            #expect(try #require(server.state.lastClosed) - cancelled < .seconds(1))
            #expect(recorder.state.events == events)
            #expect(!recorder.state.hasEnded)
        }
    }

    @Test func cancellingBeforeTheAnswerClosesTheConnection() async throws {
        try await withUpstream(script: .silence) { harness, server in
            let recorder = Recorder()
            let call = try await harness.send(server.post(), to: recorder)
            #expect(try await eventually { server.state.requests.count == 1 })
            let cancelled = try await harness.onLoop {
                call.value.cancel()
                return ContinuousClock.now
            }
            #expect(try await eventually { server.state.closed == 1 })
            #expect(try #require(server.state.lastClosed) - cancelled < .seconds(1))
            #expect(recorder.state.events.isEmpty)
        }
    }

    @Test func cancellingAtOnceSendsNothing() async throws {
        try await withUpstream(script: .silence) { harness, server in
            let recorder = Recorder()
            let request = server.post()
            try await harness.onLoop { [client = harness.client, loop = harness.loop] in
                client.pool(for: loop).send(request, receiver: recorder).cancel()
            }
            #expect(try await eventually { server.state.closed == server.state.connections })
            #expect(server.state.requests.isEmpty)
            #expect(recorder.state.events.isEmpty)
        }
    }

    @Test func aReceiverMayCancelFromWithinACallback() async throws {
        let script = Script { request in
            request.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n1\r\ny\r\n0\r\n\r\n")
        }
        try await withUpstream(script: script) { harness, server in
            let cancelling = CancellingReceiver()
            let request = server.post()
            try await harness.onLoop { [client = harness.client, loop = harness.loop] in
                cancelling.start(request, in: client.pool(for: loop))
            }
            #expect(try await eventually { server.state.closed == 1 })
            #expect(cancelling.events.access { $0 } == ["head", "bytes"])
        }
    }

    @Test func aReceiverIsHeldUntilTheEndAndNoLonger() async throws {
        let script = Script { $0.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
        try await withUpstream(script: script) { harness, server in
            let ended = Shared(false)
            weak let weakly: Recorder? = try await {
                let recorder = Recorder(onHead: { ended.access { $0 = true } })
                _ = try await harness.send(server.post(), to: recorder)
                return recorder
            }()
            #expect(try await eventually { ended.access { $0 } })
            #expect(try await eventually { weakly == nil })
        }
    }
}

/// Cancels its call at the first byte.
private final class CancellingReceiver: UpstreamResponseReceiver, @unchecked Sendable {
    let events = Shared<[String]>([])
    /// Used on the loop only.
    private var call: UpstreamCall?

    func start(_ request: UpstreamRequest, in pool: UpstreamPool) {
        call = pool.send(request, receiver: self)
    }

    func upstream(head status: Int, headers: HTTPHeaders) { events.access { $0.append("head") } }

    func upstream(bytes: ByteBuffer) {
        events.access { $0.append("bytes") }
        call?.cancel()
        call = nil
    }

    func upstreamFinished() { events.access { $0.append("finished") } }

    func upstreamFailed(_ error: UpstreamError) { events.access { $0.append("failed") } }
}
