import NIOCore

/// One connection of the upstream: reads requests without looking into their bodies, and answers from the script.
final class UpstreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: Script
    private var held = ByteBuffer()
    private var path = ""
    private var bodyLeft = 0
    private var isInBody = false
    private var context: ChannelHandlerContext?

    init(script: Script) {
        self.script = script
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        while bytes.readableBytes > 0 {
            if isInBody {
                let taken = min(bodyLeft, bytes.readableBytes)
                bytes.moveReaderIndex(forwardBy: taken)
                bodyLeft -= taken
            } else {
                held.writeBuffer(&bytes)
                guard let length = headLength() else { return }
                readHead(length)
                bytes = held
                held = ByteBuffer()
            }
            guard bodyLeft == 0 else { continue }
            isInBody = false
            answer(context)
        }
    }

    private func headLength() -> Int? {
        held.withUnsafeReadableBytes { bytes in
            var position = 3
            while position < bytes.count {
                if bytes[position] == 10, bytes[position - 1] == 13, bytes[position - 2] == 10 { return position + 1 }
                position += 1
            }
            return nil
        }
    }

    private func readHead(_ length: Int) {
        let head = held.readString(length: length) ?? ""
        let lines = head.split(separator: "\r\n")
        path = lines.first?.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        bodyLeft = 0
        for line in lines.dropFirst() where line.lowercased().hasPrefix("content-length:") {
            bodyLeft = Int(line.dropFirst(15).filter { $0.isNumber }) ?? 0
        }
        isInBody = true
    }

    private func answer(_ context: ChannelHandlerContext) {
        if path.hasSuffix("/converse") {
            context.writeAndFlush(wrapOutboundOut(script.converse), promise: nil)
        } else if path.hasSuffix("/invoke") {
            context.writeAndFlush(wrapOutboundOut(script.anthropic), promise: nil)
        } else {
            stream(path.hasSuffix("/converse-stream") ? script.converseStream : script.anthropicStream, context)
        }
    }

    private func stream(_ dialect: Script.Dialect, _ context: ChannelHandlerContext) {
        let pace = Pace(path: path)
        var opening = script.streamHead
        opening.writeImmutableBuffer(dialect.opening)
        context.writeAndFlush(wrapOutboundOut(opening), promise: nil)
        if pace.interval == .zero {
            var bytes = ByteBuffer()
            for _ in 0..<pace.events { bytes.writeImmutableBuffer(dialect.delta) }
            context.write(wrapOutboundOut(bytes), promise: nil)
            return close(dialect)
        }
        sendLater(pace.events, every: pace.interval, dialect, on: context.eventLoop)
    }

    private func sendLater(_ left: Int, every interval: TimeAmount, _ dialect: Script.Dialect, on loop: any EventLoop) {
        loop.assumeIsolated().scheduleTask(in: interval) {
            guard let context = self.context else { return }
            context.writeAndFlush(self.wrapOutboundOut(dialect.delta), promise: nil)
            if left > 1 {
                self.sendLater(left == .max ? .max : left - 1, every: interval, dialect, on: loop)
            } else {
                self.close(dialect)
            }
        }
    }

    private func close(_ dialect: Script.Dialect) {
        guard let context else { return }
        var bytes = dialect.closing
        bytes.writeImmutableBuffer(script.end)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
