/// Why a call got no complete answer, or why a client could not be made.
public enum UpstreamError: Error, Hashable, Sendable {
    /// The name does not resolve, or no address accepts a connection.
    case unreachable(host: String, reason: String)

    /// The connection did not open in time.
    case connectTimeout(host: String)

    /// The head of the answer did not come in time.
    case firstByteTimeout(host: String)

    /// The answer fell silent for too long.
    case idleTimeout(host: String)

    /// The TLS handshake failed: most often a certificate that is not trusted or is for another name.
    case tls(host: String, reason: String)

    /// The proxy cannot be reached or refuses the tunnel.
    case proxy(reason: String, status: Int?)

    /// The connection ended before the answer was complete.
    case connectionClosed(host: String, beforeResponse: Bool)

    /// The answer is not HTTP/1.1, or is a protocol change that nobody asked for.
    case malformedResponse(host: String, reason: String)

    /// This loop already has as many connections to the endpoint as it may open.
    case overloaded(endpoint: UpstreamEndpoint)

    /// The request holds a line break or a NUL where none may be, or a method that cannot be sent.
    case invalidRequest(reason: String)

    /// The client was shut down.
    case shutDown

    /// The file of certificate authorities cannot be used. Thrown when a client is made, never by a call.
    case invalidTrust(file: String, reason: String)
}

extension UpstreamError: CustomStringConvertible {
    /// A sentence for an operator, free of credentials and of what was sent.
    public var description: String {
        switch self {
        case .unreachable(let host, let reason):
            "The upstream \(host) cannot be reached: \(reason)."
        case .connectTimeout(let host):
            "The connection to the upstream \(host) did not open in time."
        case .firstByteTimeout(let host):
            "The upstream \(host) did not begin to answer in time."
        case .idleTimeout(let host):
            "The upstream \(host) fell silent in the middle of its answer."
        case .tls(let host, let reason):
            "No secure connection to the upstream \(host): \(reason)."
        case .proxy(let reason, let status?):
            "The proxy answered \(status): \(reason)."
        case .proxy(let reason, nil):
            "The proxy failed: \(reason)."
        case .connectionClosed(let host, true):
            "The upstream \(host) closed the connection before it answered."
        case .connectionClosed(let host, false):
            "The upstream \(host) closed the connection in the middle of its answer."
        case .malformedResponse(let host, let reason):
            "The upstream \(host) sent something that is not an HTTP/1.1 answer: \(reason)."
        case .overloaded(let endpoint):
            "Too many connections to the upstream \(endpoint.host):\(endpoint.port) are open on this loop."
        case .invalidRequest(let reason):
            "The request cannot be sent: \(reason)."
        case .shutDown:
            "The upstream client is shut down."
        case .invalidTrust(let file, let reason):
            "The certificate file \(file) cannot be used: \(reason)."
        }
    }
}
