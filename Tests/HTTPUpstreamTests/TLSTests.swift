import Foundation
import HTTPUpstream
import NIOCore
import NIOPosix
import NIOSSL
import Testing

/// Whose certificates are believed.
@Suite(.serialized)
struct TLSTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    /// Runs a TLS server and asks it once under a host name, with some trust.
    private func ask(
        _ host: String,
        certificateName: String,
        trust: (TestAuthority) throws -> UpstreamTrust
    ) async throws -> [Answer] {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let server = try await ScriptedServer(
            tls: try authority.server(name: certificateName),
            script: Script { $0.send(Self.ok) }
        )
        let harness = try Harness(UpstreamConfiguration(trust: try trust(authority)))
        var request = server.post()
        request.endpoint = UpstreamEndpoint(isSecure: true, host: host, port: server.port)
        let answers = [try await harness.fetch(request), try await harness.fetch(request)]
        try await harness.stop()
        try await server.stop()
        return answers
    }

    @Test func aConfiguredAuthorityIsBelieved() async throws {
        let answers = try await ask("localhost", certificateName: "DNS:localhost") { .file($0.file) }
        #expect(answers.map(\.text) == ["ok", "ok"])
        #expect(answers.map(\.wasReused) == [false, true])
    }

    @Test func anAuthorityBesidesTheSystemsIsBelieved() async throws {
        let answers = try await ask("localhost", certificateName: "DNS:localhost") { .systemAndFile($0.file) }
        #expect(answers.map(\.text) == ["ok", "ok"])
    }

    @Test func aCertificateForAnAddressIsBelieved() async throws {
        let answers = try await ask("127.0.0.1", certificateName: "IP:127.0.0.1") { .file($0.file) }
        #expect(answers.map(\.text) == ["ok", "ok"])
    }

    @Test func anUnknownAuthorityIsRefused() async throws {
        let answers = try await ask("localhost", certificateName: "DNS:localhost") { _ in .system }
        for answer in answers {
            #expect(answer.failure == .tls(host: "localhost", reason: "its certificate is not trusted"))
        }
    }

    @Test(arguments: [("localhost", "DNS:other.example"), ("127.0.0.1", "DNS:localhost")])
    func aCertificateForAnotherNameIsRefused(host: String, certificateName: String) async throws {
        let answers = try await ask(host, certificateName: certificateName) { .file($0.file) }
        for answer in answers {
            #expect(answer.failure == .tls(host: host, reason: "its certificate is for another name"))
        }
    }

    @Test func aServerWithoutTLSIsRefused() async throws {
        let server = try await ScriptedServer(greeting: Self.ok, script: .silence)
        let harness = try Harness()
        var request = server.post()
        request.endpoint = UpstreamEndpoint(isSecure: true, host: "localhost", port: server.port)
        let answer = try await harness.fetch(request)
        #expect(answer.failure == .tls(host: "localhost", reason: "what answers there does not speak TLS"))
        try await harness.stop()
        try await server.stop()
    }

    @Test func anAnswerMayEndWithItsConnectionAndTLSsGoodbye() async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let tls = try authority.server(name: "DNS:localhost")
        let server = try await ScriptedServer(
            tls: tls,
            script: Script { $0.sendAndClose("HTTP/1.1 200 OK\r\n\r\nhello") }
        )
        let harness = try Harness(UpstreamConfiguration(trust: .file(authority.file)))
        var request = server.post()
        request.endpoint = UpstreamEndpoint(isSecure: true, host: "localhost", port: server.port)
        let answer = try await harness.fetch(request)
        #expect(answer.text == "hello")
        #expect(answer.notes.isFinished)
        try await harness.stop()
        try await server.stop()
    }

    @Test func aTruncatedAnswerIsAnError() async throws {
        // Without TLS's goodbye the end of the connection is not the end of the answer: somebody may have cut it.
        let authority = try TestAuthority()
        defer { authority.remove() }
        let script = Script { request in
            let channel = request.channel
            channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\nhel")).whenSuccess {
                channel.pipeline.context(handlerType: NIOSSLServerHandler.self).whenSuccess { $0.close(promise: nil) }
            }
        }
        let server = try await ScriptedServer(tls: try authority.server(name: "DNS:localhost"), script: script)
        let harness = try Harness(UpstreamConfiguration(trust: .file(authority.file)))
        var request = server.post()
        request.endpoint = UpstreamEndpoint(isSecure: true, host: "localhost", port: server.port)
        let answer = try await harness.fetch(request)
        #expect(answer.text == "hel")
        #expect(answer.failure == .connectionClosed(host: "localhost", beforeResponse: false))
        try await harness.stop()
        try await server.stop()
    }

    @Test(arguments: [false, true])
    func cancellingClosesATLSConnectionWithinASecond(isPaused: Bool) async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let script = Script { request in
            request.send("HTTP/1.1 200 OK\r\n\r\n")
            request.channel.writeAndFlush(ByteBuffer(repeating: 0x61, count: 30_000_000), promise: nil)
        }
        let server = try await ScriptedServer(tls: try authority.server(name: "DNS:localhost"), script: script)
        let harness = try Harness(UpstreamConfiguration(trust: .file(authority.file)))
        var request = server.post()
        request.endpoint = UpstreamEndpoint(isSecure: true, host: "localhost", port: server.port)
        let recorder = Recorder(keepsBody: false)
        let call = try await harness.send(request, to: recorder, paused: isPaused)
        #expect(try await eventually { server.state.requests.count == 1 })
        let cancelled = try await harness.onLoop {
            call.value.cancel()
            return ContinuousClock.now
        }
        #expect(try await eventually { server.state.closed == 1 })
        #expect(try #require(server.state.lastClosed) - cancelled < .seconds(1))
        try await harness.stop()
        try await server.stop()
    }

    @Test func aLargeBodyAndAPauseWorkThroughTLS() async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let size = 4_000_000
        let script = Script { request in
            request.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            request.channel.writeAndFlush(request.body, promise: nil)
        }
        let server = try await ScriptedServer(tls: try authority.server(name: "DNS:localhost"), script: script)
        let harness = try Harness(UpstreamConfiguration(trust: .file(authority.file)))
        var request = server.post()
        request.endpoint = UpstreamEndpoint(isSecure: true, host: "localhost", port: server.port)
        // In parts, and in more pieces than parts.
        request.body = ByteBuffer(repeating: 0x61, count: 10)
        request.bodyRest = [
            ByteBuffer(repeating: 0x62, count: size - 1_000_010), ByteBuffer(repeating: 0x63, count: 1_000_000),
        ]
        let recorder = Recorder()
        let call = try await harness.send(request, to: recorder, paused: true)
        #expect(try await eventually { server.state.requests.count == 1 })
        try await Task.sleep(for: .milliseconds(100))
        #expect(recorder.state.byteCount <= 131_072)
        try await harness.onLoop { call.value.resumeReading() }
        #expect(try await eventually { recorder.state.isFinished })
        let sent = [request.body] + request.bodyRest
        #expect(recorder.state.text == sent.map { String(buffer: $0) }.joined())
        try await harness.stop()
        try await server.stop()
    }

    @Test func aFileOfAuthoritiesThatCannotBeReadIsNamed() throws {
        let group = NIOSingletons.posixEventLoopGroup
        for trust in [UpstreamTrust.file("/no/such/ca.pem"), .systemAndFile("/no/such/ca.pem")] {
            let error = #expect(throws: UpstreamError.self) {
                try UpstreamClient(configuration: UpstreamConfiguration(trust: trust), group: group)
            }
            #expect(error?.description.contains("/no/such/ca.pem") == true)
        }
        let empty = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data("no certificate".utf8).write(to: empty)
        defer { try? FileManager.default.removeItem(at: empty) }
        #expect(throws: UpstreamError.self) {
            try UpstreamClient(configuration: UpstreamConfiguration(trust: .file(empty.path)), group: group)
        }
    }
}
