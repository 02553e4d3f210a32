public import JSON
public import NIOCore

/// Repairs of the JSON Schemas that tools and formats bring, where AWS demands a certain shape.
///
/// A schema that needs no repair keeps every byte; one that does keeps the order and spelling of what is left.
public enum ToolSchema {
    /// An object schema for a tool's arguments, or for an answer.
    ///
    /// The root must say `"type": "object"`: it is added where missing. A schema of another type becomes the one property
    /// `value` of an object. Null `properties` become empty ones.
    public static func objectSchema(_ schema: JSONValue?) -> ByteBuffer {
        guard let schema, schema.kind == .object, schema.count > 0 else { return Tool.emptySchema }
        let type = schema["type"]
        let isObject = type?.equals("object") == true
        let properties = schema["properties"]
        if isObject, properties?.kind == .object { return schema.rawBytes }
        let saysOtherType = type?.string.map { $0 != "object" } ?? false
        if saysOtherType { return wrapped(schema) }
        var writer = JSONWriter(capacity: schema.byteRange.count + 48)
        writer.beginObject()
        writer.key("type")
        writer.string(literal: "object")
        for (key, value) in schema.members {
            guard let name = key.text, !key.equals("type") else { continue }
            if key.equals("properties"), value.kind != .object { continue }
            writer.key(name)
            writer.raw(value)
        }
        if properties?.kind != .object {
            writer.key("properties")
            writer.beginObject()
            writer.endObject()
        }
        writer.endObject()
        return writer.buffer
    }

    private static func wrapped(_ schema: JSONValue) -> ByteBuffer {
        var writer = JSONWriter(capacity: schema.byteRange.count + 80)
        writer.beginObject()
        writer.key("type")
        writer.string(literal: "object")
        writer.key("properties")
        writer.beginObject()
        writer.key("value")
        writer.raw(schema)
        writer.endObject()
        writer.key("required")
        writer.beginArray()
        writer.string(literal: "value")
        writer.endArray()
        writer.endObject()
        return writer.buffer
    }
}

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
