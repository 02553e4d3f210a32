import NIOCore

/// Writes `application/vnd.amazon.eventstream` frames, with code that shares nothing with the reader under test.
///
/// ```
/// total length | headers length | CRC-32 of these | headers | payload | CRC-32 of everything before
/// ```
package enum EventStreamFrames {
    /// A frame of some headers, all of them strings, around a payload.
    package static func frame(_ headers: [(String, String)], payload: [UInt8]) -> [UInt8] {
        let head = headers.flatMap { header($0.0, $0.1) }
        var frame = word(16 + head.count + payload.count) + word(head.count)
        frame += word(Int(checksum(frame)))
        frame += head + payload
        return frame + word(Int(checksum(frame)))
    }

    /// An event of a type; the payload of a `chunk` is wrapped into Base64, as InvokeModelWithResponseStream does.
    package static func event(_ type: String, payload: [UInt8]) -> [UInt8] {
        let content = type == "chunk" ? Array(#"{"bytes":"\#(base64(payload))","p":"abcdef"}"#.utf8) : payload
        return frame(
            [(":event-type", type), (":content-type", "application/json"), (":message-type", "event")],
            payload: content
        )
    }

    /// An exception, by which a stream reports a failure that its model names.
    package static func exception(_ type: String, payload: [UInt8]) -> [UInt8] {
        frame(
            [(":exception-type", type), (":content-type", "application/json"), (":message-type", "exception")],
            payload: payload
        )
    }

    /// An error without a payload.
    package static func error(code: String, message: String) -> [UInt8] {
        frame([(":error-code", code), (":error-message", message), (":message-type", "error")], payload: [])
    }

    private static func header(_ name: String, _ value: String) -> [UInt8] {
        let value = Array(value.utf8)
        return [UInt8(name.utf8.count)] + Array(name.utf8) + [7, UInt8(value.count >> 8), UInt8(value.count & 255)]
            + value
    }

    private static func word(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : "=")
            }
        }
        return text
    }
}
