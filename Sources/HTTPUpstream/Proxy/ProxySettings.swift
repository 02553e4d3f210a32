/// The HTTP proxy that opens tunnels with CONNECT, and the hosts that are reached without it.
///
/// Only TLS endpoints go through it, as `HTTPS_PROXY` means. The proxy itself is spoken to in plain HTTP.
public struct ProxySettings: Sendable {
    /// The proxy's host name or IP address.
    public let host: String

    /// The proxy's port.
    public let port: Int

    /// The value of `Proxy-Authorization`, such as `Basic …`; never part of a description.
    public let authorization: String?

    /// Which hosts are reached without the proxy.
    public let bypass: ProxyBypass

    /// Creates proxy settings.
    ///
    /// - Parameters:
    ///   - host: The proxy's host name or IP address.
    ///   - port: The proxy's port.
    ///   - authorization: The value of `Proxy-Authorization`.
    ///   - noProxy: The value of `NO_PROXY`, empty for no exceptions.
    public init(host: String, port: Int, authorization: String? = nil, noProxy: String = "") {
        self.host = host
        self.port = port
        self.authorization = authorization
        self.bypass = ProxyBypass(noProxy)
    }
}

extension ProxySettings: CustomStringConvertible, CustomReflectable {
    /// The proxy's host and port, and whether it is given credentials.
    public var description: String {
        "\(host):\(port)\(authorization == nil ? "" : " with credentials")"
    }

    /// No children: a dump shows no credentials.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
