import Glibc
import HTTPUpstream
import NIOCore
import NIOPosix
import Testing

/// What a call is told when there is no complete answer.
struct FailureTests {
    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
    ])
    func anAnswerThatIsCutIsAnError(_ wire: String) async throws {
        try await withUpstream(script: Script { $0.sendAndClose(wire) }) { harness, server in
            let answer = try await harness.fetch(server.post())
            #expect(answer.text == "hello")
            #expect(answer.failure == .connectionClosed(host: "127.0.0.1", beforeResponse: false))
            #expect(answer.notes.events == ["head", "bytes", "failed"])
        }
    }

    @Test func aHeadThatIsCutIsAnError() async throws {
        try await withUpstream(script: Script { $0.sendAndClose("HTTP/1.1 200 OK\r\nContent-Le") }) { harness, server in
            let answer = try await harness.fetch(server.post())
            #expect(answer.failure == .connectionClosed(host: "127.0.0.1", beforeResponse: true))
        }
    }

    @Test func aClosedPortIsUnreachable() async throws {
        // Bound, so that nobody else gets the port, but not listened on.
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(isBound)
        let port = Int(UInt16(bigEndian: address.sin_port))
        let harness = try Harness()
        let answer = try await harness.fetch(
            UpstreamRequest(
                endpoint: UpstreamEndpoint(isSecure: false, host: "127.0.0.1", port: port),
                path: "/",
                headers: [("Host", "127.0.0.1")]
            )
        )
        #expect(answer.failure == .unreachable(host: "127.0.0.1", reason: "the connection is refused"))
        try await harness.stop()
    }

    @Test func aNameThatDoesNotResolveIsAskedForOnceInAWhile() async throws {
        let harness = try Harness()
        let request = UpstreamRequest(
            endpoint: UpstreamEndpoint(isSecure: false, host: "name.invalid", port: 9),
            path: "/",
            headers: [(name: "Host", value: "name.invalid")]
        )
        for _ in 0..<3 {
            let answer = try await harness.fetch(request)
            guard case .unreachable("name.invalid", let reason)? = answer.failure else {
                Issue.record("Got \(String(describing: answer.failure))")
                continue
            }
            #expect(reason.contains("does not resolve"))
        }
        #expect(harness.lookups.access { $0 } == ["name.invalid"])
        try await harness.advance(by: .seconds(6))
        _ = try await harness.fetch(request)
        #expect(harness.lookups.access { $0.count } == 2)
        try await harness.stop()
    }

    @Test func aNameThatResolvesIsAskedForOnce() async throws {
        let script = Script { request in
            request.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        }
        try await withUpstream(script: script) { harness, server in
            var request = server.post()
            request.endpoint = UpstreamEndpoint(isSecure: false, host: "localhost", port: server.port)
            for _ in 0..<3 {
                let answer = try await harness.fetch(request)
                #expect(answer.status == 200)
            }
            #expect(harness.lookups.access { $0 } == ["localhost"])
        }
    }

    @Test(arguments: ["a\r\nX: y", "a\nb", "a\u{0}b", "a\rb"])
    func aHeaderThatWouldBecomeTwoIsRefused(_ value: String) async throws {
        try await withUpstream(script: .silence) { harness, server in
            var request = server.post()
            request.headers.append((name: "X-Value", value: value))
            guard case .invalidRequest? = try await harness.fetch(request).failure else {
                Issue.record("A bad value was not refused.")
                return
            }
            request.headers = [(name: value, value: "v")]
            guard case .invalidRequest? = try await harness.fetch(request).failure else {
                Issue.record("A bad name was not refused.")
                return
            }
            request = server.post(path: "/" + value)
            guard case .invalidRequest? = try await harness.fetch(request).failure else {
                Issue.record("A bad target was not refused.")
                return
            }
            #expect(server.state.connections == 0)
        }
    }

    @Test func aReceiverHearsNothingBeforeItsSenderHasTheCall() async throws {
        try await withUpstream(script: .silence) { harness, server in
            var refused = server.post(path: "/\n")
            refused.headers = []
            var noPort = server.post()
            noPort.endpoint = UpstreamEndpoint(isSecure: false, host: "127.0.0.1", port: 70_000)
            for request in [refused, noPort] {
                let recorder = Recorder()
                let early = try await harness.onLoop { [client = harness.client, loop = harness.loop] in
                    client.pool(for: loop).send(request, receiver: recorder)
                    return recorder.state.events
                }
                #expect(early == [])
                #expect(try await eventually { recorder.state.events == ["failed"] })
            }
        }
    }

    @Test func descriptionsNameTheHost() {
        let errors: [UpstreamError] = [
            .unreachable(host: "h.example", reason: "r"), .connectTimeout(host: "h.example"),
            .firstByteTimeout(host: "h.example"), .idleTimeout(host: "h.example"),
            .tls(host: "h.example", reason: "r"), .connectionClosed(host: "h.example", beforeResponse: true),
            .connectionClosed(host: "h.example", beforeResponse: false),
            .malformedResponse(host: "h.example", reason: "r"),
            .overloaded(endpoint: UpstreamEndpoint(host: "h.example")),
        ]
        for error in errors {
            #expect(error.description.contains("h.example"))
            #expect(error.description.hasSuffix("."))
        }
        #expect(Set(errors.map(\.description)).count == errors.count)
    }
}
