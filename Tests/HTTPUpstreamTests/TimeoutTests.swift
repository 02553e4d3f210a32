import HTTPUpstream
import NIOCore
import Testing

/// Time-outs, with the clock in the test's hand.
struct TimeoutTests {
    private static let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"

    @Test func anAnswerThatDoesNotBeginIsGivenUp() async throws {
        let configuration = UpstreamConfiguration(firstByteTimeout: .seconds(20))
        try await withUpstream(configuration, script: .silence) { harness, server in
            let recorder = Recorder()
            try await harness.send(server.post(), to: recorder)
            #expect(try await eventually { server.state.requests.count == 1 })
            try await harness.advance(by: .seconds(20))
            #expect(!recorder.state.hasEnded)
            try await harness.advance(by: .seconds(2))
            #expect(recorder.state.failure == .firstByteTimeout(host: "127.0.0.1"))
            #expect(try await eventually { server.state.closed == 1 })
        }
    }

    @Test func anInterimAnswerDoesNotEndTheWait() async throws {
        let configuration = UpstreamConfiguration(firstByteTimeout: .seconds(20))
        let channels = Shared<[any Channel]>([])
        let script = Script { request in channels.access { $0.append(request.channel) } }
        try await withUpstream(configuration, script: script) { harness, server in
            let recorder = Recorder()
            try await harness.send(server.post(), to: recorder)
            #expect(try await eventually { server.state.requests.count == 1 })
            try await harness.advance(by: .seconds(15))
            for channel in channels.access({ $0 }) {
                try await channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 102 Processing\r\n\r\n"))
            }
            try await Task.sleep(for: .milliseconds(50))
            try await harness.advance(by: .seconds(7))
            #expect(recorder.state.failure == .firstByteTimeout(host: "127.0.0.1"))
        }
    }

    @Test func anAnswerThatFallsSilentIsGivenUp() async throws {
        let configuration = UpstreamConfiguration(firstByteTimeout: .seconds(5), idleTimeout: .seconds(30))
        try await withUpstream(configuration, script: Script { $0.send(Self.head + "x") }) { harness, server in
            let recorder = Recorder()
            try await harness.send(server.post(), to: recorder)
            #expect(try await eventually { recorder.state.byteCount == 1 })
            try await harness.advance(by: .seconds(30))
            #expect(!recorder.state.hasEnded)
            try await harness.advance(by: .seconds(2))
            #expect(recorder.state.failure == .idleTimeout(host: "127.0.0.1"))
        }
    }

    @Test func everyByteStartsTheIdleTimeAnew() async throws {
        let configuration = UpstreamConfiguration(idleTimeout: .seconds(30))
        let channels = Shared<[any Channel]>([])
        let script = Script { request in
            channels.access { $0.append(request.channel) }
            request.send(Self.head + "x")
        }
        try await withUpstream(configuration, script: script) { harness, server in
            let recorder = Recorder()
            try await harness.send(server.post(), to: recorder)
            for round in 1...4 {
                #expect(try await eventually { recorder.state.byteCount == round })
                try await harness.advance(by: .seconds(25))
                for channel in channels.access({ $0 }) { try await channel.writeAndFlush(ByteBuffer(string: "x")) }
            }
            #expect(!recorder.state.hasEnded)
        }
    }

    @Test func aPausedCallerIsNotTimedOut() async throws {
        let configuration = UpstreamConfiguration(firstByteTimeout: .seconds(5), idleTimeout: .seconds(30))
        try await withUpstream(configuration, script: Script { $0.send(Self.head + "x") }) { harness, server in
            let recorder = Recorder()
            let call = try await harness.send(server.post(), to: recorder)
            #expect(try await eventually { recorder.state.byteCount == 1 })
            try await harness.onLoop { call.value.pauseReading() }
            try await harness.advance(by: .minutes(60))
            #expect(!recorder.state.hasEnded)
            try await harness.onLoop { call.value.resumeReading() }
            try await harness.advance(by: .seconds(29))
            #expect(!recorder.state.hasEnded)
            try await harness.advance(by: .seconds(3))
            #expect(recorder.state.failure == .idleTimeout(host: "127.0.0.1"))
        }
    }

    @Test func aConnectionThatDoesNotOpenIsGivenUp() async throws {
        // The server accepts and then says nothing: the handshake of TLS never ends.
        try await withUpstream(script: .silence) { harness, server in
            var request = server.post()
            request.endpoint = UpstreamEndpoint(isSecure: true, host: "127.0.0.1", port: server.port)
            let recorder = Recorder()
            try await harness.send(request, to: recorder)
            #expect(try await eventually { server.state.connections == 1 })
            try await harness.advance(by: .seconds(10))
            #expect(!recorder.state.hasEnded)
            try await harness.advance(by: .seconds(2))
            #expect(recorder.state.failure == .connectTimeout(host: "127.0.0.1"))
            #expect(try await eventually { server.state.closed == 1 })
        }
    }

    @Test func aConnectionAfterARestHasItsWholeTime() async throws {
        try await withUpstream(script: .silence) { harness, server in
            harness.rest(for: .minutes(2))
            var request = server.post()
            request.endpoint = UpstreamEndpoint(isSecure: true, host: "127.0.0.1", port: server.port)
            let recorder = Recorder()
            try await harness.send(request, to: recorder)
            try await harness.advance(by: .seconds(9))
            #expect(!recorder.state.hasEnded)
            try await harness.advance(by: .seconds(3))
            #expect(recorder.state.failure == .connectTimeout(host: "127.0.0.1"))
        }
    }

    @Test func ticksComeByThemselvesWhileThereAreConnections() async throws {
        let server = try await ScriptedServer(script: .silence)
        let harness = try Harness(UpstreamConfiguration(firstByteTimeout: .milliseconds(1)), ticksItself: true)
        let answer = try await harness.fetch(server.post())
        #expect(answer.failure == .firstByteTimeout(host: "127.0.0.1"))
        try await harness.stop()
        try await server.stop()
    }
}
