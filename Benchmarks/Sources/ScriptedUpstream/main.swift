import NIOCore
import NIOPosix

// ScriptedUpstream PORT: an upstream that costs as little as it can and treats every proxy alike.

let port = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 0
let script = Script()
let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let channel = try await ServerBootstrap(group: group)
    .serverChannelOption(.backlog, value: 4_096)
    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    .childChannelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 4_096, maximum: 262_144)
    )
    .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(UpstreamHandler(script: script))
        }
    }
    .bind(host: "127.0.0.1", port: port).get()
print("upstream on \(channel.localAddress?.port ?? 0)")
try await channel.closeFuture.get()
