import JSON
import NIOCore

/// A frame of an event stream, read independently of what wrote it.
struct Frame {
    var headers: [String: String]
    var payload: JSONValue?
    var isIntact: Bool

    var type: String { headers[":event-type"] ?? headers[":exception-type"] ?? "" }
    /// The JSON that a chunk wraps.
    var chunk: JSONValue? {
        payload?["bytes"]?.string.flatMap { decodeBase64($0) }.flatMap { try? JSONValue.parse(ByteBuffer(bytes: $0)) }
    }

    /// Reads all whole frames; what is left at the end is an incomplete one.
    static func read(_ body: ByteBuffer) -> (frames: [Frame], left: Int) {
        var body = body
        var frames: [Frame] = []
        while let total = body.getInteger(at: body.readerIndex, as: UInt32.self), body.readableBytes >= Int(total) {
            guard var frame = body.readSlice(length: Int(total)) else { break }
            let bytes = Array(frame.readableBytesView)
            let headerLength = Int(frame.getInteger(at: frame.readerIndex + 4, as: UInt32.self) ?? 0)
            let isIntact =
                crc(bytes[..<8]) == frame.getInteger(at: frame.readerIndex + 8, as: UInt32.self)
                && crc(bytes.dropLast(4)) == frame.getInteger(at: frame.writerIndex - 4, as: UInt32.self)
            frame.moveReaderIndex(forwardBy: 12)
            var headerBytes = frame.readSlice(length: headerLength) ?? ByteBuffer()
            var headers: [String: String] = [:]
            while let length = headerBytes.readInteger(as: UInt8.self),
                let name = headerBytes.readString(length: Int(length)), headerBytes.readInteger(as: UInt8.self) == 7,
                let size = headerBytes.readInteger(as: UInt16.self),
                let value = headerBytes.readString(length: Int(size))
            {
                headers[name] = value
            }
            let payload = frame.readSlice(length: frame.readableBytes - 4)
            frames.append(
                Frame(headers: headers, payload: payload.flatMap { try? JSONValue.parse($0) }, isIntact: isIntact)
            )
        }
        return (frames, body.readableBytes)
    }

    /// CRC-32 by its definition, a bit at a time.
    static func crc(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}

/// Decodes base64 with Foundation's decoder.
func decodeBase64(_ text: String) -> [UInt8]? {
    Base64Decoder.decode(text)
}
