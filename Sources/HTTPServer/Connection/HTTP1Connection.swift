import NIOCore
import NIOHTTP1

/// One client's HTTP/1 connection: requests in, answers out, one at a time and in order.
///
/// It stands behind NIO's request parser and writes answers as raw bytes past it. Requests that a client sends ahead wait here, and
/// reading stops while they do. It belongs to its event loop.
final class HTTP1Connection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the connection is doing.
    enum Phase: Sendable {
        /// It waits for the first byte of a request.
        case idle
        /// It has part of a request's head.
        case head
        /// A request is being answered.
        case exchange
        /// The last answer is on its way out.
        case flushing
        /// The last answer is out; what the client still sends is thrown away, so that a reset does not eat the answer.
        case lingering
        /// It is over.
        case closed
    }

    /// The most bytes that are thrown away before the connection is closed.
    static let maximumLingerBytes = 256 << 10

    /// About the most memory that requests sent ahead may take; one read of the shortest requests takes less.
    static let maximumWaitingBytes = 1 << 20

    /// How long bytes are thrown away before the connection is closed.
    static let lingerTimeout = TimeAmount.seconds(2)

    let loop: ConnectionLoop
    let isSecure: Bool

    /// The connection's place among those of its loop.
    var loopIndex = 0

    var context: ChannelHandlerContext?
    var phase = Phase.idle
    /// When the current phase has taken too long.
    var deadline = NIODeadline.distantFuture

    /// The head of a request without a body, whose end is still to come from the parser.
    var waitingHead: RequestHead?
    /// The request that is being answered, until its answer is finished.
    var exchange: Exchange?
    var answer = AnswerState()
    var body = RequestBody(contentLength: 0, awaitsContinue: false)
    /// Requests sent ahead.
    var waitingParts = WaitingParts()
    /// What is wrong with the bytes behind the requests sent ahead.
    var waitingFailure: HTTPServerFailure?
    private var isServingWaitingParts = false

    var isReadingPaused = false
    private var isReadHeldBack = false
    /// Whether bytes are being parsed, so that writes are flushed together after them.
    private(set) var isReading = false
    private var needsFlush = false
    /// Whether bytes are being written.
    ///
    /// A handler is told about writability only afterwards: it would write within its write, ever deeper.
    private var isWriting = false
    private var isTellingLater = false
    /// How many parts the parser has found so far.
    private(set) var partCount = 0
    /// How many bytes were thrown away.
    var discardedBytes = 0
    /// What the stall check last saw of the bytes that the client does not take.
    var stall = WriteStall()

    private lazy var remoteAddress = context?.channel.remoteAddress

    init(loop: ConnectionLoop, isSecure: Bool) {
        self.loop = loop
        self.isSecure = isSecure
    }

    // MARK: Handler

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
        deadline = loop.deadline(after: loop.configuration.headerTimeout)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closed()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        if loop.isDraining { drain() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        partCount &+= 1
        take(unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        sendDeferredAnswer()
        flushIfNeeded()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if !isWriting {
            tellWritability()
        } else if !isTellingLater {
            isTellingLater = true
            loop.eventLoop.assumeIsolated().execute {
                self.isTellingLater = false
                self.tellWritability()
            }
        }
        context.fireChannelWritabilityChanged()
    }

    func read(context: ChannelHandlerContext) {
        if isReadingPaused {
            isReadHeldBack = true
        } else {
            context.read()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failed(with: error)
    }

    // MARK: Reading and writing

    func pauseReading() {
        isReadingPaused = true
    }

    func resumeReading() {
        isReadingPaused = false
        guard isReadHeldBack else { return }
        isReadHeldBack = false
        context?.read()
    }

    /// Adds bytes that go out with the next flush, which comes after the bytes being parsed at the latest.
    func enqueue(_ bytes: ByteBuffer, promise: EventLoopPromise<Void>? = nil) {
        guard let context else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        needsFlush = true
        let wasWriting = isWriting
        isWriting = true
        context.write(wrapOutboundOut(bytes), promise: promise)
        isWriting = wasWriting
    }

    /// Sends what was written, or leaves that to the end of the bytes being parsed.
    func flush() {
        if !isReading { flushIfNeeded() }
    }

    func flushIfNeeded() {
        guard needsFlush else { return }
        needsFlush = false
        let wasWriting = isWriting
        isWriting = true
        context?.flush()
        isWriting = wasWriting
    }

    /// Sends what was written if nothing has by the end of this turn of the loop.
    func flushLater() {
        guard !isReading else { return }
        loop.eventLoop.assumeIsolated().execute { self.flushIfNeeded() }
    }

    /// Tells the handler, even if the channel has changed twice: the handler may have looked in between.
    private func tellWritability() {
        exchange?.writabilityChanged(to: isWritable)
        guard isWritable else { return }
        // The client reads, if slowly.
        stall = WriteStall()
        guard isBetweenRequests else { return }
        // The client did not read, so what it sends was not read either: its time begins anew.
        if phase == .head { deadline = loop.deadline(after: loop.configuration.headerTimeout) }
        serveWaitingParts()
    }

    // MARK: Requests

    /// Whether the parser's next byte starts or continues a head.
    var isBetweenRequests: Bool {
        phase == .idle || phase == .head
    }

    /// Notes that part of a head has arrived.
    func headBegan() {
        guard phase == .idle else { return }
        phase = .head
        deadline = loop.deadline(after: loop.configuration.headerTimeout)
    }

    /// Takes what the parser has found, or lets it wait for its turn.
    private func take(_ part: HTTPServerRequestPart) {
        if waitingParts.isEmpty, !mustWait {
            serve(part)
            return
        }
        guard phase != .closed else { return }
        waitingParts.append(part)
        pauseReading()
        // Reading stops after one buffer; more comes only from a client that has closed its end.
        if waitingParts.byteCount > Self.maximumWaitingBytes { closeNow() }
    }

    /// Serves the requests that were sent ahead, as far as they can be answered without waiting.
    ///
    /// Nothing more is read while the client leaves its answers unread.
    func serveWaitingParts() {
        guard !isServingWaitingParts else { return }
        isServingWaitingParts = true
        while !mustWait, let part = waitingParts.popFirst() { serve(part) }
        isServingWaitingParts = false
        if waitingParts.isEmpty, let failure = waitingFailure, phase == .exchange, !body.isComplete {
            // What is wrong is the body of this very request.
            waitingFailure = nil
            bodyFailed(BodyFailure(failure))
        }
        guard waitingParts.isEmpty, isBetweenRequests else { return }
        if let failure = waitingFailure {
            waitingFailure = nil
            fail(failure)
        } else if isWritable {
            resumeReading()
        } else {
            pauseReading()
        }
    }

    /// Whether what comes next belongs to a later request, or begins one for whose answer there is no room.
    private var mustWait: Bool {
        phase == .exchange ? body.isComplete : isBetweenRequests && waitingHead == nil && !isWritable
    }

    private func serve(_ part: HTTPServerRequestPart) {
        switch (part, phase) {
        case (.head(let head), .idle), (.head(let head), .head):
            begin(head)
        case (.end, .idle), (.end, .head):
            // The end of a request without a body; others end during their exchange.
            guard let head = waitingHead else { return }
            waitingHead = nil
            start(head)
        case (.body(let bytes), .exchange):
            receive(bytes)
        case (.end, .exchange):
            bodyEnded()
        case (.body(let bytes), .flushing), (.body(let bytes), .lingering):
            discard(bytes.readableBytes)
        default:
            break
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        let checked: RequestHead
        do {
            checked = try RequestHead(head, configuration: loop.configuration)
        } catch {
            fail(error)
            return
        }
        if checked.contentLength == 0 {
            waitingHead = checked
        } else {
            start(checked)
        }
    }

    private func start(_ head: RequestHead) {
        phase = .exchange
        deadline = .distantFuture
        body = RequestBody(contentLength: head.contentLength, awaitsContinue: head.awaitsContinue)
        answer = AnswerState(to: head)
        let exchange = Exchange(
            head: head.head,
            contentLength: head.contentLength,
            isSecure: isSecure,
            remoteAddress: remoteAddress,
            eventLoop: loop.eventLoop,
            transport: self
        )
        self.exchange = exchange
        loop.handler.handle(exchange)
    }
}

@available(*, unavailable)
extension HTTP1Connection: Sendable {}
