public import NIOCore

extension ByteBuffer {
    /// Appends a string as the inside of a JSON string: quotes, backslashes and control characters escaped.
    public mutating func writeEscapedJSON(_ string: String) {
        var string = string
        string.withUTF8 { writeEscapedJSON(UnsafeRawBufferPointer($0)) }
    }

    /// Appends UTF-8 bytes as the inside of a JSON string.
    public mutating func writeEscapedJSON(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        let base = start.assumingMemoryBound(to: UInt8.self)
        reserveCapacity(minimumWritableBytes: bytes.count)
        var clean = 0
        while true {
            let special = firstSpecialByte(in: base, from: clean, to: bytes.count, stopsAtMultibyte: false)
            writeBytes(UnsafeRawBufferPointer(start: start + clean, count: special - clean))
            guard special < bytes.count else { return }
            writeEscape(of: base[special])
            clean = special + 1
        }
    }

    private mutating func writeEscape(of byte: UInt8) {
        let backslash = UInt8(ascii: "\\")
        switch byte {
        case UInt8(ascii: "\""), backslash: writeMultipleIntegers(backslash, byte)
        case 0x0A: writeMultipleIntegers(backslash, UInt8(ascii: "n"))
        case 0x0D: writeMultipleIntegers(backslash, UInt8(ascii: "r"))
        case 0x09: writeMultipleIntegers(backslash, UInt8(ascii: "t"))
        case 0x08: writeMultipleIntegers(backslash, UInt8(ascii: "b"))
        case 0x0C: writeMultipleIntegers(backslash, UInt8(ascii: "f"))
        default:
            let digits: StaticString = "0123456789abcdef"
            writeStaticString("\\u00")
            writeMultipleIntegers(digits.utf8Start[Int(byte >> 4)], digits.utf8Start[Int(byte & 15)])
        }
    }

    /// Appends a whole number in decimal digits.
    public mutating func writeDecimal(_ value: Int) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: 20) { JSON.writeDecimal(value, to: $0) }
    }

    /// Joins buffers into one.
    public init(joining parts: some Collection<ByteBuffer>) {
        self = ByteBufferAllocator().buffer(capacity: parts.reduce(0) { $0 + $1.readableBytes })
        for part in parts { writeImmutableBuffer(part) }
    }
}

/// Writes a whole number in decimal digits to memory that has room for 20 bytes, and says how many it took.
func writeDecimal(_ value: Int, to target: UnsafeMutableRawBufferPointer) -> Int {
    var magnitude = value.magnitude
    var length = value < 0 ? 1 : 0
    var rest = magnitude
    repeat {
        length += 1
        rest /= 10
    } while rest > 0
    var at = length
    repeat {
        at -= 1
        target[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
        magnitude /= 10
    } while magnitude > 0
    if value < 0 { target[0] = UInt8(ascii: "-") }
    return length
}
