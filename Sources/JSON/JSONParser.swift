public import NIOCore

extension JSONValue {
    /// The depth of nesting that ``parse(_:maximumDepth:)`` accepts unless told otherwise.
    public static let defaultMaximumDepth = 512

    /// Parses and validates a whole text as one JSON value (RFC 8259).
    ///
    /// The bytes are kept, not copied. Everything is checked: grammar, escapes, surrogate pairs, UTF-8, and that
    /// nothing but white space follows the value. A byte order mark is refused, as the RFC allows.
    ///
    /// - Parameters:
    ///   - bytes: The text; its readable bytes are parsed.
    ///   - maximumDepth: How deep arrays and objects may nest. A scalar has depth 0.
    /// - Returns: The value, which shares the bytes.
    /// - Throws: ``JSONError`` with the offset of the first byte that could not be accepted.
    public static func parse(
        _ bytes: ByteBuffer,
        maximumDepth: Int = defaultMaximumDepth
    ) throws(JSONError) -> JSONValue {
        guard bytes.readableBytes < Int(UInt32.max) else { throw JSONError(.tooLarge, offset: 0) }
        let parsed: Result<[JSONNode], JSONError> = bytes.withUnsafeReadableBytes { raw in
            guard let base = raw.baseAddress else { return .failure(JSONError(.emptyInput, offset: 0)) }
            var parser = JSONParser(base: base, count: raw.count, maximumDepth: maximumDepth)
            do throws(JSONError) {
                try parser.parseDocument()
                return .success(parser.nodes)
            } catch {
                return .failure(error)
            }
        }
        return JSONValue(document: JSONDocument(bytes: bytes, nodes: try parsed.get()), index: 0)
    }

    /// Parses a Swift string as one JSON value.
    public static func parse(_ text: String, maximumDepth: Int = defaultMaximumDepth) throws(JSONError) -> JSONValue {
        try parse(ByteBuffer(string: text), maximumDepth: maximumDepth)
    }
}

/// Turns bytes into a tape in one pass, without recursion.
struct JSONParser {
    private let base: UnsafePointer<UInt8>
    private let count: Int
    private let maximumDepth: Int
    private var position = 0
    private var open: [Int] = []
    private(set) var nodes: [JSONNode] = []

    init(base: UnsafeRawPointer, count: Int, maximumDepth: Int) {
        self.base = base.assumingMemoryBound(to: UInt8.self)
        self.count = count
        self.maximumDepth = maximumDepth
        nodes.reserveCapacity(Swift.max(8, Swift.min(count / 16, 4096)))
    }

    /// Parses one value and requires that only white space follows.
    mutating func parseDocument() throws(JSONError) {
        skipWhitespace()
        guard position < count else { throw JSONError(.emptyInput, offset: position) }
        try parseValue()
        // Each turn of the loop finishes or continues the innermost open container.
        while let container = open.last {
            try continueContainer(container)
        }
        skipWhitespace()
        guard position == count else { throw JSONError(.trailingBytes, offset: position) }
    }

    /// Reads what follows a value or an opening bracket inside a container: the end, or the next member.
    private mutating func continueContainer(_ container: Int) throws(JSONError) {
        let isObject = nodes[container].kind == .object
        let closing = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        let isFirst = nodes[container].count == 0
        skipWhitespace()
        guard position < count else { throw JSONError(.unexpectedEnd, offset: position) }
        if base[position] == closing {
            position += 1
            open.removeLast()
            nodes[container].end = UInt32(truncatingIfNeeded: position)
            nodes[container].next = UInt32(truncatingIfNeeded: nodes.count)
            return
        }
        if !isFirst {
            guard base[position] == UInt8(ascii: ",") else { throw JSONError(.unexpectedByte, offset: position) }
            position += 1
            skipWhitespace()
        }
        nodes[container].count += 1
        if isObject {
            guard position < count else { throw JSONError(.unexpectedEnd, offset: position) }
            guard base[position] == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte, offset: position) }
            try parseString()
            skipWhitespace()
            guard position < count else { throw JSONError(.unexpectedEnd, offset: position) }
            guard base[position] == UInt8(ascii: ":") else { throw JSONError(.missingColon, offset: position) }
            position += 1
            skipWhitespace()
        }
        try parseValue()
    }

    /// Reads a scalar whole, or opens a container.
    private mutating func parseValue() throws(JSONError) {
        guard position < count else { throw JSONError(.unexpectedEnd, offset: position) }
        switch base[position] {
        case UInt8(ascii: "\""): try parseString()
        case UInt8(ascii: "{"): try openContainer(.object)
        case UInt8(ascii: "["): try openContainer(.array)
        case UInt8(ascii: "t"): try parseLiteral("true", .bool)
        case UInt8(ascii: "f"): try parseLiteral("false", .bool)
        case UInt8(ascii: "n"): try parseLiteral("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try parseNumber()
        default: throw JSONError(.unexpectedByte, offset: position)
        }
    }

    private mutating func openContainer(_ kind: JSONKind) throws(JSONError) {
        guard open.count < maximumDepth else { throw JSONError(.tooDeep, offset: position) }
        open.append(nodes.count)
        nodes.append(JSONNode(start: UInt32(truncatingIfNeeded: position), kind: kind))
        position += 1
    }

    private mutating func appendScalar(_ kind: JSONKind, from start: Int, hasEscapes: Bool = false) {
        nodes.append(
            JSONNode(
                start: UInt32(truncatingIfNeeded: start),
                end: UInt32(truncatingIfNeeded: position),
                next: UInt32(truncatingIfNeeded: nodes.count + 1),
                kind: kind,
                hasEscapes: hasEscapes
            )
        )
    }

    private mutating func parseLiteral(_ word: StaticString, _ kind: JSONKind) throws(JSONError) {
        let start = position
        for offset in 0..<word.utf8CodeUnitCount {
            guard position < count else { throw JSONError(.unexpectedEnd, offset: position) }
            guard base[position] == word.utf8Start[offset] else { throw JSONError(.badLiteral, offset: position) }
            position += 1
        }
        appendScalar(kind, from: start)
    }

    @inline(__always)
    private mutating func skipWhitespace() {
        while position < count {
            switch base[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }
}

// MARK: Numbers

extension JSONParser {
    private mutating func parseNumber() throws(JSONError) {
        let start = position
        if base[position] == UInt8(ascii: "-") { position += 1 }
        guard position < count else { throw JSONError(.unexpectedEnd, offset: position) }
        if base[position] == UInt8(ascii: "0") {
            position += 1
        } else {
            try parseDigits()
        }
        if position < count, base[position] == UInt8(ascii: ".") {
            position += 1
            try parseDigits()
        }
        if position < count, base[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < count, base[position] == UInt8(ascii: "+") || base[position] == UInt8(ascii: "-") {
                position += 1
            }
            try parseDigits()
        }
        // "01", "1x" and the like: what follows a number must end it.
        if position < count, isWordByte(base[position]) { throw JSONError(.badNumber, offset: position) }
        appendScalar(.number, from: start)
    }

    private mutating func parseDigits() throws(JSONError) {
        let start = position
        while position < count, base[position] >= UInt8(ascii: "0"), base[position] <= UInt8(ascii: "9") {
            position += 1
        }
        guard position > start else {
            throw JSONError(position < count ? .badNumber : .unexpectedEnd, offset: position)
        }
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

// MARK: Strings

extension JSONParser {
    private mutating func parseString() throws(JSONError) {
        let start = position
        position += 1
        var hasEscapes = false
        while true {
            skipPlainBytes()
            guard position < count else { throw JSONError(.unexpectedEnd, offset: position) }
            let byte = base[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                appendScalar(.string, from: start, hasEscapes: hasEscapes)
                return
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try parseEscape()
            case 0..<0x20:
                throw JSONError(.controlCharacter, offset: position)
            default:
                try parseMultibyteCharacter()
            }
        }
    }

    /// Moves past bytes that need no look: ASCII other than quote, backslash and control characters, eight at a time.
    @inline(__always)
    private mutating func skipPlainBytes() {
        let raw = UnsafeRawPointer(base)
        while position + 8 <= count {
            let word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian
            let special = Self.specialBytes(in: word)
            if special != 0 {
                position += special.trailingZeroBitCount / 8
                return
            }
            position += 8
        }
        while position < count {
            let byte = base[position]
            if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            position += 1
        }
    }

    /// Marks with its high bit the first byte, and perhaps later ones, that is a quote, a backslash, below 0x20 or
    /// above 0x7F. (Borrows can mark a byte only after a truly special one, so the lowest mark is exact.)
    @inline(__always)
    private static func specialBytes(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let isQuote = (quote &- ones) & ~quote
        let isBackslash = (backslash &- ones) & ~backslash
        let isControl = (word &- (ones &* 0x20)) & ~word
        return (isQuote | isBackslash | isControl | word) & high
    }

    private mutating func parseEscape() throws(JSONError) {
        let start = position
        position += 1
        guard position < count else { throw JSONError(.unexpectedEnd, offset: position) }
        switch base[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            let unit = try parseFourHexDigits()
            if unit & 0xFC00 == 0xD800 {
                guard position + 1 < count, base[position] == UInt8(ascii: "\\"),
                    base[position + 1] == UInt8(ascii: "u")
                else { throw JSONError(.loneSurrogate, offset: start) }
                position += 2
                let low = try parseFourHexDigits()
                guard low & 0xFC00 == 0xDC00 else { throw JSONError(.loneSurrogate, offset: start) }
            } else if unit & 0xFC00 == 0xDC00 {
                throw JSONError(.loneSurrogate, offset: start)
            }
        default:
            throw JSONError(.badEscape, offset: position)
        }
    }

    private mutating func parseFourHexDigits() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard position < count else { throw JSONError(.unexpectedEnd, offset: position) }
            guard let digit = hexDigitValue(base[position]) else {
                throw JSONError(.badUnicodeEscape, offset: position)
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    /// Checks one character of two to four bytes (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
    private mutating func parseMultibyteCharacter() throws(JSONError) {
        let first = base[position]
        let length: Int
        let second: ClosedRange<UInt8>
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw JSONError(.invalidUTF8, offset: position)
        }
        guard position + length <= count else { throw JSONError(.invalidUTF8, offset: position) }
        guard second.contains(base[position + 1]) else { throw JSONError(.invalidUTF8, offset: position) }
        for offset in 2..<Swift.max(length, 2) where base[position + offset] & 0xC0 != 0x80 {
            throw JSONError(.invalidUTF8, offset: position)
        }
        position += length
    }
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
