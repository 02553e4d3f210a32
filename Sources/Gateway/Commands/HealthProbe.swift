import NIOCore
import NIOPosix
import NIOSSL

/// One GET of `/health`.
struct HealthProbe {
    let host: String
    let port: Int
    let isSecure: Bool

    /// How long it may take to connect, and how long to answer.
    private static let patience = TimeAmount.seconds(2)

    /// Asks, and says the status of the answer.
    ///
    /// - Parameter group: Where the connection lives.
    /// - Returns: The status.
    /// - Throws: `LaunchError` when nothing answers in time.
    func status(on group: any EventLoopGroup) async throws -> Int {
        let promise = group.next().makePromise(of: Int.self)
        do {
            let channel = try await bootstrap(promise, on: promise.futureResult.eventLoop).connect(
                host: host,
                port: port
            )
            .get()
            channel.eventLoop.scheduleTask(in: Self.patience) {
                promise.fail(LaunchError("The gateway on port \(port) does not answer."))
            }
            let status = try await promise.futureResult.get()
            channel.close(promise: nil)
            return status
        } catch let error as LaunchError {
            throw error
        } catch {
            promise.fail(error)
            throw LaunchError("The gateway on port \(port) of \(host) does not answer: it cannot be reached.")
        }
    }

    private func bootstrap(_ promise: EventLoopPromise<Int>, on loop: any EventLoop) -> ClientBootstrap {
        let isSecure = isSecure
        return ClientBootstrap(group: loop).connectTimeout(Self.patience).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                if isSecure {
                    // On this machine it is enough that the gateway answers: its certificate is for the clients' name.
                    var configuration = TLSConfiguration.makeClientConfiguration()
                    configuration.certificateVerification = .none
                    let context = try NIOSSLContext(configuration: configuration)
                    let handler = try NIOSSLClientHandler(context: context, serverHostname: nil)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
                try channel.pipeline.syncOperations.addHandler(StatusReader(promise: promise))
            }
        }
    }
}

/// Sends the request, and reads the status out of the answer's first line.
private final class StatusReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let promise: EventLoopPromise<Int>
    private var line = ""

    init(promise: EventLoopPromise<Int>) {
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        let request = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        line += String(buffer: unwrapInboundIn(data))
        guard line.contains("\r\n") else { return }
        let words = line.prefix { $0 != "\r\n" }.split(separator: " ")
        if words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) {
            promise.succeed(status)
        } else {
            promise.fail(LaunchError("What answers on that port is no HTTP server."))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(LaunchError("The connection was closed without an answer."))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }
}
