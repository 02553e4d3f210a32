import NIOCore

/// Writes messages of `application/vnd.amazon.eventstream`.
///
/// A frame is: total length, header length, CRC of these eight bytes, headers, payload, CRC of all before it; integers are
/// big-endian. A header is: name length (1 byte), name, type (7 is a string), value length (2 bytes), value.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html>
enum FrameWriter {
    /// Headers that many frames share, encoded once.
    struct Headers: Sendable {
        fileprivate let bytes: [UInt8]

        init(_ headers: [(name: String, value: String)]) {
            var bytes: [UInt8] = []
            for (name, value) in headers {
                bytes.append(UInt8(truncatingIfNeeded: name.utf8.count))
                bytes += name.utf8
                bytes.append(7)
                bytes.append(UInt8(truncatingIfNeeded: value.utf8.count >> 8))
                bytes.append(UInt8(truncatingIfNeeded: value.utf8.count))
                bytes += value.utf8
            }
            self.bytes = bytes
        }

        /// The headers of an event.
        static func event(_ type: String) -> Headers {
            Headers([(":event-type", type), (":content-type", "application/json"), (":message-type", "event")])
        }

        /// The headers of an error that the service's model knows.
        static func exception(_ type: String) -> Headers {
            Headers([(":exception-type", type), (":content-type", "application/json"), (":message-type", "exception")])
        }

        /// The headers of an error that it does not know.
        static func error(code: String, message: String) -> Headers {
            Headers([(":error-code", code), (":error-message", message), (":message-type", "error")])
        }
    }

    /// Appends one frame to a buffer.
    ///
    /// - Parameters:
    ///   - headers: The frame's headers.
    ///   - buffer: Where the frame is written.
    ///   - payload: Writes the payload at the end of the buffer, and nothing else.
    @inline(__always)
    static func write(_ headers: Headers, to buffer: inout ByteBuffer, payload: (inout ByteBuffer) -> Void) {
        let start = buffer.writerIndex
        buffer.writeRepeatingByte(0, count: 12)
        buffer.writeBytes(headers.bytes)
        payload(&buffer)
        let total = buffer.writerIndex - start + 4
        buffer.setInteger(UInt32(truncatingIfNeeded: total), at: start)
        buffer.setInteger(UInt32(truncatingIfNeeded: headers.bytes.count), at: start + 4)
        var prelude = CRC32()
        add(start, 8, of: buffer, to: &prelude)
        buffer.setInteger(prelude.value, at: start + 8)
        var message = CRC32()
        add(start, total - 4, of: buffer, to: &message)
        buffer.writeInteger(message.value)
    }

    private static func add(_ start: Int, _ count: Int, of buffer: ByteBuffer, to checksum: inout CRC32) {
        buffer.withVeryUnsafeBytes { checksum.add(UnsafeRawBufferPointer(rebasing: $0[start..<start + count])) }
    }
}
