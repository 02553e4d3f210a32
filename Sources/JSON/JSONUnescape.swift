/// Decodes the escapes of valid string content into UTF-8.
///
/// What the parser would have refused is kept as it is, or becomes U+FFFD where it is half a surrogate pair.
func unescapeJSON(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    guard let start = bytes.baseAddress else { return [] }
    let base = start.assumingMemoryBound(to: UInt8.self)
    // Decoding never makes a text longer.
    return [UInt8](unsafeUninitializedCapacity: bytes.count) { target, written in
        var position = 0
        while position < bytes.count {
            let byte = base[position]
            guard byte == UInt8(ascii: "\\"), position + 1 < bytes.count else {
                target[written] = byte
                written += 1
                position += 1
                continue
            }
            if let (scalar, length) = escapedScalar(bytes, at: position) {
                for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                    target[written] = unit
                    written += 1
                }
                position += length
            } else {
                target[written] = escapedByte(base[position + 1])
                written += 1
                position += 2
            }
        }
    }
}

/// What stands for itself, or for a control character, after a backslash.
func escapedByte(_ letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: letter
    }
}

/// The character of a `\u` escape, or of a pair of them, and the bytes it takes; nil when there is none.
func escapedScalar(_ bytes: UnsafeRawBufferPointer, at start: Int) -> (scalar: Unicode.Scalar, length: Int)? {
    guard let unit = escapedUnit(bytes, at: start) else { return nil }
    if let scalar = Unicode.Scalar(unit) { return (scalar, 6) }
    if unit < 0xDC00, let low = escapedUnit(bytes, at: start + 6), low & 0xFC00 == 0xDC00,
        let scalar = Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF))
    {
        return (scalar, 12)
    }
    return ("\u{FFFD}", 6)
}

/// The UTF-16 unit of a `\u` escape.
private func escapedUnit(_ bytes: UnsafeRawBufferPointer, at start: Int) -> UInt32? {
    guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u") else {
        return nil
    }
    var unit: UInt32 = 0
    for byte in bytes[start + 2..<start + 6] {
        guard let digit = hexDigitValue(byte) else { return nil }
        unit = unit << 4 | UInt32(digit)
    }
    return unit
}
