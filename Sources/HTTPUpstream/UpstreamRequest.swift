public import NIOCore
public import NIOHTTP1

/// Where requests go: what a pool of connections is found by.
///
/// It holds no path and no credential, so two callers share a connection safely.
public struct UpstreamEndpoint: Hashable, Sendable {
    /// Whether the connection is TLS.
    public let isSecure: Bool

    /// A host name or an IP address; an IPv6 address without brackets.
    public let host: String

    /// The TCP port.
    public let port: Int

    /// Creates an endpoint.
    ///
    /// - Parameters:
    ///   - isSecure: Whether the connection is TLS.
    ///   - host: A host name or an IP address; an IPv6 address without brackets.
    ///   - port: The TCP port; 443 or 80 when left out.
    public init(isSecure: Bool = true, host: String, port: Int? = nil) {
        self.isSecure = isSecure
        self.host = host
        self.port = port ?? (isSecure ? 443 : 80)
    }
}

/// One HTTP/1.1 request with its whole body.
public struct UpstreamRequest: Sendable {
    /// Where the request goes.
    public var endpoint: UpstreamEndpoint

    /// The method, usually POST; CONNECT is refused.
    public var method: HTTPMethod

    /// The request target, percent-encoded: it is sent as it is.
    public var path: String

    /// Every header but `Content-Length`, `Host` included, in the order and spelling that are sent.
    public var headers: [(name: String, value: String)]

    /// The body, or the first part of it.
    ///
    /// A `Content-Length` is sent unless a GET or HEAD has none.
    public var body: ByteBuffer

    /// The parts of the body behind the first.
    public var bodyRest: [ByteBuffer]

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - endpoint: Where the request goes.
    ///   - method: The method.
    ///   - path: The request target, percent-encoded.
    ///   - headers: Every header but `Content-Length`.
    ///   - body: The body, or the first part of it.
    ///   - bodyRest: The parts behind it.
    public init(
        endpoint: UpstreamEndpoint,
        method: HTTPMethod = .POST,
        path: String,
        headers: [(name: String, value: String)],
        body: ByteBuffer = ByteBuffer(),
        bodyRest: [ByteBuffer] = []
    ) {
        self.endpoint = endpoint
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.bodyRest = bodyRest
    }
}
