import NIOCore

extension JSONText {
    /// The text without spaces, tabs and line breaks at its end.
    public func trimmingTrailingWhitespace() -> JSONText {
        let kept = escaped.withUnsafeReadableBytes { bytes in
            var end = bytes.count
            while end > 0 {
                if bytes[end - 1] == 0x20 {
                    end -= 1
                } else if end > 1, bytes[end - 2] == UInt8(ascii: "\\"), Self.isSpaceEscape(bytes[end - 1]),
                    Self.isEscape(at: end - 2, in: bytes)
                {
                    end -= 2
                } else {
                    break
                }
            }
            return end
        }
        guard kept < escaped.readableBytes else { return self }
        return JSONText(
            validEscaped: escaped.getSlice(at: escaped.readerIndex, length: kept) ?? ByteBuffer(),
            hasEscapes: hasEscapes
        )
    }

    private static func isSpaceEscape(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "n") || byte == UInt8(ascii: "r") || byte == UInt8(ascii: "t")
    }

    /// Whether the backslash at an offset begins an escape: an even number of backslashes stands before it.
    private static func isEscape(at offset: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
        var before = 0
        while offset - before > 0, bytes[offset - before - 1] == UInt8(ascii: "\\") { before += 1 }
        return before % 2 == 0
    }
}
