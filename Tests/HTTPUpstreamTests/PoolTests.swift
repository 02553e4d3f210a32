import HTTPUpstream
import NIOCore
import Testing

/// Which connections are used again, and what happens when one turns out to be closed.
struct PoolTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test func aConnectionServesOneRequestAfterTheOther() async throws {
        try await withUpstream(script: Script { $0.send(Self.ok) }) { harness, server in
            for round in 0..<5 {
                let answer = try await harness.fetch(server.post())
                #expect(answer.text == "ok")
                #expect(answer.wasReused == (round > 0))
            }
            #expect(server.state.connections == 1)
            #expect(server.state.requests.count == 5)
        }
    }

    @Test func concurrentRequestsGetConnectionsOfTheirOwn() async throws {
        let waiting = Shared<[ScriptedServer.Request]>([])
        let script = Script { request in waiting.access { $0.append(request) } }
        try await withUpstream(script: script) { harness, server in
            let recorders = [Recorder(), Recorder(), Recorder()]
            for recorder in recorders { try await harness.send(server.post(), to: recorder) }
            #expect(try await eventually { server.state.requests.count == 3 })
            #expect(server.state.connections == 3)
            for request in waiting.access({ $0 }) { request.send(Self.ok) }
            #expect(try await eventually { recorders.allSatisfy { $0.state.isFinished } })
            #expect(try await harness.pooled(server.port) == 3)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ])
    func aConnectionThatIsToCloseIsNotPooled(_ wire: String) async throws {
        try await withUpstream(script: Script { $0.send(wire) }) { harness, server in
            let outcome1 = try await harness.fetch(server.post())
            #expect(outcome1.text == "ok")
            #expect(try await harness.pooled(server.port) == 0)
            #expect(try await eventually { server.state.closed == 1 })
            let outcome2 = try await harness.fetch(server.post())
            #expect(outcome2.text == "ok")
            #expect(server.state.connections == 2)
        }
    }

    @Test func bytesBehindAnAnswerSpendTheConnection() async throws {
        try await withUpstream(script: Script { $0.send(Self.ok + "HTTP/1.1 2") }) { harness, server in
            let outcome3 = try await harness.fetch(server.post())
            #expect(outcome3.text == "ok")
            #expect(try await harness.pooled(server.port) == 0)
            let outcome4 = try await harness.fetch(server.post())
            #expect(outcome4.text == "ok")
            #expect(server.state.connections == 2)
        }
    }

    @Test func aSecondAnswerNobodyAskedForSpendsTheConnection() async throws {
        try await withUpstream(script: Script { $0.send(Self.ok + Self.ok) }) { harness, server in
            let answer = try await harness.fetch(server.post())
            #expect(answer.text == "ok")
            #expect(answer.notes.events == ["head", "bytes", "finished"])
            #expect(try await harness.pooled(server.port) == 0)
        }
    }

    @Test func anIdleConnectionThatGetsAByteIsDiscarded() async throws {
        let channels = Shared<[any Channel]>([])
        let script = Script { request in
            channels.access { $0.append(request.channel) }
            request.send(Self.ok)
        }
        try await withUpstream(script: script) { harness, server in
            _ = try await harness.fetch(server.post())
            #expect(try await harness.pooled(server.port) == 1)
            for channel in channels.access({ $0 }) {
                channel.writeAndFlush(ByteBuffer(string: "H"), promise: nil)
            }
            #expect(try await eventually { server.state.closed == 1 })
            #expect(try await harness.pooled(server.port) == 0)
        }
    }

    @Test func anIdleConnectionThatEndsIsDiscarded() async throws {
        let channels = Shared<[any Channel]>([])
        let script = Script { request in
            channels.access { $0.append(request.channel) }
            request.send(Self.ok)
        }
        try await withUpstream(script: script) { harness, server in
            _ = try await harness.fetch(server.post())
            for channel in channels.access({ $0 }) { channel.close(promise: nil) }
            var count = 1
            for _ in 0..<1_000 where count > 0 {
                count = try await harness.pooled(server.port)
                try await Task.sleep(for: .milliseconds(2))
            }
            #expect(count == 0)
            let answer = try await harness.fetch(server.post())
            #expect(!answer.wasRetried)
            #expect(answer.text == "ok")
        }
    }

    @Test func anIdleConnectionIsKeptForItsTimeOnly() async throws {
        try await withUpstream(script: Script { $0.send(Self.ok) }) { harness, server in
            _ = try await harness.fetch(server.post())
            try await harness.advance(by: .seconds(60))
            #expect(try await harness.pooled(server.port) == 1)
            try await harness.advance(by: .seconds(2))
            #expect(try await harness.pooled(server.port) == 0)
            #expect(try await eventually { server.state.closed == 1 })
        }
    }

    @Test func onlySoManyIdleConnectionsAreKept() async throws {
        let waiting = Shared<[ScriptedServer.Request]>([])
        let script = Script { request in waiting.access { $0.append(request) } }
        let configuration = UpstreamConfiguration(maximumPooledPerHost: 1)
        try await withUpstream(configuration, script: script) { harness, server in
            let recorders = [Recorder(), Recorder(), Recorder()]
            for recorder in recorders { try await harness.send(server.post(), to: recorder) }
            #expect(try await eventually { server.state.requests.count == 3 })
            for request in waiting.access({ $0 }) { request.send(Self.ok) }
            #expect(try await eventually { server.state.closed == 2 })
            #expect(try await harness.pooled(server.port) == 1)
        }
    }

    @Test func tooManyConnectionsAreRefused() async throws {
        let configuration = UpstreamConfiguration(maximumConnectionsPerHost: 2)
        try await withUpstream(configuration, script: .silence) { harness, server in
            let first = Recorder()
            let call = try await harness.send(server.post(), to: first)
            try await harness.send(server.post(), to: Recorder())
            let outcome5 = try await harness.fetch(server.post())
            #expect(outcome5.failure == .overloaded(endpoint: server.post().endpoint))
            try await harness.onLoop { call.value.cancel() }
            let next = Recorder()
            try await harness.send(server.post(), to: next)
            #expect(try await eventually { server.state.requests.count == 3 })
            #expect(next.state.failure == nil)
        }
    }

    @Test func aStaleConnectionIsReplacedOnce() async throws {
        let script = Script { request in
            // The first connection serves one request and then closes on the second without a byte.
            if request.connection == 0, request.number == 1 { request.close() } else { request.send(Self.ok) }
        }
        try await withUpstream(script: script) { harness, server in
            _ = try await harness.fetch(server.post())
            let answer = try await harness.fetch(server.post("second"))
            #expect(answer.text == "ok")
            #expect(answer.wasRetried)
            #expect(!answer.wasReused)
            #expect(server.state.connections == 2)
            #expect(server.state.bodies == [2, 6, 6])
        }
    }

    @Test func aSecondFailureIsNotRetried() async throws {
        let script = Script { request in
            if request.connection == 0, request.number == 0 { request.send(Self.ok) } else { request.close() }
        }
        try await withUpstream(script: script) { harness, server in
            _ = try await harness.fetch(server.post())
            let answer = try await harness.fetch(server.post())
            #expect(answer.failure == .connectionClosed(host: "127.0.0.1", beforeResponse: true))
            #expect(answer.wasRetried)
            #expect(server.state.requests.count == 3)
        }
    }

    @Test func aConnectionThatEndsLaterWasNotStale() async throws {
        let second = Shared<(any Channel)?>(nil)
        let script = Script { request in
            if request.number == 0 { request.send(Self.ok) } else { second.access { $0 = request.channel } }
        }
        try await withUpstream(script: script) { harness, server in
            _ = try await harness.fetch(server.post())
            let recorder = Recorder()
            try await harness.send(server.post(), to: recorder)
            #expect(try await eventually { second.access { $0 != nil } })
            try await harness.advance(by: .seconds(7))
            try await second.access { $0 }?.close().get()
            #expect(try await eventually { recorder.state.hasEnded })
            #expect(recorder.state.failure == .connectionClosed(host: "127.0.0.1", beforeResponse: true))
            #expect(server.state.requests.count == 2)
        }
    }

    @Test func aFreshConnectionIsNotRetried() async throws {
        try await withUpstream(script: Script { $0.close() }) { harness, server in
            let answer = try await harness.fetch(server.post())
            #expect(answer.failure == .connectionClosed(host: "127.0.0.1", beforeResponse: true))
            #expect(!answer.wasRetried)
            #expect(server.state.requests.count == 1)
        }
    }

    @Test(arguments: ["H", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no"])
    func nothingIsRetriedOnceAByteCame(_ partial: String) async throws {
        let script = Script { request in
            if request.number == 0 { request.send(Self.ok) } else { request.sendAndClose(partial) }
        }
        try await withUpstream(script: script) { harness, server in
            _ = try await harness.fetch(server.post())
            let answer = try await harness.fetch(server.post())
            guard case .connectionClosed = answer.failure else {
                Issue.record("Got \(String(describing: answer.failure))")
                return
            }
            #expect(!answer.wasRetried)
            #expect(answer.wasReused)
            #expect(server.state.requests.count == 2)
        }
    }

    @Test func shuttingDownFailsWhatIsUnderWay() async throws {
        try await withUpstream(script: .silence) { harness, server in
            let recorder = Recorder()
            try await harness.send(server.post(), to: recorder)
            #expect(try await eventually { server.state.requests.count == 1 })
            await harness.client.shutdown()
            #expect(recorder.state.failure == .shutDown)
            #expect(try await eventually { server.state.closed == 1 })
            let outcome6 = try await harness.fetch(server.post())
            #expect(outcome6.failure == .shutDown)
        }
    }
}
