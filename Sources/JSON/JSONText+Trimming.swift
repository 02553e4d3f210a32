import NIOCore

extension JSONText {
    /// The text without white space, in Unicode's sense, at its end.
    public func trimmingTrailingWhitespace() -> JSONText {
        let kept = escaped.withUnsafeReadableBytes { bytes in
            var end = bytes.count
            while end > 0 {
                let length = Self.whitespace(endingAt: end, in: bytes)
                guard length > 0 else { break }
                end -= length
            }
            return end
        }
        guard kept < escaped.readableBytes else { return self }
        return JSONText(
            validEscaped: escaped.getSlice(at: escaped.readerIndex, length: kept) ?? ByteBuffer(),
            hasEscapes: hasEscapes
        )
    }

    /// How many bytes the white space character takes that ends at an offset; 0 where something else ends there.
    private static func whitespace(endingAt end: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        let last = bytes[end - 1]
        if last == 0x20 { return 1 }
        if last >= 0x80 { return rawWhitespace(endingAt: end, in: bytes) }
        if end >= 2, bytes[end - 2] == UInt8(ascii: "\\"), isSpaceEscape(last), isEscape(at: end - 2, in: bytes) {
            return 2
        }
        guard end >= 6, let (scalar, length) = escapedScalar(bytes, at: end - 6), length == 6,
            scalar.properties.isWhitespace, isEscape(at: end - 6, in: bytes)
        else { return 0 }
        return 6
    }

    /// The same for a character beyond ASCII that is not escaped.
    private static func rawWhitespace(endingAt end: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        var start = end - 1
        while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        var decoder = UTF8()
        var rest = bytes[start..<end].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&rest), scalar.properties.isWhitespace else { return 0 }
        return end - start
    }

    private static func isSpaceEscape(_ byte: UInt8) -> Bool {
        [UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "f")].contains(byte)
    }

    /// Whether the backslash at an offset begins an escape: an even number of backslashes stands before it.
    private static func isEscape(at offset: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
        var before = 0
        while offset - before > 0, bytes[offset - before - 1] == UInt8(ascii: "\\") { before += 1 }
        return before % 2 == 0
    }
}
