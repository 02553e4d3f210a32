extension JSONValue {
    /// The value of a number in double precision; nil for every other kind.
    ///
    /// It is correctly rounded; a number beyond the range of a `Double` is infinite.
    public var double: Double? {
        guard node.kind == .number else { return nil }
        return withRawBytes { bytes in
            if let small = smallWhole(bytes) { return Double(small) }
            if let fraction = smallFraction(bytes) { return fraction }
            return Double(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// The value of a whole number, however it is spelled (`3`, `3.0`, `3e0`); nil when it is not whole or does not fit.
    ///
    /// It is exact: it does not go through a `Double`.
    public var int: Int? {
        guard node.kind == .number else { return nil }
        return withRawBytes { bytes in smallWhole(bytes) ?? exactWhole(bytes) }
    }

    /// A number of up to 15 plain digits, which a `Double` holds exactly; nil for the rest, and for "-0", which a
    /// `Double` tells from 0.
    private func smallWhole(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count <= 15 else { return nil }
        var value = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        for byte in bytes.dropFirst(isNegative ? 1 : 0) {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        guard isNegative else { return value }
        return value == 0 ? nil : -value
    }

    /// A number of up to 15 plain digits with a point among them; nil for the rest.
    ///
    /// A `Double` holds the digits exactly, and so it does the power of ten, up to 10^22: one division rounds correctly.
    private func smallFraction(_ bytes: UnsafeRawBufferPointer) -> Double? {
        guard bytes.count <= 16 else { return nil }
        let isNegative = bytes.first == UInt8(ascii: "-")
        var digits = 0
        var scale = 0.0
        for byte in bytes.dropFirst(isNegative ? 1 : 0) {
            if byte == UInt8(ascii: ".") {
                scale = 1
                continue
            }
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            digits = digits &* 10 &+ Int(digit)
            scale *= 10
        }
        guard scale > 0 else { return nil }
        return (isNegative ? -Double(digits) : Double(digits)) / scale
    }

    /// A whole number in any spelling: digits, a point and an exponent that together leave no fraction.
    private func exactWhole(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let isNegative = bytes.first == UInt8(ascii: "-")
        let mantissaEnd = bytes.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? bytes.count
        let mantissa = bytes[(isNegative ? 1 : 0)..<mantissaEnd]
        let wholeDigits = mantissa.firstIndex(of: UInt8(ascii: ".")).map { $0 - mantissa.startIndex } ?? mantissa.count
        // How many of the digits stand before the point once the exponent has moved it.
        let point = wholeDigits + exponent(bytes[mantissaEnd...])
        // Summed below zero, where there is room for one more than above.
        var value = 0
        var digits = 0
        for byte in mantissa where byte != UInt8(ascii: ".") {
            let digit = Int(byte - UInt8(ascii: "0"))
            if digits < point {
                guard let next = Self.append(digit, to: value) else { return nil }
                value = next
            } else if digit != 0 {
                return nil
            }
            digits += 1
        }
        while value != 0, digits < point {
            guard let next = Self.append(0, to: value) else { return nil }
            value = next
            digits += 1
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// The value of an exponent with its letter; far beyond what a text can hold digits for, it stops growing.
    private func exponent(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
        var value = 0
        for byte in bytes where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") {
            value = Swift.min(value * 10 + Int(byte - UInt8(ascii: "0")), 1 << 40)
        }
        return bytes.contains(UInt8(ascii: "-")) ? -value : value
    }

    /// A number below zero with one more decimal digit; nil when that does not fit.
    private static func append(_ digit: Int, to value: Int) -> Int? {
        let (tens, overflows) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflowsToo) = tens.subtractingReportingOverflow(digit)
        return overflows || overflowsToo ? nil : sum
    }
}
