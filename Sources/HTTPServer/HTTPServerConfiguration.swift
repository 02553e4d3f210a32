public import NIOCore

/// The limits and timeouts of a server.
///
/// Timeouts are checked once a second, so each may end up to two seconds late and never early.
public struct HTTPServerConfiguration: Sendable {
    /// The most bytes the names and values of a request's header fields may have together, trailers included; 431 beyond.
    public var maximumHeaderBytes = 65_536

    /// The most bytes a request's target (path and query) may have; 414 beyond.
    public var maximumTargetBytes = 8_192

    /// The most bytes that the request bodies of all connections may hold in memory together.
    ///
    /// They count as they come; a request that goes beyond it fails with ``BodyFailure/overloaded``.
    public var maximumBodyBytesInMemory = 1 << 30

    /// How long a request's head may take from its first byte, or a new connection until its first head.
    public var headerTimeout = TimeAmount.seconds(60)

    /// How long a request's body may pause between two bytes.
    public var bodyTimeout = TimeAmount.seconds(60)

    /// How long a request's body may take in all, or longer as long as it comes at ``minimumBodyRate``.
    ///
    /// It holds memory that others could use.
    public var bodyTotalTimeout = TimeAmount.seconds(300)

    /// The bytes a second on average, at least 1, at which a body may take longer than ``bodyTotalTimeout``.
    public var minimumBodyRate = 65_536

    /// How long a connection is kept between an answer and the next request's first byte.
    public var idleTimeout = TimeAmount.seconds(75)

    /// How long a client may accept no byte of an answer before its connection is closed.
    public var writeStallTimeout = TimeAmount.seconds(60)

    /// How many connections the system queues for the server to accept.
    public var backlog = 4_096

    /// Is told, at most once a minute, that the system has no descriptor or memory for a connection, in words.
    public var onShortage: @Sendable (String) -> Void = { _ in }

    /// Makes the answer to a request that fails before a handler could be called.
    ///
    /// Called on the connection's event loop. The connection is closed after this answer.
    public var failureResponse: @Sendable (HTTPServerFailure) -> FailureResponse = { FailureResponse(plainText: $0) }

    /// Creates a configuration with the default limits and timeouts.
    public init() {}
}
