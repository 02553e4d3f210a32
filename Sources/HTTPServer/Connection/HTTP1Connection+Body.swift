import NIOCore

/// The body of the request that is being answered.
extension HTTP1Connection {
    func collectBody(upTo limit: Int, _ completion: @escaping (Result<ByteBuffer, BodyFailure>) -> Void) {
        guard case .undecided = body.demand else {
            completion(.failure(body.failure ?? .malformed))
            return
        }
        if let failure = body.failure {
            refuseBody()
            completion(.failure(failure))
            return
        }
        let held = body.bytes.readableBytes
        guard max(held, body.contentLength ?? 0) <= limit else {
            refuseBody()
            completion(.failure(.tooLarge))
            return
        }
        // Counted as it comes: what is only announced takes no memory, and would let a few silent clients shut out all others.
        guard reserve(held) else {
            refuseBody()
            completion(.failure(.overloaded))
            return
        }
        body.demand = .collected(upTo: limit, completion)
        body.begun = loop.now
        if body.isComplete {
            if waitingParts.isEmpty { resumeReading() }
            deliverBody()
            return
        }
        deadline = bodyDeadline
        if body.awaitsContinue {
            body.awaitsContinue = false
            if held == 0 {
                enqueue(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
                flush()
            }
        }
        resumeReading()
    }

    func releaseBody() {
        guard body.reserved > 0 else { return }
        loop.bodyMemory.release(body.reserved)
        body.reserved = 0
    }

    /// Takes bytes from the parser.
    func receive(_ bytes: ByteBuffer) {
        switch body.demand {
        case .undecided:
            body.append(bytes)
            pauseReading()
            if body.bytes.readableBytes > Self.maximumLingerBytes { closeNow() }
        case .collected(let limit, let completion):
            deadline = bodyDeadline
            if body.bytes.readableBytes + bytes.readableBytes > limit {
                refuseBody()
                completion(.failure(.tooLarge))
            } else if !reserve(bytes.readableBytes) {
                refuseBody()
                completion(.failure(.overloaded))
            } else {
                body.append(bytes)
            }
        case .settled:
            discard(bytes.readableBytes)
        }
    }

    /// Notes that the body's last byte was taken.
    func bodyEnded() {
        body.isComplete = true
        if case .collected = body.demand { deliverBody() }
        sendDeferredAnswer()
    }

    /// Tells the handler that the rest of the body will not come.
    func bodyFailed(_ failure: BodyFailure) {
        guard !body.isComplete else { return }
        answer.allowsAnother = false
        body.failure = failure
        pauseReading()
        if case .collected(_, let completion) = body.demand {
            refuseBody()
            completion(.failure(failure))
        }
    }

    /// When the next bytes must have come: soon, and early enough for the whole body not to be held up.
    private var bodyDeadline: NIODeadline {
        let configuration = loop.configuration
        let perSecond = Int64(max(1, configuration.minimumBodyRate))
        let atRate = TimeAmount.milliseconds(Int64(body.bytes.readableBytes) * 1_000 / perSecond)
        let end = body.begun + max(configuration.bodyTotalTimeout, atRate) + .seconds(1)
        return min(loop.deadline(after: configuration.bodyTimeout), end)
    }

    private func deliverBody() {
        guard case .collected(_, let completion) = body.demand else { return }
        body.demand = .settled
        deadline = .distantFuture
        completion(.success(body.takeBytes()))
    }

    /// Drops what is held, and reads no more until the answer is out.
    private func refuseBody() {
        body.demand = .settled
        _ = body.takeBytes()
        releaseBody()
        deadline = .distantFuture
        if !body.isComplete { pauseReading() }
    }

    private func reserve(_ count: Int) -> Bool {
        guard loop.bodyMemory.reserve(count) else { return false }
        body.reserved += count
        return true
    }
}
