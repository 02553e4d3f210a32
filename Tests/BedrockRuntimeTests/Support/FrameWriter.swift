import NIOCore

/// Writes event stream frames, with a bit-by-bit checksum that shares nothing with the one under test.
enum FrameWriter {
    static func frame(headers: [UInt8], payload: [UInt8]) -> [UInt8] {
        var frame = word(16 + headers.count + payload.count) + word(headers.count)
        frame += word(Int(checksum(frame)))
        frame += headers + payload
        return frame + word(Int(checksum(frame)))
    }

    static func frame(_ headers: [(String, String)], payload: String) -> [UInt8] {
        frame(headers: headers.flatMap { header($0.0, $0.1) }, payload: Array(payload.utf8))
    }

    static func event(_ type: String, payload: String) -> [UInt8] {
        frame(
            [(":event-type", type), (":content-type", "application/json"), (":message-type", "event")],
            payload: payload
        )
    }

    static func header(_ name: String, _ value: String) -> [UInt8] {
        let value = Array(value.utf8)
        return [UInt8(name.utf8.count)] + Array(name.utf8) + [7, UInt8(value.count >> 8), UInt8(value.count & 255)]
            + value
    }

    static func word(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
