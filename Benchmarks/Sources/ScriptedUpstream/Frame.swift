import NIOCore

/// Writes messages of AWS's event stream encoding, for the upstream's canned answers only.
enum Frame {
    /// Writes one event with a JSON payload.
    static func event(_ type: String, _ payload: String) -> ByteBuffer {
        var headers = ByteBuffer()
        for (name, value) in [
            (":event-type", type), (":content-type", "application/json"), (":message-type", "event"),
        ] {
            headers.writeInteger(UInt8(name.utf8.count))
            headers.writeString(name)
            headers.writeInteger(UInt8(7))
            headers.writeInteger(UInt16(value.utf8.count))
            headers.writeString(value)
        }
        var frame = ByteBuffer()
        frame.writeInteger(UInt32(16 + headers.readableBytes + payload.utf8.count))
        frame.writeInteger(UInt32(headers.readableBytes))
        frame.writeInteger(checksum(frame))
        frame.writeBuffer(&headers)
        frame.writeString(payload)
        frame.writeInteger(checksum(frame))
        return frame
    }

    /// Writes one event of InvokeModelWithResponseStream.
    static func chunk(_ payload: String) -> ByteBuffer {
        event("chunk", "{\"bytes\":\"\(base64(payload))\",\"p\":\"abcdefgh\"}")
    }

    private static func checksum(_ bytes: ByteBuffer) -> UInt32 {
        var crc = ~UInt32(0)
        for byte in bytes.readableBytesView {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }

    private static func base64(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = (0..<3).map { start + $0 < bytes.count ? UInt32(bytes[start + $0]) : 0 }
            let bits = group[0] << 16 | group[1] << 8 | group[2]
            for place in 0..<4 {
                let isPadding = start + place > bytes.count
                output.append(isPadding ? UInt8(ascii: "=") : alphabet[Int(bits >> UInt32(18 - 6 * place)) & 63])
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
