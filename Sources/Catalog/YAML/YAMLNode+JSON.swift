import JSON

extension YAMLNode {
    /// The same value as JSON, with the file's key order.
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
            case .integer(let value): writer.int(value)
            case .float(let value): writer.double(value)
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
}
