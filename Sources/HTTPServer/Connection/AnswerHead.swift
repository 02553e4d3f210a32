import NIOCore
import NIOHTTP1

/// The head of an answer, written straight into bytes.
struct AnswerHead {
    /// How the client finds the end of the body.
    enum Framing {
        /// It is this long.
        case length(Int)
        /// It comes in chunks.
        case chunked
        /// It ends with the connection.
        case untilClose
        /// The status has no body.
        case none
    }

    /// What to say about the connection.
    enum Persistence {
        /// It stays open, which goes without saying.
        case implied
        /// It stays open, which an HTTP/1.0 client must be told.
        case keepAlive
        /// It is closed.
        case close
    }

    let status: HTTPResponseStatus
    let headers: [(name: String, value: String)]
    let framing: Framing
    let persistence: Persistence

    /// Whether the handler asks for the connection's end.
    static func asksToClose(_ headers: [(name: String, value: String)]) -> Bool {
        headers.contains { $0.name.isField("connection") && $0.value.isField("close") }
    }

    /// Makes a buffer with the head and room for more.
    ///
    /// - Parameters:
    ///   - date: The `Date` line.
    ///   - room: How many bytes will be added to it.
    /// - Returns: The head.
    func buffer(date: ByteBuffer, room: Int) -> ByteBuffer {
        var size = 160 + room
        for (name, value) in headers { size += name.utf8.count + value.utf8.count + 4 }
        var buffer = ByteBufferAllocator().buffer(capacity: size)
        if status == .ok {
            buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            buffer.writeString("HTTP/1.1 \(status.code) ")
            buffer.writeFieldText(status.reasonPhrase)
            buffer.writeStaticString("\r\n")
        }
        for (name, value) in headers where name.isFieldName && !isWrittenByServer(name) {
            buffer.writeString(name)
            buffer.writeStaticString(": ")
            buffer.writeFieldText(value)
            buffer.writeStaticString("\r\n")
        }
        switch framing {
        case .length(let count):
            buffer.writeStaticString("Content-Length: ")
            buffer.writeString(String(count))
            buffer.writeStaticString("\r\n")
        case .chunked: buffer.writeStaticString("Transfer-Encoding: chunked\r\n")
        case .untilClose, .none: break
        }
        switch persistence {
        case .implied: break
        case .keepAlive: buffer.writeStaticString("Connection: keep-alive\r\n")
        case .close: buffer.writeStaticString("Connection: close\r\n")
        }
        buffer.writeImmutableBuffer(date)
        buffer.writeStaticString("\r\n")
        return buffer
    }

    private func isWrittenByServer(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: name.isField("date")
        case 10: name.isField("connection") || name.isField("keep-alive")
        case 14: name.isField("content-length")
        case 17: name.isField("transfer-encoding")
        default: false
        }
    }
}

extension ByteBuffer {
    /// Writes a header field's value or a reason phrase, without the control characters that would break out of it.
    mutating func writeFieldText(_ text: String) {
        let isAllowed = { (byte: UInt8) in byte >= 0x20 && byte != 0x7F || byte == 0x09 }
        if text.utf8.allSatisfy(isAllowed) {
            writeString(text)
        } else {
            writeBytes(text.utf8.filter(isAllowed))
        }
    }

    /// Writes the line that starts a chunk.
    mutating func writeChunkSize(_ count: Int) {
        writeString(String(count, radix: 16))
        writeStaticString("\r\n")
    }
}

extension String {
    /// Whether this can stand as a header field's name without breaking out of it.
    fileprivate var isFieldName: Bool {
        !isEmpty && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
    }
}
