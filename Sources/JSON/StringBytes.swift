/// Finds the first byte that cannot stand unescaped in a JSON string, or where anything but ASCII begins if asked.
///
/// Looks at eight bytes at a time, and at 32 while nothing is found. Returns `end` when there is none.
@inline(__always)
func firstSpecialByte(
    in base: UnsafePointer<UInt8>,
    from start: Int,
    to end: Int,
    stopsAtMultibyte: Bool
) -> Int {
    let raw = UnsafeRawPointer(base)
    var position = start
    while position &+ 32 <= end {
        let special =
            specialBytes(in: vector(raw, position), marksMultibyte: stopsAtMultibyte)
            | specialBytes(in: vector(raw, position &+ 16), marksMultibyte: stopsAtMultibyte)
        // Which of the bytes it is, the loop below finds out.
        if special[0] | special[1] != 0 { break }
        position &+= 32
    }
    while position &+ 8 <= end {
        let special = specialBytes(in: word(raw, position), marksMultibyte: stopsAtMultibyte)
        if special != 0 { return position &+ special.trailingZeroBitCount >> 3 }
        position &+= 8
    }
    while position < end {
        let byte = base[position]
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return position }
        if stopsAtMultibyte, byte >= 0x80 { return position }
        position &+= 1
    }
    return position
}

@inline(__always)
private func word(_ raw: UnsafeRawPointer, _ position: Int) -> UInt64 {
    UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
}

@inline(__always)
private func vector(_ raw: UnsafeRawPointer, _ position: Int) -> SIMD16<UInt8> {
    raw.loadUnaligned(fromByteOffset: position, as: SIMD16<UInt8>.self)
}

/// Marks every byte that is a quote, a backslash, below 0x20 or, if asked, above 0x7F.
///
/// Masks are joined as words: the operators of masks themselves go through every byte.
@inline(__always)
private func specialBytes(in bytes: SIMD16<UInt8>, marksMultibyte: Bool) -> SIMD2<UInt64> {
    let special = words(bytes .== SIMD16(repeating: 0x22)) | words(bytes .== SIMD16(repeating: 0x5C))
    guard marksMultibyte else { return special | words(bytes .< SIMD16(repeating: 0x20)) }
    // As signed numbers, those above 0x7F are below 0x20 too.
    let signed = unsafeBitCast(bytes, to: SIMD16<Int8>.self)
    return special | words(signed .< SIMD16(repeating: 0x20))
}

@inline(__always)
private func words(_ mask: SIMDMask<SIMD16<Int8>>) -> SIMD2<UInt64> {
    unsafeBitCast(mask, to: SIMD2<UInt64>.self)
}

/// Marks with its high bit the first byte, and perhaps later ones, that is a quote, a backslash, below 0x20 or, if
/// asked, above 0x7F.
///
/// A borrow can mark a byte wrongly only after one that is truly special, so the lowest mark is exact.
@inline(__always)
private func specialBytes(in word: UInt64, marksMultibyte: Bool) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high: UInt64 = 0x8080_8080_8080_8080
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5C)
    let isQuote = (quote &- ones) & ~quote
    let isBackslash = (backslash &- ones) & ~backslash
    let isControl = (word &- (ones &* 0x20)) & ~word
    return (isQuote | isBackslash | isControl | (marksMultibyte ? word : 0)) & high
}

/// The value of an ASCII hexadecimal digit in either case.
@inline(__always)
func hexDigitValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
