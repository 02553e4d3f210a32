public import NIOCore

/// The content of a JSON string, kept escaped as it was written.
///
/// OpenAI and AWS escape strings alike, so text can travel from one body to the other without being decoded; only
/// what is inspected is. The bytes are valid: they come from the parser or from ``init(_:)``.
public struct JSONText: Sendable {
    /// The escaped UTF-8 between the quotes.
    public let escaped: ByteBuffer
    /// Whether ``escaped`` holds any backslash.
    public let hasEscapes: Bool

    /// Wraps bytes that are known to be the inside of a valid JSON string.
    public init(validEscaped escaped: ByteBuffer, hasEscapes: Bool) {
        self.escaped = escaped
        self.hasEscapes = hasEscapes
    }

    /// Escapes a string.
    public init(_ string: String) {
        var buffer = ByteBufferAllocator().buffer(capacity: string.utf8.count)
        buffer.writeEscapedJSON(string)
        self.init(validEscaped: buffer, hasEscapes: buffer.readableBytes != string.utf8.count)
    }

    /// The empty text.
    public static let empty = JSONText(validEscaped: ByteBuffer(), hasEscapes: false)

    /// Whether there is no text at all.
    public var isEmpty: Bool { escaped.readableBytes == 0 }

    /// The decoded text.
    public var string: String {
        escaped.withUnsafeReadableBytes { bytes in
            guard hasEscapes else { return String(decoding: bytes, as: UTF8.self) }
            return String(decoding: Self.unescape(bytes), as: UTF8.self)
        }
    }

    /// The decoded text as UTF-8 bytes; shares memory when nothing is escaped.
    public var decodedBytes: ByteBuffer {
        guard hasEscapes else { return escaped }
        return escaped.withUnsafeReadableBytes { ByteBuffer(bytes: Self.unescape($0)) }
    }

    /// Whether the text has no character that is not white space.
    ///
    /// An empty text is blank.
    public var isBlank: Bool {
        let first: UInt8? = escaped.withUnsafeReadableBytes { bytes in
            bytes.first { $0 != 0x20 }
        }
        guard let first else { return true }
        // Plain ASCII letters, digits and marks decide at once; escapes and other scripts need a look.
        if first != UInt8(ascii: "\\"), first < 0x80 { return false }
        return string.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
    }

    /// Decodes the escapes of valid string content.
    private static func unescape(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var position = 0
        func unit(at offset: Int) -> UInt32 {
            bytes[offset..<offset + 4].reduce(0) { $0 << 4 | UInt32(hexDigitValue($1) ?? 0) }
        }
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == UInt8(ascii: "\\"), position + 1 < bytes.count else {
                decoded.append(byte)
                position += 1
                continue
            }
            let escape = bytes[position + 1]
            position += 2
            switch escape {
            case UInt8(ascii: "b"): decoded.append(0x08)
            case UInt8(ascii: "f"): decoded.append(0x0C)
            case UInt8(ascii: "n"): decoded.append(0x0A)
            case UInt8(ascii: "r"): decoded.append(0x0D)
            case UInt8(ascii: "t"): decoded.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = unit(at: position)
                position += 4
                if scalar & 0xFC00 == 0xD800 {
                    let low = unit(at: position + 2)
                    scalar = 0x10000 + (scalar & 0x3FF) << 10 + (low & 0x3FF)
                    position += 6
                }
                if let scalar = Unicode.Scalar(scalar) {
                    decoded.append(contentsOf: UTF8.encode(scalar)?.map { $0 } ?? [])
                }
            default: decoded.append(escape)
            }
        }
        return decoded
    }
}

extension JSONText: ExpressibleByStringLiteral {
    /// Escapes a literal.
    public init(stringLiteral value: String) { self.init(value) }
}

extension JSONText: Hashable {
    /// Whether two texts decode to the same characters, however they are escaped.
    public static func == (left: JSONText, right: JSONText) -> Bool {
        if !left.hasEscapes, !right.hasEscapes { return left.escaped == right.escaped }
        return left.string == right.string
    }

    /// Hashes the decoded characters.
    public func hash(into hasher: inout Hasher) { hasher.combine(string) }
}
