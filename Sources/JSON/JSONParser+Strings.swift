extension JSONParser {
    /// Reads a string from its opening quote to its closing one.
    @inline(__always)
    mutating func parseString() throws(JSONError) {
        let start = position
        position = endOfPlainBytes(from: start &+ 1)
        if position < count, base[position] == UInt8(ascii: "\"") {
            position &+= 1
            appendScalar(.string, from: start)
        } else {
            try parseRestOfString(from: start)
        }
    }

    /// Reads on in a string that holds more than plain ASCII.
    @inline(never)
    private mutating func parseRestOfString(from start: Int) throws(JSONError) {
        var hasEscapes = false
        while true {
            switch try currentByte() {
            case UInt8(ascii: "\""):
                position &+= 1
                appendScalar(.string, from: start, hasEscapes: hasEscapes)
                return
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try parseEscape()
            case 0..<0x20: throw JSONError(.controlCharacter, offset: position)
            case 0x80...: try parseMultibyteCharacter()
            default: position = endOfPlainBytes(from: position)
            }
        }
    }

    /// The first place that needs a look: a quote, a backslash, a control character, or anything but ASCII.
    @inline(__always)
    private func endOfPlainBytes(from start: Int) -> Int {
        firstSpecialByte(in: base, from: start, to: count, stopsAtMultibyte: true)
    }

    private mutating func parseEscape() throws(JSONError) {
        let start = position
        position &+= 1
        switch try currentByte() {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position &+= 1
        case UInt8(ascii: "u"):
            position &+= 1
            let unit = try parseFourHexDigits()
            if unit & 0xFC00 == 0xDC00 { throw JSONError(.loneSurrogate, offset: start) }
            if unit & 0xFC00 == 0xD800 { try parseLowSurrogate(highAt: start) }
        default: throw JSONError(.badEscape, offset: position)
        }
    }

    private mutating func parseLowSurrogate(highAt start: Int) throws(JSONError) {
        guard try currentByte() == UInt8(ascii: "\\") else { throw JSONError(.loneSurrogate, offset: start) }
        position &+= 1
        guard try currentByte() == UInt8(ascii: "u") else { throw JSONError(.loneSurrogate, offset: start) }
        position &+= 1
        guard try parseFourHexDigits() & 0xFC00 == 0xDC00 else { throw JSONError(.loneSurrogate, offset: start) }
    }

    private mutating func parseFourHexDigits() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = hexDigitValue(try currentByte()) else {
                throw JSONError(.badUnicodeEscape, offset: position)
            }
            unit = unit << 4 | UInt16(digit)
            position &+= 1
        }
        return unit
    }

    /// Checks one character of two to four bytes (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
    @inline(__always)
    private mutating func parseMultibyteCharacter() throws(JSONError) {
        let length: Int
        let lowest: UInt8
        let highest: UInt8
        switch base[position] {
        case 0xC2...0xDF: (length, lowest, highest) = (2, 0x80, 0xBF)
        case 0xE0: (length, lowest, highest) = (3, 0xA0, 0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, lowest, highest) = (3, 0x80, 0xBF)
        case 0xED: (length, lowest, highest) = (3, 0x80, 0x9F)
        case 0xF0: (length, lowest, highest) = (4, 0x90, 0xBF)
        case 0xF1...0xF3: (length, lowest, highest) = (4, 0x80, 0xBF)
        case 0xF4: (length, lowest, highest) = (4, 0x80, 0x8F)
        default: throw JSONError(.invalidUTF8, offset: position)
        }
        guard position &+ length <= count, base[position &+ 1] >= lowest, base[position &+ 1] <= highest,
            length < 3 || base[position &+ 2] & 0xC0 == 0x80,
            length < 4 || base[position &+ 3] & 0xC0 == 0x80
        else { throw JSONError(.invalidUTF8, offset: position) }
        position &+= length
    }
}
