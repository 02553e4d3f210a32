import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS

/// One connection: the last handler of its pipeline, and what the pool keeps.
///
/// It serves one call at a time and goes back to its ``EndpointPool`` only when both request and answer are complete.
/// It knows nothing of credentials: a request's bytes belong to the call.
final class UpstreamConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = Never
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        /// Name, TCP, proxy, TLS.
        case opening
        /// In the pool, with a read outstanding.
        case idle
        /// The request goes out and the head of the answer is awaited.
        case awaitingHead
        /// The body of the answer comes.
        case receiving
        /// No more use to anybody, or closed.
        case closed
    }

    var phase = Phase.opening
    /// When the phase began or something last happened in it, by the pool's coarse clock.
    var since: NIODeadline
    let pool: EndpointPool
    var call: UpstreamCall?
    var context: ChannelHandlerContext?
    private var reader: ResponseReader?
    /// How many calls were given to this connection.
    private var callCount = 0
    private(set) var isOpen = false

    /// The parts of a large body that have not been written yet, the next one last.
    var unsentBody: [ByteBuffer] = []
    var response = ResponseProgress()
    private var isReadHeld = false
    var failure: UpstreamError?
    /// The place in the pool's list, kept by the pool.
    var index = 0

    init(pool: EndpointPool, call: UpstreamCall, now: NIODeadline) {
        self.pool = pool
        self.call = call
        since = now
        call.connection = self
    }

    var host: String { pool.endpoint.host }

    // MARK: Opening

    /// Whether the call that asked for this connection still waits for it.
    var isWanted: Bool { phase == .opening }

    /// Puts the handlers of HTTP onto an open channel; without TLS the connection is then ready.
    func start(on channel: any Channel, tls: NIOSSLClientHandler?) throws {
        let reader = ResponseReader(connection: self)
        self.reader = reader
        let pipeline = channel.pipeline.syncOperations
        if let tls {
            try pipeline.addHandlers([tls, reader, self])
        } else {
            try pipeline.addHandlers([reader, self] as [any ChannelHandler])
            ready()
        }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        reader = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { ready() }
    }

    private func ready() {
        guard phase == .opening else { return }
        isOpen = true
        guard let call else { return }
        serve(call)
    }

    /// Ends an attempt to open that failed before there was a pipeline.
    func openingFailed(_ error: UpstreamError) {
        guard phase == .opening else { return }
        end(with: error)
    }

    // MARK: Sending

    /// Whether the pool may hand this idle connection out.
    var isUsable: Bool { phase == .idle && context?.channel.isActive == true }

    /// Sends a call's request, the connection being ready or idle.
    func serve(_ call: UpstreamCall) {
        self.call = call
        call.connection = self
        guard let message = call.message, let context, let reader else {
            return end(with: .connectionClosed(host: host, beforeResponse: true))
        }
        call.reusedConnection = callCount > 0
        callCount += 1
        phase = .awaitingHead
        since = pool.now
        response = ResponseProgress()
        // Only a reused connection can be stale: on a fresh one no second attempt can follow.
        if !call.reusedConnection { call.message = nil }
        reader.expectResponse(to: message.method)
        context.write(Self.wrapOutboundOut(message.head), promise: nil)
        unsentBody = message.body.reversed()
        if unsentBody.isEmpty {
            context.flush()
        } else {
            writeBody(context)
        }
    }

    /// Writes slices of the body while the socket takes them.
    ///
    /// A large body is encrypted piece by piece. In the open the pieces are larger: each wakes whoever reads it, which costs
    /// more than sending it.
    private func writeBody(_ context: ChannelHandlerContext) {
        let piece = pool.endpoint.isSecure ? 131_072 : 2_097_152
        while context.channel.isWritable, !unsentBody.isEmpty {
            var room = piece
            while room > 0, var part = unsentBody.popLast() {
                guard let slice = part.readSlice(length: min(room, part.readableBytes)) else { continue }
                if part.readableBytes > 0 { unsentBody.append(part) }
                room -= slice.readableBytes
                context.write(Self.wrapOutboundOut(slice), promise: nil)
            }
            context.flush()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard !unsentBody.isEmpty, context.channel.isWritable else { return }
        since = pool.now
        writeBody(context)
    }

    // MARK: Receiving

    /// Takes note that bytes came; says whether they are to be decoded.
    func willDecode(_ count: Int) -> Bool {
        response.beginRead(of: count)
        switch phase {
        case .awaitingHead:
            if !response.hasBegun {
                response.hasBegun = true
                call?.message = nil
            }
            return true
        case .receiving:
            since = pool.now
            return true
        case .idle:
            // Nobody asked: an error page about a time-out, or worse.
            close()
            return false
        case .opening, .closed:
            return false
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let call else { return }
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            receive(head, for: call)
        case .body(let bytes):
            response.append(bytes)
        case .end:
            response.hasEnded = true
        }
    }

    private func receive(_ head: HTTPResponseHead, for call: UpstreamCall) {
        guard head.status.code != 101 else {
            return end(with: .malformedResponse(host: host, reason: "it changes the protocol (101)"))
        }
        phase = .receiving
        since = pool.now
        response.mayBeReused = head.isKeepAlive
        if !unsentBody.isEmpty {
            // The upstream has decided without the rest: what is unsent stays so, and the connection is spent.
            unsentBody = []
            response.mayBeReused = false
        }
        call.receive(status: Int(head.status.code), headers: head.headers)
    }

    /// Hands on what a read brought, and completes the call if the answer ended in it.
    func didDecode(upTo end: ReadEnd) {
        deliverBody()
        guard response.hasEnded, let call else { return }
        self.call = nil
        if response.mayBeReused, response.ended(at: end), context?.channel.isActive == true, isEverythingSent {
            phase = .idle
            since = pool.now
            releaseRead()
            if !pool.keep(self) { close() }
        } else {
            close()
        }
        call.finish()
    }

    func deliverBody() {
        if let bytes = response.takeBody() { call?.receive(bytes) }
    }

    /// Whether the kernel has the whole request.
    private var isEverythingSent: Bool {
        let buffered = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
        return (buffered ?? 1) == 0
    }

    /// Whether the end of the connection can be the end of the answer.
    var mayEndWithConnection: Bool { phase == .receiving && failure == nil }

    // MARK: Back-pressure

    func read(context: ChannelHandlerContext) {
        if let call, call.isReadingPaused, phase == .receiving || phase == .awaitingHead {
            isReadHeld = true
        } else {
            context.read()
        }
    }

    /// Goes on after a pause: the client is the quick one again, so the idle time starts anew.
    func readingResumed() {
        if phase == .receiving || phase == .awaitingHead { since = pool.now }
        releaseRead()
    }

    private func releaseRead() {
        guard isReadHeld else { return }
        isReadHeld = false
        context?.read()
    }
}
