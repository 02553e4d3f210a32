import Glibc
import NIOCore
import NIOPosix

/// Opens one listener's port, and puts the handlers into what it accepts.
struct PortListener {
    let listener: Listener
    let configuration: HTTPServerConfiguration
    let loops: [NIOLoopBound<ConnectionLoop>]

    /// Starts to accept connections.
    func bind(group: any EventLoopGroup) async throws -> any Channel {
        do {
            return try await bootstrap(group: group).bind(host: listener.host, port: listener.port).get()
        } catch {
            throw explained(error)
        }
    }

    private func bootstrap(group: any EventLoopGroup) -> ServerBootstrap {
        var loopOf: [ObjectIdentifier: NIOLoopBound<ConnectionLoop>] = [:]
        for loop in loops { loopOf[ObjectIdentifier(loop.eventLoop)] = loop }
        let found = loopOf
        let tls = listener.tls
        let onShortage = configuration.onShortage
        // Linux hands a listening socket's options down to the sockets it accepts, so these cost nothing a connection.
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Int32(configuration.backlog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 64)
            .serverChannelOption(.socketOption(.so_keepalive), value: 1)
            .serverChannelOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: 60)
            .serverChannelOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: 15)
            .serverChannelOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: 4)
            .serverChannelOption(.tcpOption(.init(rawValue: TCP_USER_TIMEOUT)), value: unacknowledgedMilliseconds)
            // What a client does not read waits here, where it is bounded and holds up the producer, and not in megabytes
            // of kernel memory a connection.
            .serverChannelOption(.tcpOption(.init(rawValue: TCP_NOTSENT_LOWAT)), value: 65_536)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause(report: onShortage))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            // One read at a time bounds what is read ahead; the buffer stays with its connection, so it starts small.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 4_096, maximum: 65_536)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let loop = found[ObjectIdentifier(channel.eventLoop)] else { throw ChannelError.eof }
                    try ServerPipeline.configure(channel, loop: loop.value, tls: tls)
                }
            }
    }

    /// How long bytes may stay unacknowledged by a client that vanished.
    private var unacknowledgedMilliseconds: Int {
        Int(CInt(clamping: configuration.writeStallTimeout.nanoseconds / 1_000_000))
    }

    private func explained(_ error: any Error) -> HTTPServerError {
        let host = listener.host
        let port = listener.port
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE: return .addressInUse(host: host, port: port)
        case EACCES: return .permissionDenied(host: host, port: port)
        case let code?: return .cannotListen(host: host, port: port, reason: String(cString: strerror(code)))
        case nil: return .cannotListen(host: host, port: port, reason: "the host is not known")
        }
    }
}
