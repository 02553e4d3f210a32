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

    /// The length of ``escaped`` in bytes.
    public var byteCount: Int { escaped.readableBytes }

    /// The decoded text.
    public var string: String {
        escaped.withUnsafeReadableBytes { bytes in
            guard hasEscapes else { return String(decoding: bytes, as: UTF8.self) }
            return String(decoding: unescapeJSON(bytes), as: UTF8.self)
        }
    }

    /// The decoded text as UTF-8 bytes; shares memory when nothing is escaped.
    public var decodedBytes: ByteBuffer {
        guard hasEscapes else { return escaped }
        return escaped.withUnsafeReadableBytes { ByteBuffer(bytes: unescapeJSON($0)) }
    }

    /// Whether every character of the text is white space, in Unicode's sense.
    ///
    /// An empty text is blank. It looks no further than the first character that is not white space.
    public var isBlank: Bool {
        escaped.withUnsafeReadableBytes { bytes in
            var position = 0
            while position < bytes.count {
                let byte = bytes[position]
                if byte < 0x80, byte != UInt8(ascii: "\\") {
                    guard byte == 0x20 || 0x09...0x0D ~= byte else { return false }
                    position += 1
                    continue
                }
                guard let (scalar, length) = Self.character(bytes, at: position) else { return false }
                guard scalar.properties.isWhitespace else { return false }
                position += length
            }
            return true
        }
    }

    /// The character at an offset, decoded, and the bytes it takes as it was written; nil for invalid bytes.
    @inline(__always)
    private static func character(
        _ bytes: UnsafeRawBufferPointer,
        at position: Int
    ) -> (scalar: Unicode.Scalar, length: Int)? {
        let byte = bytes[position]
        if byte == UInt8(ascii: "\\") {
            guard position + 1 < bytes.count else { return nil }
            return escapedScalar(bytes, at: position)
                ?? (Unicode.Scalar(escapedByte(bytes[position + 1])), 2)
        }
        if byte < 0x80 { return (Unicode.Scalar(byte), 1) }
        var decoder = UTF8()
        var rest = bytes[position...].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&rest) else { return nil }
        return (scalar, UTF8.width(scalar))
    }
}

extension JSONText: ExpressibleByStringLiteral {
    /// Escapes a literal.
    public init(stringLiteral value: String) { self.init(value) }
}

extension JSONText: Hashable {
    /// Whether two texts decode to the same Unicode scalars, however they are escaped.
    ///
    /// Unlike `String`'s `==` it tells composed and decomposed accents apart.
    public static func == (left: JSONText, right: JSONText) -> Bool {
        left.decodedBytes == right.decodedBytes
    }

    /// Hashes the decoded characters.
    public func hash(into hasher: inout Hasher) {
        decodedBytes.withUnsafeReadableBytes { hasher.combine(bytes: $0) }
    }
}
