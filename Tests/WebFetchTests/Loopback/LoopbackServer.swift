import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on 127.0.0.1 that answers as a test scripts it, byte for byte, and remembers what it was asked.
final class LoopbackServer: Sendable {
    /// What happens after a request's head.
    enum Answer: Sendable {
        /// These bytes after a pause, and the end of the connection.
        case bytes([UInt8], after: TimeAmount = .zero)
        /// These bytes, on a connection that would take another request.
        case keptOpen(String)
        /// Nothing.
        case silence
        /// These bytes, then more and more until the client leaves: so many bytes at each interval.
        case endless(String, chunk: Int, every: TimeAmount)
    }

    /// A request as it came over the wire.
    struct Request: Sendable {
        let head: String

        var target: String { String(head.split(separator: " ").dropFirst().first ?? "") }

        func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.first?.lowercased() == name { return parts.dropFirst().first.map { String($0.dropFirst()) } }
            }
            return nil
        }
    }

    fileprivate struct Log {
        var requests: [Request] = []
        var open = 0
        var peak = 0
        var accepted = 0
    }

    let port: Int
    /// An element for each request, when it has come.
    let arrivals: AsyncStream<Request>
    /// An element for each connection, when it has ended.
    let departures: AsyncStream<Void>
    private let channel: any Channel
    private let log: LogBox

    /// Starts to listen.
    static func start(
        tls: NIOSSLContext? = nil,
        answer: @escaping @Sendable (Request) -> Answer
    ) async throws -> LoopbackServer {
        let log = LogBox()
        let (arrivals, arrived) = AsyncStream.makeStream(of: Request.self)
        let (departures, departed) = AsyncStream.makeStream(of: Void.self)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.addHandler(
                        ScriptHandler(log: log, answer: answer, arrived: arrived, departed: departed)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        return LoopbackServer(channel: channel, log: log, arrivals: arrivals, departures: departures)
    }

    private init(
        channel: any Channel,
        log: LogBox,
        arrivals: AsyncStream<Request>,
        departures: AsyncStream<Void>
    ) {
        self.channel = channel
        self.log = log
        self.arrivals = arrivals
        self.departures = departures
        port = channel.localAddress?.port ?? 0
    }

    deinit {
        channel.close(promise: nil)
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { log.value.withLock { $0.requests } }
    var acceptedConnections: Int { log.value.withLock { $0.accepted } }
    var peakConnections: Int { log.value.withLock { $0.peak } }

    fileprivate final class LogBox: Sendable {
        let value = Mutex(Log())
    }
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let log: LoopbackServer.LogBox
    private let answer: @Sendable (LoopbackServer.Request) -> LoopbackServer.Answer
    private let arrived: AsyncStream<LoopbackServer.Request>.Continuation
    private let departed: AsyncStream<Void>.Continuation
    private var head = ""

    init(
        log: LoopbackServer.LogBox,
        answer: @escaping @Sendable (LoopbackServer.Request) -> LoopbackServer.Answer,
        arrived: AsyncStream<LoopbackServer.Request>.Continuation,
        departed: AsyncStream<Void>.Continuation
    ) {
        self.log = log
        self.answer = answer
        self.arrived = arrived
        self.departed = departed
    }

    func channelActive(context: ChannelHandlerContext) {
        log.value.withLock {
            $0.accepted += 1
            $0.open += 1
            $0.peak = max($0.peak, $0.open)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        log.value.withLock { $0.open -= 1 }
        departed.yield()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        head += String(buffer: unwrapInboundIn(data))
        guard head.hasSuffix("\r\n\r\n") else { return }
        let request = LoopbackServer.Request(head: head)
        head = ""
        log.value.withLock { $0.requests.append(request) }
        arrived.yield(request)
        switch answer(request) {
        case .bytes(let bytes, let pause):
            context.eventLoop.assumeIsolated().scheduleTask(in: pause) {
                context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: bytes))).assumeIsolated().whenComplete {
                    _ in
                    context.close(promise: nil)
                }
            }
        case .keptOpen(let text):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        case .silence:
            break
        case .endless(let start, let chunk, let interval):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: start)), promise: nil)
            drip(ByteBuffer(repeating: 0x58, count: chunk), every: interval, context: context)
        }
    }

    private func drip(_ piece: ByteBuffer, every interval: TimeAmount, context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        if context.channel.isWritable {
            context.writeAndFlush(wrapOutboundOut(piece), promise: nil)
        }
        context.eventLoop.assumeIsolated().scheduleTask(in: interval) {
            self.drip(piece, every: interval, context: context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
