import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections (name, TCP, proxy, TLS) for all loops of a client.
struct ConnectionOpener: Sendable {
    let names: NameCache
    let tlsContext: NIOSSLContext
    let configuration: UpstreamConfiguration

    /// Opens a connection, which learns of success by its handlers and of failure by a call.
    func open(_ connection: UpstreamConnection, to endpoint: UpstreamEndpoint, on eventLoop: any EventLoop) {
        let proxy = proxy(for: endpoint)
        let host = proxy?.host ?? endpoint.host
        let port = proxy?.port ?? endpoint.port
        guard 1...65_535 ~= port else {
            return connection.openingFailed(.unreachable(host: host, reason: "there is no port \(port)"))
        }
        if proxy != nil, Self.isAddress(endpoint.host) {
            // The certificate would be checked against the proxy's address.
            let reason = "an address cannot be reached through a proxy: use a name, or list it in NO_PROXY"
            return connection.openingFailed(.unreachable(host: endpoint.host, reason: reason))
        }
        connect(to: host, port: port, on: eventLoop).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel):
                guard connection.isWanted else { return channel.close(promise: nil) }
                if let proxy {
                    openTunnel(for: connection, to: endpoint, through: proxy, on: channel)
                } else {
                    start(connection, to: endpoint, on: channel)
                }
            case .failure(let error):
                names.forget(host)
                connection.openingFailed(ConnectFailure.error(for: error, host: host, isProxy: proxy != nil))
            }
        }
    }

    private static func isAddress(_ host: String) -> Bool {
        (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }

    private func proxy(for endpoint: UpstreamEndpoint) -> ProxySettings? {
        guard endpoint.isSecure, let proxy = configuration.proxy, !proxy.bypass.contains(endpoint) else { return nil }
        return proxy
    }

    private func connect(to host: String, port: Int, on eventLoop: any EventLoop) -> EventLoopFuture<any Channel> {
        // Small reads grow with what comes: most open streams are slow, and each keeps its buffer.
        let buffers = AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 4_096, maximum: 65_536)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .resolver(CachedNames(cache: names, eventLoop: eventLoop))
            .connectTimeout(configuration.connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // NAT gateways and load balancers forget a connection after some minutes of silence, and models think longer.
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: 60)
            .channelOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: 15)
            .channelOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: 4)
            // The kernel doubles this. Left alone it would read many megabytes ahead for a client that has stopped reading.
            .channelOption(.socketOption(.so_rcvbuf), value: 131_072)
            .channelOption(.recvAllocator, value: buffers)
            .channelOption(.maxMessagesPerRead, value: 2)
        if let address = try? SocketAddress(ipAddress: host, port: port) {
            return bootstrap.connect(to: address)
        }
        return bootstrap.connect(host: host, port: port)
    }

    private func openTunnel(
        for connection: UpstreamConnection,
        to endpoint: UpstreamEndpoint,
        through proxy: ProxySettings,
        on channel: any Channel
    ) {
        let tunnel = ProxyTunnel(to: endpoint, through: proxy, timeout: configuration.connectTimeout)
        tunnel.open(on: channel).assumeIsolated().whenComplete { result in
            guard connection.isWanted else { return channel.close(promise: nil) }
            switch result {
            case .success:
                start(connection, to: endpoint, on: channel)
            case .failure(let error):
                channel.close(promise: nil)
                connection.openingFailed(tunnel.failure(for: error))
            }
        }
    }

    private func start(_ connection: UpstreamConnection, to endpoint: UpstreamEndpoint, on channel: any Channel) {
        do {
            var tls: NIOSSLClientHandler?
            if endpoint.isSecure {
                // An address has no place in the SNI extension; the certificate is then checked against the address.
                tls = try NIOSSLClientHandler(
                    context: tlsContext,
                    serverHostname: Self.isAddress(endpoint.host) ? nil : endpoint.host
                )
            }
            try connection.start(on: channel, tls: tls)
        } catch {
            channel.close(promise: nil)
            connection.openingFailed(.tls(host: endpoint.host, reason: TLSFailure.reason(error)))
        }
    }
}
