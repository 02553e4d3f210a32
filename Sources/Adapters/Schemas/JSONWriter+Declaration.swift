import JSON
import NIOCore

extension JSONWriter {
    /// Writes the members that declare a tool or a format: name, description, the schema under its dialect's key, and
    /// `strict` where it is on.
    mutating func declaration(
        name: JSONText,
        description: JSONText?,
        schema: (key: StaticString, bytes: ByteBuffer),
        strict: Bool
    ) {
        key("name")
        string(name)
        if let description {
            key("description")
            string(description)
        }
        key(schema.key)
        raw(schema.bytes)
        if strict {
            key("strict")
            bool(true)
        }
    }
}
