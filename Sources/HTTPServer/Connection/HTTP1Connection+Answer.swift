import Glibc
import NIOCore
import NIOHTTP1

/// The answer to the request that is being answered.
extension HTTP1Connection: ExchangeTransport {
    /// A body up to this size is copied behind its head, which costs less than a second buffer.
    private static let maximumCopiedBytes = 16 << 10

    var isWritable: Bool {
        context?.channel.isWritable ?? false
    }

    func respond(_ status: HTTPResponseStatus, headers: [(name: String, value: String)], body bytes: ByteBuffer) {
        if !body.isComplete, isReading, !body.awaitsContinue {
            // The bytes being parsed may hold the rest of the body, and then the connection can be kept.
            answer.deferred = AnswerState.Whole(status: status, headers: headers, body: bytes)
        } else {
            send(AnswerState.Whole(status: status, headers: headers, body: bytes))
        }
    }

    /// Sends the answer that was held back, now that it is known whether the request is complete.
    func sendDeferredAnswer() {
        guard let whole = answer.deferred, phase == .exchange else { return }
        answer.deferred = nil
        send(whole)
    }

    private func send(_ whole: AnswerState.Whole) {
        decidePersistence(whole.headers)
        let hasBody = whole.status.mayHaveResponseBody
        let bytes = answer.isHeadOnly || !hasBody ? ByteBuffer() : whole.body
        let head = AnswerHead(
            status: whole.status,
            headers: whole.headers,
            framing: hasBody ? .length(whole.body.readableBytes) : .none,
            persistence: answer.persistence
        )
        if bytes.readableBytes <= Self.maximumCopiedBytes {
            var buffer = head.buffer(date: loop.date.line(), room: bytes.readableBytes)
            buffer.writeImmutableBuffer(bytes)
            enqueue(buffer)
        } else {
            enqueue(head.buffer(date: loop.date.line(), room: 0))
            enqueue(bytes)
        }
        answered()
    }

    func begin(_ status: HTTPResponseStatus, headers: [(name: String, value: String)]) {
        if !status.mayHaveResponseBody {
            answer.framing = .none
        } else if answer.isVersion10 {
            answer.framing = .untilClose
            answer.allowsAnother = answer.allowsAnother && answer.isHeadOnly
        } else {
            answer.framing = .chunked
        }
        decidePersistence(headers)
        let head = AnswerHead(
            status: status,
            headers: headers,
            framing: answer.framing,
            persistence: answer.persistence
        )
        enqueue(head.buffer(date: loop.date.line(), room: 0))
        flushLater()
    }

    func write(_ bytes: ByteBuffer) {
        guard !answer.isHeadOnly else { return }
        writeChunk(bytes, isLast: false)
        flush()
    }

    func finish(with last: ByteBuffer) {
        if !answer.isHeadOnly { writeChunk(last, isLast: true) }
        answered()
    }

    func abort() {
        exchange = nil
        if case .untilClose = answer.framing, phase == .exchange {
            // The end of the connection would look like the end of the body: reset it instead.
            _ = (context?.channel as? any SocketOptionProvider)?.setSoLinger(Glibc.linger(l_onoff: 1, l_linger: 0))
        }
        flushIfNeeded()
        closeNow()
    }

    private func writeChunk(_ bytes: ByteBuffer, isLast: Bool) {
        let count = bytes.readableBytes
        switch answer.framing {
        case .chunked where count <= Self.maximumCopiedBytes:
            var buffer = ByteBufferAllocator().buffer(capacity: count + 24)
            if count > 0 {
                buffer.writeChunkSize(count)
                buffer.writeImmutableBuffer(bytes)
                buffer.writeStaticString("\r\n")
            }
            if isLast { buffer.writeStaticString("0\r\n\r\n") }
            enqueue(buffer)
        case .chunked:
            var size = ByteBuffer()
            size.writeChunkSize(count)
            enqueue(size)
            enqueue(bytes)
            enqueue(ByteBuffer(string: isLast ? "\r\n0\r\n\r\n" : "\r\n"))
        case .untilClose where count > 0:
            enqueue(bytes)
        case .untilClose, .length, .none:
            break
        }
    }

    /// Settles, before a head is written, whether the connection outlives the answer.
    private func decidePersistence(_ headers: [(name: String, value: String)]) {
        guard answer.allowsAnother else { return }
        if !body.isComplete || loop.isDraining || AnswerHead.asksToClose(headers) { answer.allowsAnother = false }
    }

    /// Ends the exchange: its last byte was written.
    private func answered() {
        exchange = nil
        _ = body.takeBytes()
        releaseBody()
        guard answer.allowsAnother, !loop.isDraining else {
            finishConnection()
            return
        }
        flush()
        phase = .idle
        deadline = loop.deadline(after: loop.configuration.idleTimeout)
        serveWaitingParts()
    }
}
