import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server over a real loopback socket that does what a script says, byte for byte.
final class ScriptedServer: Sendable {
    /// One request that arrived, and the connection to answer it on.
    struct Request {
        /// Which connection of the server, from 0.
        let connection: Int
        /// Which request of that connection, from 0.
        let number: Int
        let head: String
        let body: ByteBuffer
        let channel: any Channel

        func send(_ text: String) {
            channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
        }

        func sendAndClose(_ text: String) {
            let channel = channel
            channel.writeAndFlush(ByteBuffer(string: text)).whenComplete { _ in channel.close(promise: nil) }
        }

        func close() {
            channel.close(promise: nil)
        }
    }

    struct Log {
        var connections = 0
        var closed = 0
        /// When a connection closed last; taken here, for a test may be woken much later.
        var lastClosed: ContinuousClock.Instant?
        var requests: [String] = []
        var bodies: [Int] = []
    }

    let port: Int
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let shared: Shared<Log>

    /// Starts a server.
    ///
    /// It sends the greeting as soon as a connection opens. With `atHead` the script runs when a head has arrived, and the server reads no further.
    init(tls: NIOSSLContext? = nil, atHead: Bool = false, greeting: String = "", script: Script) async throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let log = Shared(Log())
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 512)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = log.access { log in
                        log.connections += 1
                        return log.connections - 1
                    }
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    let handler = RequestHandler(
                        connection: number,
                        atHead: atHead,
                        greeting: greeting,
                        log: log,
                        script: script
                    )
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
        shared = log
    }

    var state: Log { shared.access { $0 } }

    /// Waits until the server's loop has come round.
    func turn() async throws {
        try await group.next().submit {}.get()
    }

    func stop() async throws {
        try await channel.close()
        try await group.shutdownGracefully()
    }
}

/// What a scripted server does with a request, on the connection's loop.
struct Script: Sendable {
    let run: @Sendable (ScriptedServer.Request) -> Void

    init(_ run: @escaping @Sendable (ScriptedServer.Request) -> Void) {
        self.run = run
    }

    /// Says nothing.
    static let silence = Script { _ in }
}

/// A value behind a lock that closures can share.
final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) {
        self.value = Mutex(value)
    }

    func access<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        value.withLock { value in body(&value) }
    }
}

private final class RequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let connection: Int
    private let atHead: Bool
    private let log: Shared<ScriptedServer.Log>
    private let script: Script
    private let greeting: String
    private var received = ByteBuffer()
    private var number = 0

    init(
        connection: Int,
        atHead: Bool,
        greeting: String,
        log: Shared<ScriptedServer.Log>,
        script: Script
    ) {
        self.connection = connection
        self.atHead = atHead
        self.log = log
        self.script = script
        self.greeting = greeting
    }

    func channelActive(context: ChannelHandlerContext) {
        if !greeting.isEmpty { context.writeAndFlush(NIOAny(ByteBuffer(string: greeting)), promise: nil) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = Self.unwrapInboundIn(data)
        received.writeBuffer(&buffer)
        while let request = nextRequest(context.channel) {
            log.access { log in
                log.requests.append(request.head)
                log.bodies.append(request.body.readableBytes)
            }
            if atHead { context.channel.setOption(.autoRead, value: false).whenFailure { _ in } }
            script.run(request)
            if atHead { return }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        log.access { log in
            log.closed += 1
            log.lastClosed = .now
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func nextRequest(_ channel: any Channel) -> ScriptedServer.Request? {
        let view = received.readableBytesView
        guard let end = view.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let headLength = end.upperBound - view.startIndex
        let head = String(buffer: received.getSlice(at: received.readerIndex, length: headLength) ?? ByteBuffer())
        var length = 0
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
            length = Int(line.drop(while: { $0 != ":" }).dropFirst().drop(while: { $0 == " " })) ?? 0
        }
        if atHead { length = 0 }
        guard received.readableBytes >= headLength + length else { return nil }
        received.moveReaderIndex(forwardBy: headLength)
        let body = received.readSlice(length: length) ?? ByteBuffer()
        defer { number += 1 }
        return ScriptedServer.Request(
            connection: connection,
            number: number,
            head: head,
            body: body,
            channel: channel
        )
    }
}

/// Waits until something is so, and says whether it became so in time.
func eventually(within limit: Duration = .seconds(60), _ condition: () -> Bool) async throws -> Bool {
    let start = ContinuousClock.now
    while !condition() {
        if ContinuousClock.now - start > limit { return false }
        try await Task.sleep(for: .milliseconds(5))
    }
    return true
}
