import NIOCore
import NIOHTTP1
import NIOSSL

/// How a connection ends.
extension UpstreamConnection {
    /// How long after a request was sent its connection may turn out to have been stale; later the upstream had the request.
    private static let staleTime = TimeAmount.seconds(5)

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError { return fail(malformed: error) }
        if failure == nil, phase != .closed {
            failure =
                isOpen
                ? .connectionClosed(host: host, beforeResponse: phase == .awaitingHead)
                : .tls(host: host, reason: TLSFailure.reason(error))
        }
        closeAtOnce(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        switch phase {
        case .closed:
            break
        case .idle, .opening:
            end(with: failure ?? .tls(host: host, reason: "the connection was closed during the handshake"))
        case .awaitingHead, .receiving:
            endedByPeer()
        }
    }

    private func endedByPeer() {
        deliverBody()
        guard let call else { return closeAtOnce() }
        if response.hasEnded, failure == nil {
            leave()
            self.call = nil
            call.finish()
        } else if call.reusedConnection, !response.hasBegun, !call.wasRetried, call.message != nil,
            pool.now - since <= Self.staleTime
        {
            leave()
            self.call = nil
            pool.retry(call)
        } else {
            end(with: failure ?? .connectionClosed(host: host, beforeResponse: phase == .awaitingHead))
        }
    }

    func fail(malformed error: any Error) {
        deliverBody()
        guard phase != .closed else { return }
        guard response.hasEnded, let call else {
            return end(with: .malformedResponse(host: host, reason: "\(error)"))
        }
        // The answer was complete; only what follows it makes no sense.
        self.call = nil
        close()
        call.finish()
    }

    /// Closes the connection because its call was cancelled.
    func abandon() {
        call = nil
        closeAtOnce()
    }

    /// Fails the call, if any, and closes the connection.
    func end(with error: UpstreamError) {
        let call = call
        self.call = nil
        closeAtOnce()
        call?.fail(error)
    }

    /// Leaves the pool and closes, TLS with its goodbye: nobody waits for this connection.
    func close() {
        guard phase != .closed else { return }
        leave()
        context?.close(promise: nil)
    }

    /// Leaves the pool and closes at once, past TLS, whose goodbye would wait for a peer that may not read.
    private func closeAtOnce() {
        guard phase != .closed else { return }
        leave()
        if let context { closeAtOnce(context) }
    }

    private func closeAtOnce(_ context: ChannelHandlerContext) {
        if let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLClientHandler.self) {
            tls.close(promise: nil)
        } else {
            context.close(promise: nil)
        }
    }

    private func leave() {
        guard phase != .closed else { return }
        let wasIdle = phase == .idle
        phase = .closed
        unsentBody = []
        pool.remove(self, wasIdle: wasIdle)
    }
}
