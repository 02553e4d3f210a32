import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct ListeningTests {
    private struct Fine: RequestHandler {
        func handle(_ exchange: Exchange) { exchange.respond(text: "fine") }
    }

    private static func start(_ listeners: [Listener]) async throws -> HTTPServer {
        try await HTTPServer.start(
            listeners: listeners,
            group: MultiThreadedEventLoopGroup.singleton,
            handler: Fine()
        )
    }

    @Test func aPortInUseIsNamed() async throws {
        let first = try await Self.start([Listener(host: "127.0.0.1", port: 0)])
        let port = first.localPorts[0]
        let free = Listener(host: "127.0.0.1", port: 0)
        let error = await #expect(throws: HTTPServerError.self) {
            try await Self.start([free, Listener(host: "127.0.0.1", port: port)])
        }
        #expect(error == .addressInUse(host: "127.0.0.1", port: port))
        #expect(error?.description == "Cannot listen on 127.0.0.1 port \(port): another program already does.")
        await first.drain(within: .zero)
    }

    @Test func anAddressOfAnotherMachineIsRefusedWithTheReason() async throws {
        let error = await #expect(throws: HTTPServerError.self) {
            try await Self.start([Listener(host: "192.0.2.1", port: 0)])
        }
        #expect(error?.description == "Cannot listen on 192.0.2.1 port 0: Cannot assign requested address.")
    }

    @Test func aHostThatDoesNotExistIsRefused() async throws {
        let error = await #expect(throws: HTTPServerError.self) {
            try await Self.start([Listener(host: "no.such.host.invalid", port: 8_080)])
        }
        let expected = HTTPServerError.cannotListen(
            host: "no.such.host.invalid",
            port: 8_080,
            reason: "the host is not known"
        )
        #expect(error == expected)
    }

    @Test func severalPortsAreServedByOneServer() async throws {
        let server = try await Self.start([Listener(host: "127.0.0.1", port: 0), Listener(host: "localhost", port: 0)])
        #expect(Set(server.localPorts).count == 2)
        for port in server.localPorts { #expect(try SocketClient(port: port).answerToGet().text == "fine") }
        await server.drain(within: .zero)
    }

    @Test func theTickOfItsOwnClosesConnections() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.headerTimeout = .milliseconds(1)
        let server = try await HTTPServer.start(
            listeners: [Listener(host: "127.0.0.1", port: 0)],
            configuration: configuration,
            group: MultiThreadedEventLoopGroup.singleton,
            handler: Fine()
        )
        let client = try SocketClient(port: server.localPorts[0])
        #expect(try client.isClosedByServer())
        await server.drain(within: .zero)
    }
}

@Suite struct TLSTests {
    /// A directory with keys and certificates, made once.
    private final class Files: Sendable {
        static let shared = Result { try Files() }

        let directory: String

        init() throws {
            directory = NSTemporaryDirectory() + "http-server-tests-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            for name in ["a", "b"] {
                try openssl(
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:prime256v1",
                    "-nodes",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=localhost",
                    "-addext",
                    "subjectAltName=DNS:localhost",
                    "-keyout",
                    path("\(name).key"),
                    "-out",
                    path("\(name).pem")
                )
            }
            try openssl("pkcs8", "-topk8", "-in", path("a.key"), "-out", path("locked.key"), "-passout", "pass:secret")
            try Data("not PEM at all\n".utf8).write(to: URL(fileURLWithPath: path("junk")))
            try Data().write(to: URL(fileURLWithPath: path("empty")))
        }

        func path(_ name: String) -> String { "\(directory)/\(name)" }

        private func openssl(_ arguments: String...) throws {
            let (status, output) = try ChildProcess.run("openssl", arguments)
            try #require(status == 0, "\(output)")
        }
    }

    @Test func httpsAndHTTPAreServedTogether() async throws {
        let files = try Files.shared.get()
        let identity = try TLSIdentity(keyPath: files.path("a.key"), certificatePath: files.path("a.pem"))
        let listeners = [
            Listener(host: "127.0.0.1", port: 0, tls: identity), Listener(host: "127.0.0.1", port: 0),
        ]
        try await TestServer.run(listeners: listeners) { exchange in
            exchange.collectBody(upTo: 1 << 20) { result in
                let bytes = (try? result.get()) ?? ByteBuffer()
                exchange.begin(.ok, headers: [("X-Secure", "\(exchange.isSecure)")])
                exchange.write(bytes)
                exchange.finish()
            }
        } test: { server in
            let body = String(repeating: "0123456789", count: 10_000)
            let client = try await TLSClient(port: server.port, trusting: files.path("a.pem"))
            let request = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
            for _ in 0..<2 {
                try await client.send(request)
                let answer = try await client.received(upTo: "\r\n0\r\n\r\n")
                #expect(answer.contains("X-Secure: true\r\n"))
                #expect(answer.contains("\r\n\r\n186a0\r\n" + body + "\r\n"))
            }
            let plain = try SocketClient(port: server.server.localPorts[1])
            #expect(try plain.answerToGet().field("x-secure") == "false")
            try await client.close()
            #expect(try await server.eventually { try await server.server.phases() == [.idle] })
        }
    }

    @Test func theEndOfAConnectionIsTheEndOfTLS() async throws {
        let files = try Files.shared.get()
        let identity = try TLSIdentity(keyPath: files.path("a.key"), certificatePath: files.path("a.pem"))
        try await TestServer.run(listeners: [Listener(host: "127.0.0.1", port: 0, tls: identity)]) {
            $0.respond(text: "0123456789")
        } test: { server in
            for request in [
                "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
                "nonsense\r\n\r\n",
            ] {
                let client = try await TLSClient(port: server.port, trusting: files.path("a.pem"))
                try await client.send(request)
                let answer = try await client.received(upTo: nil)
                #expect(answer.contains("Connection: close\r\n"))
            }
            let plain = try server.client()
            plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try plain.restOfStream()
            #expect(try await server.eventually { try await server.server.phases().isEmpty })
        }
    }

    @Test(arguments: [
        ("missing", "a.pem", "missing", "No such file or directory"),
        ("a.key", "missing", "missing", "No such file or directory"),
        ("junk", "a.pem", "junk", "it holds no unencrypted PEM private key that can be read"),
        ("locked.key", "a.pem", "locked.key", "it holds no unencrypted PEM private key that can be read"),
        ("a.key", "junk", "junk", "it holds no PEM certificate that can be read"),
        ("a.key", "empty", "empty", "it is empty"),
    ])
    func aBadFileIsNamedWithTheReason(key: String, certificate: String, file: String, reason: String) throws {
        let files = try Files.shared.get()
        let error = #expect(throws: HTTPServerError.self) {
            try TLSIdentity(keyPath: files.path(key), certificatePath: files.path(certificate))
        }
        #expect(error?.description == "Cannot use \(files.path(file)) for TLS: \(reason).")
    }

    @Test func aKeyOfAnotherCertificateIsRefused() throws {
        let files = try Files.shared.get()
        let error = #expect(throws: HTTPServerError.self) {
            try TLSIdentity(keyPath: files.path("b.key"), certificatePath: files.path("a.pem"))
        }
        let reason = "the key does not belong to the certificate \(files.path("a.pem"))"
        #expect(error == .badIdentity(file: files.path("b.key"), reason: reason))
    }
}

/// A client that speaks TLS and sends bytes as told.
private final class TLSClient: Sendable {
    private let channel: any Channel
    private let inbox: Inbox

    init(port: Int, trusting certificate: String) async throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(certificate)
        configuration.applicationProtocols = ["h2", "http/1.1"]
        let context = try NIOSSLContext(configuration: configuration)
        let inbox = Inbox()
        self.inbox = inbox
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = try NIOSSLClientHandler(context: context, serverHostname: "localhost")
                    try channel.pipeline.syncOperations.addHandlers(tls, Collector(inbox: inbox))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    func close() async throws {
        try await channel.close()
    }

    /// Waits for a text, or for the end of the stream, and takes what has come.
    func received(upTo end: String?) async throws -> String {
        for _ in 0..<2_000 {
            if let text = inbox.take(upTo: end) { return text }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw SocketClient.Failure.timedOut(received: "")
    }

    private final class Inbox: Sendable {
        private let state = NIOLockedBox()

        func append(_ text: String) { state.with { $0.text += text } }
        func end() { state.with { $0.isOver = true } }

        func take(upTo end: String?) -> String? {
            state.with { state in
                guard end.map({ state.text.hasSuffix($0) }) ?? state.isOver else { return nil }
                defer { state.text = "" }
                return state.text
            }
        }
    }

    private final class NIOLockedBox: @unchecked Sendable {
        private let lock = NSLock()
        private var state = (text: "", isOver: false)

        func with<Value>(_ body: (inout (text: String, isOver: Bool)) -> Value) -> Value {
            lock.lock()
            defer { lock.unlock() }
            return body(&state)
        }
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let inbox: Inbox

        init(inbox: Inbox) { self.inbox = inbox }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            inbox.append(String(buffer: unwrapInboundIn(data)))
        }

        func channelInactive(context: ChannelHandlerContext) { inbox.end() }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {}
    }
}
