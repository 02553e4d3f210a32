import NIOCore
import NIOExtras
import NIOHTTP1

/// One CONNECT through a proxy, on a channel that is already open to it.
///
/// The handshake is NIOExtras'; its handlers leave the pipeline when the tunnel stands.
final class ProxyTunnel {
    private let endpoint: UpstreamEndpoint
    private let proxy: ProxySettings
    private let timeout: TimeAmount
    private let answer = StatusObserver()

    init(to endpoint: UpstreamEndpoint, through proxy: ProxySettings, timeout: TimeAmount) {
        self.endpoint = endpoint
        self.proxy = proxy
        self.timeout = timeout
    }

    /// Asks for the tunnel.
    ///
    /// - Parameter channel: The open channel to the proxy, its loop being the current one.
    /// - Returns: A future of the tunnel, with the channel's pipeline empty again.
    func open(on channel: any Channel) -> EventLoopFuture<Void> {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let encoder = HTTPRequestEncoder()
        let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes))
        let host = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
        var headers = HTTPHeaders([("Host", "\(host):\(endpoint.port)")])
        if let authorization = proxy.authorization { headers.add(name: "Proxy-Authorization", value: authorization) }
        let handshake = NIOHTTP1ProxyConnectHandler(
            targetHost: host,
            targetPort: endpoint.port,
            headers: headers,
            deadline: .now() + timeout,
            promise: promise
        )
        let pipeline = channel.pipeline.syncOperations
        do {
            try pipeline.addHandlers([encoder, decoder, answer, handshake, ErrorSink()] as [any ChannelHandler])
        } catch {
            promise.fail(error)
        }
        return promise.futureResult.assumeIsolated().flatMap { [answer] in
            let sink = try? pipeline.handler(type: ErrorSink.self)
            var removals = [pipeline.removeHandler(decoder), pipeline.removeHandler(encoder)]
            removals.append(pipeline.removeHandler(answer))
            if let sink { removals.append(pipeline.removeHandler(sink)) }
            return EventLoopFuture.andAllSucceed(removals, on: channel.eventLoop)
        }.nonisolated()
    }

    /// Says why there is no tunnel.
    func failure(for error: any Error) -> UpstreamError {
        switch answer.status {
        case 407?:
            return .proxy(reason: "it asks for other credentials", status: 407)
        case let status? where !(200..<300 ~= status):
            return .proxy(reason: "it refuses a tunnel to \(endpoint.host)", status: status)
        default:
            let isTimeout = (error as? NIOHTTP1ProxyConnectHandler.Error) == .httpProxyHandshakeTimeout()
            let reason = isTimeout ? "no answer in time" : "the connection ended without a tunnel"
            return .proxy(reason: "\(proxy.host), \(reason)", status: nil)
        }
    }
}

/// Remembers the status of the proxy's answer, which NIOExtras' error does not tell.
private final class StatusObserver: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart

    private(set) var status: Int?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = Self.unwrapInboundIn(data) { status = Int(head.status.code) }
        context.fireChannelRead(data)
    }
}

/// Keeps errors, which the promise reports, from reaching the end of the pipeline unhandled.
private final class ErrorSink: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart

    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
