import NIOCore
import NIOHTTP1

/// NIO's request parser, with tighter bounds on what it holds back.
///
/// The parser holds the bytes of an unfinished target or header field, and does not count the white space around a value. This
/// bounds what is held, and tells a target that is too long from header fields that are.
struct RequestDecoder: ByteToMessageDecoder {
    typealias InboundOut = HTTPServerRequestPart

    /// More fields than any client sends.
    private static let maximumFieldCount = 256

    private let parser: HTTPRequestDecoder
    private let connection: HTTP1Connection
    private let maximumTargetBytes: Int
    private let maximumHeldBytes: Int
    private var hasRequestLine = false

    init(connection: HTTP1Connection, configuration: HTTPServerConfiguration) {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderListSize = configuration.maximumTargetBytes + configuration.maximumHeaderBytes
        limits.maxHeaderFieldSize = limits.maxHeaderListSize
        limits.maxHeaderFieldCount = Self.maximumFieldCount
        parser = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)
        self.connection = connection
        maximumTargetBytes = configuration.maximumTargetBytes
        maximumHeldBytes = limits.maxHeaderListSize
    }

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        let start = buffer.readerIndex
        let partCount = connection.partCount
        do {
            _ = try parser.decode(context: context, buffer: &buffer)
        } catch HTTPParserError.headerOverflow {
            let isTarget = !hasRequestLine && !hasLineFeed(in: buffer, from: start, count: maximumTargetBytes)
            throw isTarget ? HTTPServerFailure.targetTooLong : HTTPServerFailure.headersTooLarge
        }
        guard connection.isBetweenRequests, buffer.readableBytes > 0 || connection.partCount == partCount else {
            hasRequestLine = false
            if buffer.readableBytes > maximumHeldBytes { throw HTTPServerFailure.headersTooLarge }
            return .needMoreData
        }
        connection.headBegan()
        hasRequestLine = hasRequestLine || hasLineFeed(in: buffer, from: start, count: buffer.readerIndex - start)
        if !hasRequestLine, buffer.readableBytes > maximumTargetBytes { throw HTTPServerFailure.targetTooLong }
        if buffer.readableBytes > maximumHeldBytes { throw HTTPServerFailure.headersTooLarge }
        return .needMoreData
    }

    mutating func decodeLast(
        context: ChannelHandlerContext,
        buffer: inout ByteBuffer,
        seenEOF: Bool
    ) throws -> DecodingState {
        try parser.decodeLast(context: context, buffer: &buffer, seenEOF: seenEOF)
    }

    func decoderAdded(context: ChannelHandlerContext) {
        parser.decoderAdded(context: context)
    }

    func decoderRemoved(context: ChannelHandlerContext) {
        parser.decoderRemoved(context: context)
    }

    /// Looks for the end of a line, in bytes that may have been consumed already.
    private func hasLineFeed(in buffer: ByteBuffer, from start: Int, count: Int) -> Bool {
        var buffer = buffer
        buffer.moveReaderIndex(to: start)
        return buffer.readableBytesView.prefix(count).contains(UInt8(ascii: "\n"))
    }
}

extension HTTPServerFailure: Error {}
