import NIOCore
import NIOHTTP1

/// A request in wire form: what a connection writes, and may write a second time.
struct RequestMessage {
    /// Bodies up to this size are copied behind the head, so that one `write` sends both.
    static let largestCopiedBody = 16_384

    let method: HTTPMethod
    /// The head, with the body behind it if that is small.
    let head: ByteBuffer
    /// The parts of a body too large to copy, else none.
    let body: [ByteBuffer]

    /// Writes a request down and refuses one that could be read as two.
    ///
    /// - Parameters:
    ///   - request: The request; values are trusted to be printable ASCII.
    ///   - allocator: The allocator for the head.
    /// - Throws: ``UpstreamError/invalidRequest(reason:)`` for CR, LF or NUL in the target or in a header.
    init(_ request: UpstreamRequest, allocator: ByteBufferAllocator) throws(UpstreamError) {
        guard request.method != .CONNECT else {
            throw .invalidRequest(reason: "CONNECT is not a request for an upstream")
        }
        let length = request.bodyRest.reduce(request.body.readableBytes) { $0 + $1.readableBytes }
        let isCopied = length <= Self.largestCopiedBody
        var capacity = request.path.utf8.count + 64 + (isCopied ? length : 0)
        for header in request.headers {
            capacity += header.name.utf8.count + header.value.utf8.count + 4
        }
        var head = allocator.buffer(capacity: capacity)
        head.writeString(request.method.rawValue)
        head.writeStaticString(" ")
        head.writeString(request.path)
        head.writeStaticString(" HTTP/1.1\r\n")
        var lines = 2
        for header in request.headers {
            head.writeString(header.name)
            head.writeStaticString(": ")
            head.writeString(header.value)
            head.writeStaticString("\r\n")
            lines += 1
        }
        if length > 0 || (request.method != .GET && request.method != .HEAD) {
            head.writeStaticString("Content-Length: ")
            head.writeString(String(length))
            head.writeStaticString("\r\n")
            lines += 1
        }
        head.writeStaticString("\r\n")
        guard Self.isWhole(head, lines: lines) else {
            throw .invalidRequest(reason: "its target or a header holds a line break or a NUL")
        }
        if isCopied, length > 0 {
            head.writeImmutableBuffer(request.body)
            for part in request.bodyRest { head.writeImmutableBuffer(part) }
        }
        self.head = head
        self.method = request.method
        body = isCopied ? [] : ([request.body] + request.bodyRest).filter { $0.readableBytes > 0 }
    }

    /// Says whether a head has exactly the line breaks that were written between its parts, and no NUL: one scan of
    /// the finished head instead of one for each value.
    private static func isWhole(_ head: ByteBuffer, lines: Int) -> Bool {
        head.withUnsafeReadableBytes { bytes in
            var returns = 0
            var feeds = 0
            var nuls = 0
            for byte in bytes {
                returns &+= byte == 0x0D ? 1 : 0
                feeds &+= byte == 0x0A ? 1 : 0
                nuls &+= byte == 0 ? 1 : 0
            }
            return returns == lines && feeds == lines && nuls == 0
        }
    }
}
