public import NIOCore
public import NIOHTTP1

/// One request and its answer.
///
/// An exchange belongs to its event loop: read, call and release it there only. Its answer is either whole, with ``respond``, or
/// streamed, with ``begin``, ``write`` and ``finish``. After the answer is finished or the client has left, all of these do
/// nothing, so that a handler need not ask first.
public final class Exchange {
    /// The loop that this exchange lives on.
    public let eventLoop: any EventLoop

    /// The request's method.
    public let method: HTTPMethod

    /// The request's target as the client wrote it, still percent-encoded.
    public let target: String

    /// The target's path, without query, still percent-encoded.
    public let path: String

    /// What follows the target's first `?`, or `nil` without one.
    public let query: String?

    /// The request's header fields, in the client's order and spelling.
    public let headers: HTTPHeaders

    /// Whether the request came over TLS.
    public let isSecure: Bool

    /// The address of whoever opened the connection.
    public let remoteAddress: SocketAddress?

    /// The body's announced length in bytes, or `nil` if it is chunked; 0 without a body.
    public let contentLength: Int?

    /// Header fields that go with the answer, whoever gives it: behind those of ``respond`` and ``begin``.
    public var commonHeaders: [(name: String, value: String)] = []

    /// Whether the head of a streamed answer was written.
    public private(set) var hasBegun = false

    /// Whether the answer is complete, was aborted, or lost its client.
    public private(set) var isFinished = false

    /// Called after ``isWritable`` has changed, or changed and changed back; never from within a write.
    public var onWritabilityChange: ((Bool) -> Void)?

    /// Called once if the client leaves, or is cut off, before the answer is finished.
    public var onClientLeft: (() -> Void)?

    /// Called once if the server is shut down and its patience with open answers ends: what the handler does not finish now
    /// is cut off.
    public var onTimeUp: (() -> Void)?

    /// The connection, until the answer is finished.
    private var transport: (any ExchangeTransport)?

    init(
        head: HTTPRequestHead,
        contentLength: Int?,
        isSecure: Bool,
        remoteAddress: SocketAddress?,
        eventLoop: any EventLoop,
        transport: any ExchangeTransport
    ) {
        self.eventLoop = eventLoop
        method = head.method
        target = head.uri
        (path, query) = RequestTarget.split(head.uri)
        headers = head.headers
        self.isSecure = isSecure
        self.remoteAddress = remoteAddress
        self.contentLength = contentLength
        self.transport = transport
    }

    /// Whether the client takes bytes as fast as they are written; a producer should pause while it does not.
    public var isWritable: Bool {
        transport?.isWritable ?? false
    }

    /// Reads the request's body whole.
    ///
    /// The length announced is checked before a byte is read or `100 Continue` is sent. The bytes count against
    /// ``HTTPServerConfiguration/maximumBodyBytesInMemory`` until ``releaseBody()`` or the end of the exchange. Call it once at
    /// most. After a failure the exchange still wants its answer.
    ///
    /// - Parameters:
    ///   - limit: The most bytes the body may have.
    ///   - completion: Called once with the body or what is wrong, perhaps before this method returns.
    public func collectBody(
        upTo limit: Int,
        _ completion: @escaping (Result<ByteBuffer, BodyFailure>) -> Void
    ) {
        guard let transport else { return completion(.failure(.clientLeft)) }
        transport.collectBody(upTo: limit, completion)
    }

    /// Declares that the handler has dropped the body, so that others may use the memory.
    public func releaseBody() {
        transport?.releaseBody()
    }

    /// Answers whole.
    ///
    /// The server writes `Content-Length`, `Transfer-Encoding`, `Date` and `Connection`; the handler's are ignored, except that
    /// its `Connection: close` is heeded. Characters that would break out of a header field are dropped. A HEAD request gets
    /// the head only.
    ///
    /// - Parameters:
    ///   - status: The answer's status, 200 or above.
    ///   - headers: The answer's header fields.
    ///   - body: The answer's body.
    public func respond(_ status: HTTPResponseStatus, headers: [(name: String, value: String)], body: ByteBuffer) {
        guard !hasBegun, let transport = end() else { return }
        transport.respond(status, headers: withCommon(headers), body: body)
    }

    /// Starts a streamed answer.
    ///
    /// The head is written with the first bytes, or by itself if they do not follow in the same turn of the loop. The body is chunked, or delimited by the end of the connection for HTTP/1.0.
    ///
    /// - Parameters:
    ///   - status: The answer's status, 200 or above.
    ///   - headers: The answer's header fields, treated as by ``respond``.
    public func begin(_ status: HTTPResponseStatus, headers: [(name: String, value: String)]) {
        guard !hasBegun, let transport else { return }
        hasBegun = true
        transport.begin(status, headers: withCommon(headers))
    }

    /// Writes bytes of a streamed answer's body at once, as one chunk.
    ///
    /// The bytes are queued while the client is slow: heed ``isWritable``.
    ///
    /// - Parameter bytes: The bytes; nothing is written if there are none.
    public func write(_ bytes: ByteBuffer) {
        guard hasBegun, bytes.readableBytes > 0, let transport else { return }
        transport.write(bytes)
    }

    /// Ends a streamed answer.
    ///
    /// - Parameter last: The body's last bytes, if there are any left: with them in hand, one write is saved.
    public func finish(with last: ByteBuffer = ByteBuffer()) {
        guard hasBegun, let transport = end() else { return }
        transport.finish(with: last)
    }

    /// Closes the connection now, so that the client notices that the answer is incomplete.
    public func abort() {
        guard let transport = end() else { return }
        transport.abort()
    }

    private func withCommon(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
        commonHeaders.isEmpty ? headers : headers + commonHeaders
    }

    /// Tells the handler that the client takes bytes again, or no longer.
    func writabilityChanged(to isWritable: Bool) {
        guard transport != nil else { return }
        onWritabilityChange?(isWritable)
    }

    /// Tells the handler that it must end its answer now.
    func timeIsUp() {
        guard transport != nil else { return }
        let told = onTimeUp
        onTimeUp = nil
        told?()
    }

    /// Tells the handler that nobody waits for the answer any more.
    func clientLeft() {
        let told = onClientLeft
        guard end() != nil else { return }
        told?()
    }

    /// Lets go of the connection and of what the handler's closures hold.
    private func end() -> (any ExchangeTransport)? {
        guard let transport else { return nil }
        self.transport = nil
        isFinished = true
        onWritabilityChange = nil
        onClientLeft = nil
        onTimeUp = nil
        return transport
    }
}

@available(*, unavailable)
extension Exchange: Sendable {}
