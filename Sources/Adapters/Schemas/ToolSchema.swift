public import JSON
public import NIOCore

/// Repairs of the JSON Schemas that tools and formats bring, where AWS demands a certain shape.
///
/// A schema that needs no repair keeps every byte; one that does keeps the order and spelling of what is left.
public enum ToolSchema {
    /// A schema at whose root no object stands, which neither OpenAI nor AWS takes.
    public struct NotAnObject: Error, Sendable {
        /// The type that stands there: a word of JSON Schema's, or `another type`.
        public let type: String
    }

    /// An object schema for a tool's arguments, or for an answer.
    ///
    /// The root must say `"type": "object"`: it is added where missing. A root that is a reference is written out. Null
    /// `properties` become empty ones.
    ///
    /// - Parameter schema: The client's schema; nil for a tool without arguments.
    /// - Returns: The schema, and whether alternatives (`anyOf` and its like) stand at its root.
    /// - Throws: ``NotAnObject`` for a schema of another type.
    public static func objectSchema(
        _ schema: JSONValue?
    ) throws(NotAnObject) -> (schema: ByteBuffer, isComposed: Bool) {
        guard var schema, schema.kind == .object, schema.count > 0 else { return (Tool.emptySchema, false) }
        var type = schema["type"]
        if type?.equals("object") == true, schema["properties"]?.kind == .object, schema["$ref"] == nil {
            return (schema.rawBytes, RootComposition.isComposed(schema))
        }
        var references = SchemaReferences(root: schema)
        if let root = references.rootWrittenOut() {
            schema = root
            type = schema["type"]
        }
        try checkType(type)
        let isComposed = RootComposition.isComposed(schema)
        var writer = JSONWriter(capacity: schema.byteRange.count + 48)
        writer.beginObject()
        writer.key("type")
        writer.string(literal: "object")
        for (key, value) in schema.members {
            guard let name = key.text, !key.equals("type"), !key.equals("$ref") else { continue }
            if key.equals("properties"), value.kind != .object { continue }
            writer.key(name)
            writer.raw(value)
        }
        if !isComposed, schema["properties"]?.kind != .object {
            writer.key("properties")
            writer.beginObject()
            writer.endObject()
        }
        writer.endObject()
        return (writer.buffer, isComposed)
    }

    private static func checkType(_ type: JSONValue?) throws(NotAnObject) {
        func isObject(_ type: JSONValue) -> Bool { type.string?.lowercased() == "object" }
        guard let type, !type.isNull, !isObject(type) else { return }
        if type.kind == .array, type.elements.contains(where: isObject) { return }
        let words = ["string", "number", "integer", "boolean", "array", "null"]
        throw NotAnObject(type: words.first { type.equals($0) } ?? "another type")
    }
}
