public import NIOCore

/// What a client needs to know before its first connection: limits, time-outs, trust and proxy.
///
/// Time-outs are watched by one tick a second on each loop: they fire never early, and at most two seconds late.
public struct UpstreamConfiguration: Sendable {
    /// The longest a connection may take to open: name, TCP, proxy and TLS together.
    ///
    /// Ten seconds by default.
    public var connectTimeout: TimeAmount

    /// The longest wait for the head of an answer, 600 s by default.
    ///
    /// It runs from the moment the request is handed to the connection, starts again while body bytes go out, and is
    /// not ended by a 1xx answer. Long, because a model that thinks may say nothing for minutes.
    public var firstByteTimeout: TimeAmount

    /// The longest silence inside an answer, 300 s by default.
    ///
    /// It is stopped while the caller has paused reading: then the client is the slow one, not the upstream.
    public var idleTimeout: TimeAmount

    /// How long an unused connection is kept, 60 s by default.
    public var pooledIdleLimit: TimeAmount

    /// How many connections one loop opens to one endpoint, opening, busy and pooled ones together; 4,096 by default.
    ///
    /// A request beyond it fails with ``UpstreamError/overloaded(endpoint:)`` rather than waiting in a queue that
    /// nobody sees.
    public var maximumConnectionsPerHost: Int

    /// How many unused connections one loop keeps to one endpoint, 256 by default.
    public var maximumPooledPerHost: Int

    /// Whose certificates are believed.
    ///
    /// There is no setting that turns verification off.
    public var trust: UpstreamTrust

    /// The proxy through which TLS connections are opened, if any.
    public var proxy: ProxySettings?

    /// Creates a configuration.
    ///
    /// - Parameters:
    ///   - connectTimeout: The longest a connection may take to open.
    ///   - firstByteTimeout: The longest wait for the head of an answer.
    ///   - idleTimeout: The longest silence inside an answer.
    ///   - pooledIdleLimit: How long an unused connection is kept.
    ///   - maximumConnectionsPerHost: How many connections one loop opens to one endpoint.
    ///   - maximumPooledPerHost: How many unused connections one loop keeps to one endpoint.
    ///   - trust: Whose certificates are believed.
    ///   - proxy: The proxy through which TLS connections are opened.
    public init(
        connectTimeout: TimeAmount = .seconds(10),
        firstByteTimeout: TimeAmount = .seconds(600),
        idleTimeout: TimeAmount = .seconds(300),
        pooledIdleLimit: TimeAmount = .seconds(60),
        maximumConnectionsPerHost: Int = 4_096,
        maximumPooledPerHost: Int = 256,
        trust: UpstreamTrust = .system,
        proxy: ProxySettings? = nil
    ) {
        self.connectTimeout = connectTimeout
        self.firstByteTimeout = firstByteTimeout
        self.idleTimeout = idleTimeout
        self.pooledIdleLimit = pooledIdleLimit
        self.maximumConnectionsPerHost = maximumConnectionsPerHost
        self.maximumPooledPerHost = maximumPooledPerHost
        self.trust = trust
        self.proxy = proxy
    }
}

/// The certificate authorities that an upstream's certificate must lead to.
public enum UpstreamTrust: Hashable, Sendable {
    /// The bundle that the operating system ships.
    case system

    /// A PEM file that replaces the system's bundle, as `SSL_CERT_FILE` and `AWS_CA_BUNDLE` do.
    case file(String)

    /// A PEM file believed besides the system's bundle.
    case systemAndFile(String)
}
