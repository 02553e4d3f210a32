public import NIOCore

extension ByteBuffer {
    /// Appends a string as the inside of a JSON string: quotes, backslashes and control characters escaped.
    public mutating func writeEscapedJSON(_ string: String) {
        var string = string
        string.withUTF8 { writeEscapedJSON(UnsafeRawBufferPointer($0)) }
    }

    /// Appends UTF-8 bytes as the inside of a JSON string.
    public mutating func writeEscapedJSON(_ bytes: UnsafeRawBufferPointer) {
        var clean = 0
        for (offset, byte) in bytes.enumerated() {
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            writeBytes(UnsafeRawBufferPointer(rebasing: bytes[clean..<offset]))
            clean = offset + 1
            writeInteger(UInt8(ascii: "\\"))
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): writeInteger(byte)
            case 0x0A: writeInteger(UInt8(ascii: "n"))
            case 0x0D: writeInteger(UInt8(ascii: "r"))
            case 0x09: writeInteger(UInt8(ascii: "t"))
            case 0x08: writeInteger(UInt8(ascii: "b"))
            case 0x0C: writeInteger(UInt8(ascii: "f"))
            default:
                let digits: StaticString = "0123456789abcdef"
                writeStaticString("u00")
                writeInteger(digits.utf8Start[Int(byte >> 4)])
                writeInteger(digits.utf8Start[Int(byte & 15)])
            }
        }
        writeBytes(UnsafeRawBufferPointer(rebasing: bytes[clean...]))
    }

    /// Appends a whole number in decimal digits.
    public mutating func writeDecimal(_ value: Int) {
        var magnitude = value.magnitude
        writeWithUnsafeMutableBytes(minimumWritableBytes: 20) { target in
            var digits = 0
            var rest = magnitude
            repeat {
                digits += 1
                rest /= 10
            } while rest > 0
            let length = digits + (value < 0 ? 1 : 0)
            var at = length
            repeat {
                at -= 1
                target[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
                magnitude /= 10
            } while magnitude > 0
            if value < 0 { target[0] = UInt8(ascii: "-") }
            return length
        }
    }
}
