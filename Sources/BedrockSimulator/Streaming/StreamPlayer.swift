import HTTPServer
import NIOCore
import NIOHTTP1

/// Sends a streamed answer: in its time, as fast as the client takes it, and with the faults it was told to have.
///
/// It belongs to the exchange's event loop, and lives until the answer ends or the client leaves.
final class StreamPlayer {
    private let exchange: Exchange
    private let dialect: any Dialect
    private let reply: StreamedReply
    private let log: RequestLog
    private let pause: TimeAmount?
    private var events: AnswerEvents
    private var output: StreamOutput
    private var deltas = 0
    private var isWaiting = false
    /// Bytes that are sent in cuts of a few, for clients that must cope with frames torn anywhere.
    private var torn = ByteBuffer()
    private var cuts = 0

    init(
        exchange: Exchange,
        dialect: any Dialect,
        reply: StreamedReply,
        log: RequestLog,
        pause: TimeAmount?
    ) {
        self.exchange = exchange
        self.dialect = dialect
        self.reply = reply
        self.log = log
        self.pause = pause
        events = AnswerEvents(reply.answer)
        output = StreamOutput(framing: dialect.framing, isPadded: reply.directives.isPadded)
    }

    /// Begins the answer, and stays with it to its end.
    func start(headers: [(name: String, value: String)]) {
        log.streamOpened()
        exchange.onClientLeft = { [log] in log.streamClosed(byClient: true) }
        exchange.begin(.ok, headers: headers)
        if let error = reply.directives.firstFrame {
            output.exception(error)
            return end()
        }
        exchange.onWritabilityChange = { [self] isWritable in
            if isWritable, !isWaiting { play() }
        }
        if let quiet = reply.directives.quiet { return wait(quiet) { $0.play() } }
        if let pause { return wait(pause) { $0.play() } }
        play()
    }

    /// Sends events until one must wait for time or for the client.
    private func play() {
        while exchange.isWritable {
            if reply.directives.isUnicode, torn.readableBytes > 0 { return tear() }
            guard let event = events.next() else { return end() }
            if isFault(at: event) { return }
            let start = output.buffer.writerIndex
            dialect.write(event, of: reply, to: &output)
            if event.isDelta {
                deltas += 1
                if deltas == 3, case .badChecksum = reply.directives.fault { spoil(from: start) }
            }
            if reply.directives.isUnicode {
                torn.writeBuffer(&output.buffer)
                output.buffer.clear()
            } else if let pause {
                flush()
                return wait(pause) { $0.play() }
            } else if output.buffer.readableBytes >= 16_384 {
                flush()
            }
        }
        flush()
    }

    /// Sends a few bytes, and the rest in later turns of the loop.
    private func tear() {
        let sizes = [1, 2, 3, 5, 8, 13, 21, 34, 7, 4]
        let size = min(sizes[cuts % sizes.count], torn.readableBytes)
        cuts += 1
        if let piece = torn.readSlice(length: size) { exchange.write(piece) }
        wait(pause ?? .microseconds(200)) { $0.play() }
    }

    /// Does the fault whose moment has come: after three deltas, or at the end of an answer that has fewer.
    private func isFault(at event: AnswerEvent) -> Bool {
        guard let fault = reply.directives.fault else { return false }
        var isEnd = false
        if case .stop = event { isEnd = true }
        guard isEnd || (deltas >= 3 && event.isDelta) else { return false }
        switch fault {
        case .badChecksum:
            return false
        case .exception(let error):
            output.exception(error)
            end()
        case .truncation:
            end()
        case .cut:
            // The connection breaks in the middle of a frame.
            let whole = output.buffer.writerIndex
            dialect.write(event, of: reply, to: &output)
            output.buffer.moveWriterIndex(to: whole + (output.buffer.writerIndex - whole) / 2)
            flush()
            log.streamClosed(byClient: false)
            exchange.abort()
        }
        return true
    }

    /// Makes the checksum of the frames since an index wrong.
    private func spoil(from start: Int) {
        let last = output.buffer.writerIndex - 1
        guard last >= start, let byte = output.buffer.getInteger(at: last, as: UInt8.self) else { return }
        output.buffer.setInteger(byte ^ 0x55, at: last)
    }

    private func flush() {
        guard output.buffer.readableBytes > 0 else { return }
        exchange.write(output.buffer)
        output.buffer = ByteBuffer()
    }

    private func end() {
        log.streamClosed(byClient: false)
        if torn.readableBytes > 0 {
            exchange.write(torn)
            torn.clear()
        }
        exchange.finish(with: output.buffer)
    }

    private func wait(_ amount: TimeAmount, then action: @escaping (StreamPlayer) -> Void) {
        isWaiting = true
        exchange.eventLoop.assumeIsolated().scheduleTask(in: amount) { [self] in
            isWaiting = false
            guard !exchange.isFinished else { return }
            action(self)
        }
    }
}
