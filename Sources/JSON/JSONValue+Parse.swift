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
        let parsed: Result<JSONDocument, JSONError> = bytes.withUnsafeReadableBytes { raw in
            guard let base = raw.baseAddress else { return .failure(JSONError(.emptyInput, offset: 0)) }
            var parser = JSONParser(base: base, count: raw.count, maximumDepth: maximumDepth)
            do throws(JSONError) {
                try parser.parseDocument()
                return .success(JSONDocument(bytes: bytes, base: base, tape: parser.tape))
            } catch {
                parser.tape.free()
                return .failure(error)
            }
        }
        return JSONValue(document: try parsed.get(), index: 0)
    }

    /// Parses a Swift string as one JSON value.
    public static func parse(_ text: String, maximumDepth: Int = defaultMaximumDepth) throws(JSONError) -> JSONValue {
        try parse(ByteBuffer(string: text), maximumDepth: maximumDepth)
    }
}
