import JSON
import NIOCore

/// Writes a value that fits a JSON schema, the same one each time.
///
/// It writes required members only, the first of an `enum`, `example` for a string, `1` for a number and one element for an array.
struct SchemaExample {
    private let root: JSONValue
    private var writer = JSONWriter(capacity: 128)

    private init(root: JSONValue) {
        self.root = root
    }

    /// The JSON of an example; an empty object without a schema.
    static func text(for schema: JSONValue?) -> String {
        guard let schema else { return "{}" }
        var example = SchemaExample(root: schema)
        example.write(schema, depth: 0)
        return String(buffer: example.writer.buffer)
    }

    private mutating func write(_ schema: JSONValue, depth: Int) {
        guard depth < 12 else { return writer.null() }
        if let reference = schema["$ref"]?.string, let target = resolve(reference) {
            return write(target, depth: depth + 1)
        }
        if let constant = schema["const"] { return writer.raw(constant) }
        if let first = schema["enum"]?.elements.first(where: { _ in true }) { return writer.raw(first) }
        for key in ["anyOf", "oneOf", "allOf"] {
            if let first = schema[key]?.elements.first(where: { _ in true }) { return write(first, depth: depth + 1) }
        }
        var type = schema["type"]?.string
        if type == nil { type = schema["type"]?.elements.lazy.compactMap(\.string).first { $0 != "null" } }
        if type == nil, schema["properties"] != nil { type = "object" }
        switch type {
        case "object": writeObject(schema, depth: depth)
        case "array":
            writer.beginArray()
            if let items = schema["items"], items.kind == .object { write(items, depth: depth + 1) }
            writer.endArray()
        case "integer", "number":
            if let minimum = schema["minimum"] { writer.raw(minimum) } else { writer.int(1) }
        case "boolean": writer.bool(true)
        case "null": writer.null()
        default: writer.string(example(length: schema["minLength"]?.int ?? 0))
        }
    }

    private mutating func writeObject(_ schema: JSONValue, depth: Int) {
        let required = Set(schema["required"]?.elements.compactMap(\.string) ?? [])
        writer.beginObject()
        if let properties = schema["properties"] {
            for (key, value) in properties.members {
                guard let name = key.text, required.contains(name.string) else { continue }
                writer.key(name)
                write(value, depth: depth + 1)
            }
        }
        writer.endObject()
    }

    private func example(length: Int) -> String {
        var text = "example"
        while text.count < min(length, 10_000) { text += "e" }
        return text
    }

    /// Follows a reference into the same document: `#/$defs/Place`.
    private func resolve(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        var value: JSONValue? = root
        for step in reference.dropFirst(2).split(separator: "/") { value = value?[String(step)] }
        return value
    }
}
