/// One address a server listens on, in the clear or over TLS.
public struct Listener: Sendable {
    /// A name or address of this machine, such as `0.0.0.0`, `::` or `localhost`.
    public var host: String

    /// The port; 0 is any free one.
    public var port: Int

    /// The identity to speak TLS with, or `nil` for plain HTTP.
    public var tls: TLSIdentity?

    /// Creates a listener.
    ///
    /// - Parameters:
    ///   - host: A name or address of this machine.
    ///   - port: The port; 0 is any free one.
    ///   - tls: The identity to speak TLS with, or `nil` for plain HTTP.
    public init(host: String, port: Int, tls: TLSIdentity? = nil) {
        self.host = host
        self.port = port
        self.tls = tls
    }
}
