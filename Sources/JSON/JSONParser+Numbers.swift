extension JSONParser {
    /// Checks a number's grammar (RFC 8259, section 6); its value is not computed.
    mutating func parseNumber() throws(JSONError) {
        let start = position
        if base[position] == UInt8(ascii: "-") { position &+= 1 }
        if try currentByte() == UInt8(ascii: "0") {
            position &+= 1
        } else {
            try parseDigits()
        }
        if position < count, base[position] == UInt8(ascii: ".") {
            position &+= 1
            try parseDigits()
        }
        if position < count, base[position] | 0x20 == UInt8(ascii: "e") {
            position &+= 1
            if position < count, base[position] == UInt8(ascii: "+") || base[position] == UInt8(ascii: "-") {
                position &+= 1
            }
            try parseDigits()
        }
        // "01", "1x" and the like: what follows a number must end it.
        if position < count, continuesWord(base[position]) { throw JSONError(.badNumber, offset: position) }
        appendScalar(.number, from: start)
    }

    /// Passes one digit or more.
    @inline(__always)
    private mutating func parseDigits() throws(JSONError) {
        let start = position
        while position < count, base[position] &- UInt8(ascii: "0") < 10 { position &+= 1 }
        guard position > start else {
            throw JSONError(position < count ? .badNumber : .unexpectedEnd, offset: position)
        }
    }

    @inline(__always)
    private func continuesWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
