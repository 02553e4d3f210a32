import NIOCore

/// Base64 as RFC 4648 §4 has it, with padding: how AWS carries bytes in JSON.
enum Base64 {
    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    /// The value of each character; 255 for those that are not of the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for index in 0..<64 { values[Int(alphabet.utf8Start[index])] = UInt8(index) }
        return values
    }()

    /// Appends bytes encoded.
    static func write(_ bytes: UnsafeRawBufferPointer, to buffer: inout ByteBuffer) {
        let length = (bytes.count + 2) / 3 * 4
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { target in
            let letters = alphabet.utf8Start
            var from = 0
            var to = 0
            while from < bytes.count {
                let left = bytes.count - from
                let first = UInt32(bytes[from])
                let second = left > 1 ? UInt32(bytes[from + 1]) : 0
                let third = left > 2 ? UInt32(bytes[from + 2]) : 0
                let group = first << 16 | second << 8 | third
                target[to] = letters[Int(group >> 18)]
                target[to + 1] = letters[Int(group >> 12 & 63)]
                target[to + 2] = left > 1 ? letters[Int(group >> 6 & 63)] : UInt8(ascii: "=")
                target[to + 3] = left > 2 ? letters[Int(group & 63)] : UInt8(ascii: "=")
                from += 3
                to += 4
            }
            return length
        }
    }

    /// Encodes bytes.
    static func string(_ bytes: [UInt8]) -> String {
        var buffer = ByteBuffer()
        bytes.withUnsafeBytes { write($0, to: &buffer) }
        return String(buffer: buffer)
    }

    /// How many bytes a text stands for; nil if it is not base64.
    static func decodedCount(_ text: UnsafeRawBufferPointer) -> Int? {
        guard text.count % 4 == 0 else { return nil }
        guard text.count > 0 else { return 0 }
        let padding = text[text.count - 1] != UInt8(ascii: "=") ? 0 : text[text.count - 2] != UInt8(ascii: "=") ? 1 : 2
        let valid = values.withUnsafeBufferPointer { values in
            var all: UInt8 = 0
            for index in 0..<(text.count - padding) { all |= values[Int(text[index])] }
            return all < 64
        }
        return valid ? text.count / 4 * 3 - padding : nil
    }

    /// The first bytes that a text stands for, at most twelve.
    static func prefix(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        var bytes: [UInt8] = []
        var group: UInt32 = 0
        var bits = 0
        for character in text.prefix(16) {
            let value = values[Int(character)]
            guard value < 64 else { break }
            group = group << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            }
        }
        return bytes
    }
}
