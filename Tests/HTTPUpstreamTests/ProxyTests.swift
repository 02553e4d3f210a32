import HTTPUpstream
import NIOCore
import NIOPosix
import Testing

/// Tunnels through a proxy.
@Suite(.serialized)
struct ProxyTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    /// Answers CONNECT by a tunnel to a loopback port.
    private static func tunnel(to port: Int) -> Script {
        Script { request in
            let near = request.channel
            ClientBootstrap(group: near.eventLoop).connect(host: "127.0.0.1", port: port).whenSuccess { far in
                near.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 Connection established\r\n\r\n"), promise: nil)
                try? near.pipeline.syncOperations.addHandler(Glue(far), position: .first)
                try? far.pipeline.syncOperations.addHandler(Glue(near))
            }
        }
    }

    private func withTunnel(
        authorization: String? = nil,
        noProxy: String = "",
        script: Script? = nil,
        test: (Harness, UpstreamRequest, _ proxy: ScriptedServer, _ target: ScriptedServer) async throws -> Void
    ) async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let target = try await ScriptedServer(
            tls: try authority.server(name: "DNS:localhost"),
            script: Script { $0.send(Self.ok) }
        )
        let proxy = try await ScriptedServer(script: script ?? Self.tunnel(to: target.port))
        let settings = ProxySettings(
            host: "127.0.0.1",
            port: proxy.port,
            authorization: authorization,
            noProxy: noProxy
        )
        let harness = try Harness(UpstreamConfiguration(trust: .file(authority.file), proxy: settings))
        var request = target.post()
        request.endpoint = UpstreamEndpoint(isSecure: true, host: "localhost", port: target.port)
        try await test(harness, request, proxy, target)
        try await harness.stop()
        try await proxy.stop()
        try await target.stop()
    }

    @Test func aTunnelCarriesTLSAndIsUsedAgain() async throws {
        try await withTunnel(authorization: "Basic dTpw") { harness, request, proxy, target in
            for round in 0..<3 {
                let answer = try await harness.fetch(request)
                #expect(answer.text == "ok")
                #expect(answer.failure == nil)
                #expect(answer.wasReused == (round > 0))
            }
            #expect(proxy.state.connections == 1)
            let head = try #require(proxy.state.requests.first)
            #expect(head.hasPrefix("CONNECT localhost:\(target.port) HTTP/1.1\r\n"))
            #expect(head.lowercased().contains("\r\nproxy-authorization: basic dtpw\r\n"))
            #expect(target.state.requests.allSatisfy { !$0.lowercased().contains("proxy-authorization") })
        }
    }

    @Test(arguments: [407, 403, 502])
    func aRefusalIsReportedWithItsStatus(status: Int) async throws {
        let script = Script { request in
            request.send("HTTP/1.1 \(status) No\r\nContent-Length: 3\r\n\r\nno!")
        }
        try await withTunnel(authorization: "Basic c2VjcmV0", script: script) { harness, request, proxy, target in
            let answer = try await harness.fetch(request)
            guard case .proxy(_, status)? = answer.failure else {
                Issue.record("Got \(String(describing: answer.failure))")
                return
            }
            #expect(answer.failure?.description.contains("c2VjcmV0") == false)
            #expect(answer.notes.events == ["failed"])
            #expect(target.state.connections == 0)
            #expect(try await eventually { proxy.state.closed == 1 })
        }
    }

    @Test func aProxyThatHangsUpIsReported() async throws {
        try await withTunnel(script: Script { $0.close() }) { harness, request, _, _ in
            let answer = try await harness.fetch(request)
            guard case .proxy(_, nil)? = answer.failure else {
                Issue.record("Got \(String(describing: answer.failure))")
                return
            }
        }
    }

    /// Its certificate would be checked against the proxy's address.
    @Test(arguments: ["127.0.0.1", "::1"])
    func anAddressIsNotReachedThroughAProxy(_ address: String) async throws {
        try await withTunnel { harness, request, proxy, target in
            var request = request
            request.endpoint = UpstreamEndpoint(isSecure: true, host: address, port: target.port)
            let answer = try await harness.fetch(request)
            guard case .unreachable(let host, let reason) = answer.failure else {
                Issue.record("Got \(String(describing: answer.failure))")
                return
            }
            #expect(host == address)
            #expect(reason.contains("NO_PROXY"))
            #expect(proxy.state.connections == 0)
        }
    }

    @Test func hostsInNoProxyAreReachedDirectly() async throws {
        try await withTunnel(noProxy: "example.com, localhost") { harness, request, proxy, target in
            let answer = try await harness.fetch(request)
            #expect(answer.text == "ok")
            #expect(proxy.state.connections == 0)
            #expect(target.state.connections == 1)
        }
    }

    @Test func plainConnectionsDoNotUseTheProxy() async throws {
        try await withTunnel { harness, _, proxy, _ in
            let plain = try await ScriptedServer(script: Script { $0.send(Self.ok) })
            let answer = try await harness.fetch(plain.post())
            #expect(answer.text == "ok")
            #expect(proxy.state.connections == 0)
            try await plain.stop()
        }
    }

    @Test func aProxyThatCannotBeReachedIsReported() async throws {
        let gone = try await ScriptedServer(script: .silence)
        try await gone.stop()
        let settings = ProxySettings(host: "127.0.0.1", port: gone.port)
        let harness = try Harness(UpstreamConfiguration(proxy: settings))
        let request = UpstreamRequest(endpoint: UpstreamEndpoint(host: "example.com"), path: "/", headers: [])
        let answer = try await harness.fetch(request)
        guard case .proxy(_, nil)? = answer.failure else {
            Issue.record("Got \(String(describing: answer.failure))")
            return
        }
        #expect(harness.lookups.access { $0 } == [])
        try await harness.stop()
    }

    @Test func aDescriptionShowsNoCredentials() {
        let settings = ProxySettings(host: "proxy.example", port: 3_128, authorization: "Basic c2VjcmV0")
        var dumped = ""
        dump(settings, to: &dumped)
        for text in ["\(settings)", String(reflecting: settings), dumped] {
            #expect(!text.contains("c2VjcmV0"))
        }
        #expect("\(settings)" == "proxy.example:3128 with credentials")
    }
}

/// Passes what one channel reads to another.
private final class Glue: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel

    init(_ other: any Channel) {
        self.other = other
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.writeAndFlush(Self.unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
        context.fireChannelInactive()
    }
}
