import NIOCore
import NIOHTTP1

/// Feeds what the socket gives to NIO's HTTP decoder, for one connection.
///
/// It takes the place of `ByteToMessageHandler`, which would want every request written through it as HTTP parts:
/// here requests go past as bytes and the decoder is told of them by ``expectResponse(to:)``. A read is decoded where
/// it lies; only a header cut in two is kept and joined.
final class ResponseReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = HTTPClientResponsePart

    private static let bodiedRequest = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/")
    private static let headRequest = HTTPRequestHead(version: .http1_1, method: .HEAD, uri: "/")

    private let decoder: HTTPResponseDecoder
    private let connection: UpstreamConnection
    private var unread = ByteBuffer()
    private var isDecoding = false

    init(connection: UpstreamConnection) {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderListSize = 262_144
        decoder = HTTPResponseDecoder(
            leftOverBytesStrategy: .dropBytes,
            informationalResponseStrategy: .drop,
            limitConfiguration: limits
        )
        self.connection = connection
    }

    /// Tells the decoder that an answer is due, and whether it will have a body.
    func expectResponse(to method: HTTPMethod) {
        decoder.write(data: .head(method == .HEAD ? Self.headRequest : Self.bodiedRequest))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        decoder.decoderAdded(context: context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        decoder.decoderRemoved(context: context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = Self.unwrapInboundIn(data)
        guard connection.willDecode(buffer.readableBytes) else { return }
        if unread.readableBytes > 0 {
            unread.writeBuffer(&buffer)
            swap(&unread, &buffer)
            unread = ByteBuffer()
        }
        let end = buffer.readableBytesView.withUnsafeBytes { ReadEnd(of: $0) }
        isDecoding = true
        do {
            _ = try decoder.decode(context: context, buffer: &buffer)
            isDecoding = false
            if buffer.readableBytes > 0 { unread = buffer }
            connection.didDecode(upTo: end)
        } catch {
            isDecoding = false
            connection.fail(malformed: error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        // The channel may be closed from inside a callback of the decoder, which must not be entered twice.
        if !isDecoding, connection.mayEndWithConnection {
            var rest = unread
            unread = ByteBuffer()
            isDecoding = true
            _ = try? decoder.decodeLast(context: context, buffer: &rest, seenEOF: true)
            isDecoding = false
        }
        context.fireChannelInactive()
    }
}
