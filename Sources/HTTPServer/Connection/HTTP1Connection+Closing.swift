import NIOCore
import NIOHTTP1
import NIOSSL

/// How a connection ends.
extension HTTP1Connection {
    /// Answers a request that no handler got to see, and closes.
    func fail(_ failure: HTTPServerFailure) {
        guard phase == .idle || phase == .head else { return }
        waitingHead = nil
        waitingParts.removeAll()
        let response = loop.configuration.failureResponse(failure)
        let head = AnswerHead(
            status: response.status,
            headers: response.headers,
            framing: .length(response.body.readableBytes),
            persistence: .close
        )
        var buffer = head.buffer(date: loop.date.line(), room: response.body.readableBytes)
        buffer.writeImmutableBuffer(response.body)
        enqueue(buffer)
        finishConnection()
    }

    /// Closes once what was written is out, and the client has had the time to read it.
    func finishConnection() {
        guard phase != .closed, let context else { return }
        let mayLinger = phase != .exchange || !body.isComplete || isReadingPaused || waitingFailure != nil
        phase = .flushing
        deadline = .distantFuture
        stall = WriteStall()
        waitingParts.removeAll()
        let flushed = loop.eventLoop.makePromise(of: Void.self)
        flushed.futureResult.assumeIsolated().whenComplete { _ in
            if mayLinger {
                self.linger()
            } else {
                self.closeNow()
            }
        }
        context.write(wrapOutboundOut(ByteBuffer()), promise: flushed)
        context.flush()
    }

    /// Throws away what the client still sends, for a short while.
    private func linger() {
        guard phase == .flushing, let context else { return }
        phase = .lingering
        deadline = loop.now + Self.lingerTimeout
        context.close(mode: .output, promise: nil)
        resumeReading()
    }

    /// Counts bytes thrown away, and closes when they are too many.
    func discard(_ count: Int) {
        discardedBytes += count
        if discardedBytes > Self.maximumLingerBytes, phase == .lingering || isReadingPaused { closeNow() }
    }

    /// Closes without waiting for anything.
    func closeNow() {
        guard phase != .closed, let context else { return }
        if isSecure, let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self),
            phase == .lingering
        {
            // Past the TLS handler, which would wait for the client's own goodbye.
            tls.close(promise: nil)
        } else {
            context.close(promise: nil)
        }
        closed()
    }

    /// Notes that the connection is gone: whoever waits for its client is told.
    func closed() {
        guard phase != .closed else { return }
        phase = .closed
        deadline = .distantFuture
        loop.remove(self)
        waitingHead = nil
        waitingParts.removeAll()
        answer.deferred = nil
        let left = exchange
        exchange = nil
        left?.clientLeft()
        bodyFailed(.clientLeft)
        _ = body.takeBytes()
        releaseBody()
    }

    /// Takes an error from the parser, TLS or the socket.
    func failed(with error: any Error) {
        if case ByteToMessageDecoderError.dataReceivedInErrorState(_, let bytes) = error {
            discard(bytes.readableBytes)
            return
        }
        guard let failure = Self.failure(for: error) else {
            closeNow()
            return
        }
        // The parser also complains about an end of stream in the middle of a request.
        guard let context, context.channel.isActive else { return }
        switch phase {
        case .exchange where !body.isComplete: bodyFailed(BodyFailure(failure))
        case .idle, .head, .exchange:
            // What was sent ahead is answered first.
            guard phase == .exchange || !waitingParts.isEmpty else { return fail(failure) }
            if waitingFailure == nil { waitingFailure = failure }
            pauseReading()
        case .flushing, .lingering, .closed: break
        }
    }

    private static func failure(for error: any Error) -> HTTPServerFailure? {
        switch error {
        case let failure as HTTPServerFailure: failure
        case HTTPParserError.invalidVersion: .unsupportedVersion
        case HTTPParserError.headerOverflow: .headersTooLarge
        case is HTTPParserError: .malformedRequest
        default: nil
        }
    }

    // MARK: Time

    /// Looks at the time.
    func tick() {
        // Idle time begins when the client has read its answer.
        if phase == .idle, pendingBytes > 0 { deadline = loop.deadline(after: loop.configuration.idleTimeout) }
        if loop.now >= deadline { deadlinePassed() }
        guard isWriteOverdue else {
            stall = WriteStall()
            return
        }
        let limit = loop.configuration.writeStallTimeout
        if stall.isStalled(pendingBytes: pendingBytes, at: loop.now, limit: limit) { cut() }
    }

    /// Whether the client has something to read before anything else can go on.
    private var isWriteOverdue: Bool {
        switch phase {
        case .idle, .head: pendingBytes > 0
        case .exchange: !isWritable
        case .flushing: true
        case .lingering, .closed: false
        }
    }

    /// How many bytes wait for the client to take them.
    private var pendingBytes: Int {
        (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    private func deadlinePassed() {
        deadline = .distantFuture
        switch phase {
        case .head where !isWritable: deadline = loop.deadline(after: loop.configuration.headerTimeout)
        case .idle, .lingering: closeNow()
        case .head: fail(.requestTimeout)
        case .exchange: bodyFailed(.timedOut)
        case .flushing, .closed: break
        }
    }

    // MARK: Shutting down

    /// Closes if nothing is going on, once the client has what was answered; otherwise the answer is the last.
    ///
    /// Requests that were sent ahead are not begun any more.
    func drain() {
        guard phase == .idle, waitingHead == nil, context?.channel.isActive == true else { return }
        if pendingBytes > 0 { finishConnection() } else { closeNow() }
    }

    /// Lets the handler end its answer, for which there is no more time; what has no end then is cut.
    func timeIsUp() {
        if phase == .exchange { exchange?.timeIsUp() }
        // Ended answers are on their way out.
        if phase != .flushing, phase != .lingering { cut() }
    }

    /// Closes now, whatever is going on.
    func cut() {
        guard phase != .closed else { return }
        phase = .lingering
        closeNow()
    }
}
