import JSON

extension YAMLNode {
    /// The same value as JSON, with the file's key order and its spelling of numbers.
    ///
    /// Numbers that JSON spells otherwise, such as `.5`, are written as what they count.
    ///
    /// - Throws: `JSONError` when the tree is deeper than JSON may be, which the YAML limit rules out.
    func json() throws(JSONError) -> JSONValue {
        var writer = JSONWriter(capacity: 256)
        write(into: &writer)
        return try JSONValue.parse(writer.buffer)
    }

    private func write(into writer: inout JSONWriter) {
        switch content {
        case .scalar(let text, let isPlain):
            switch YAMLScalar(text, isPlain: isPlain) {
            case .null: writer.null()
            case .bool(let value): writer.bool(value)
            case .integer(let value): Self.write(text, into: &writer) { $0.int(value) }
            case .float(let value): Self.write(text, into: &writer) { $0.double(value) }
            case .string(let value): writer.string(value)
            }
        case .sequence(let elements):
            writer.beginArray()
            for element in elements { element.write(into: &writer) }
            writer.endArray()
        case .mapping(let members):
            writer.beginObject()
            for member in members {
                writer.key(member.key)
                member.value.write(into: &writer)
            }
            writer.endObject()
        }
    }

    private static func write(_ number: String, into writer: inout JSONWriter, or other: (inout JSONWriter) -> Void) {
        if let spelled = spelled(number) { writer.raw(spelled) } else { other(&writer) }
    }

    /// A number as JSON, if it is spelled as JSON wants it.
    private static func spelled(_ number: String) -> JSONValue? { try? JSONValue.parse(number) }

    /// The numbers in the tree that would arrive as others: they are beyond what a `Double` holds, or whole, beyond what an
    /// `Int` holds, and not spelled as JSON wants it.
    var unsendableNumbers: [(text: String, location: SourceLocation)] {
        switch content {
        case .scalar(let text, let isPlain):
            guard case .float(let value) = YAMLScalar(text, isPlain: isPlain) else { return [] }
            let isWhole = !text.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
            return value.isFinite && (!isWhole || Self.spelled(text) != nil) ? [] : [(text, location)]
        case .sequence(let elements): return elements.flatMap(\.unsendableNumbers)
        case .mapping(let members): return members.flatMap(\.value.unsendableNumbers)
        }
    }
}
