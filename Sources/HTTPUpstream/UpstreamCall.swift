import NIOCore
import NIOHTTP1

/// One request on its way: what its sender steers it with.
///
/// Belongs to the pool's loop: every member is used there.
public final class UpstreamCall {
    /// Whether the request went out twice, because a reused connection was closed before any byte of an answer.
    ///
    /// The upstream may have seen it twice: worth a log line.
    public internal(set) var wasRetried = false

    /// Whether the request went out, the last time, on a connection that had served another one.
    public internal(set) var reusedConnection = false

    /// Whether the sender has asked for no more bytes.
    public private(set) var isReadingPaused = false

    let endpoint: UpstreamEndpoint
    /// The request as it is sent, `nil` as soon as it cannot be needed again.
    var message: RequestMessage?
    var connection: UpstreamConnection?
    private(set) var receiver: (any UpstreamResponseReceiver)?
    /// What happened while the request was being sent: told after `send` has returned.
    private var early: [() -> Void]?

    init(endpoint: UpstreamEndpoint, message: RequestMessage?, receiver: any UpstreamResponseReceiver) {
        self.endpoint = endpoint
        self.message = message
        self.receiver = receiver
    }

    /// Whether the call has neither ended nor been cancelled.
    public var isActive: Bool { receiver != nil }

    /// Ends the call without a further word to its receiver, and closes the connection at once.
    ///
    /// Does nothing when the call has already ended.
    public func cancel() {
        guard isActive else { return }
        let connection = detach()
        connection?.abandon()
    }

    /// Stops reading from the upstream, which its TCP window then makes wait.
    public func pauseReading() {
        isReadingPaused = true
    }

    /// Goes on reading.
    public func resumeReading() {
        guard isReadingPaused else { return }
        isReadingPaused = false
        connection?.readingResumed()
    }

    func receive(status: Int, headers: HTTPHeaders) {
        if early != nil { return postpone { $0.receive(status: status, headers: headers) } }
        receiver?.upstream(head: status, headers: headers)
    }

    func receive(_ bytes: ByteBuffer) {
        if early != nil { return postpone { $0.receive(bytes) } }
        receiver?.upstream(bytes: bytes)
    }

    func finish() {
        if early != nil { return postpone { $0.finish() } }
        let receiver = receiver
        detach()
        receiver?.upstreamFinished()
    }

    func fail(_ error: UpstreamError) {
        if early != nil { return postpone { $0.fail(error) } }
        let receiver = receiver
        detach()
        receiver?.upstreamFailed(error)
    }

    /// Does something during which the receiver hears nothing; what it missed, it is told in the loop's next turn.
    func holdingBack(on eventLoop: any EventLoop, _ work: () -> Void) {
        early = []
        work()
        if early?.isEmpty == true {
            early = nil
            return
        }
        eventLoop.assumeIsolated().execute { [self] in
            let missed = early ?? []
            early = nil
            for tell in missed { tell() }
        }
    }

    private func postpone(_ tell: @escaping (UpstreamCall) -> Void) {
        early?.append { [self] in tell(self) }
    }

    /// Lets go of everything the call holds: after this it is over.
    @discardableResult
    private func detach() -> UpstreamConnection? {
        let connection = connection
        self.connection = nil
        message = nil
        receiver = nil
        return connection
    }
}
