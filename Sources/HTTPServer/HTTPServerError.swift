/// What stops a server from starting.
public enum HTTPServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another program listens on the port.
    case addressInUse(host: String, port: Int)
    /// The system reserves the port for privileged programs (ports below 1024).
    case permissionDenied(host: String, port: Int)
    /// The address could not be listened on for the reason given.
    case cannotListen(host: String, port: Int, reason: String)
    /// A key or certificate file cannot be used for the reason given.
    case badIdentity(file: String, reason: String)

    /// A sentence for an operator.
    public var description: String {
        switch self {
        case .addressInUse(let host, let port):
            "Cannot listen on \(host) port \(port): another program already does."
        case .permissionDenied(let host, let port):
            "Cannot listen on \(host) port \(port): permission denied; ports below 1024 need a privilege."
        case .cannotListen(let host, let port, let reason):
            "Cannot listen on \(host) port \(port): \(reason)."
        case .badIdentity(let file, let reason):
            "Cannot use \(file) for TLS: \(reason)."
        }
    }
}
