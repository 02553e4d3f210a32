import JSON
import NIOCore

/// Rewrites a JSON Schema where a model takes less than JSON Schema offers; all else keeps its bytes and its order.
struct SchemaRewriter {
    /// Whether `$ref` is replaced by what it refers to.
    var inlinesReferences = false
    /// Whether the root keeps `type`, `properties` and `required` only.
    var hasPlainRoot = false
    /// Whether objects that do not say so are closed with `"additionalProperties": false`.
    var closesObjects = false
    /// Whether limits that a grammar cannot hold (`minimum`, `maxLength`, …) move into the description.
    var movesLimits = false

    /// How many references are followed in one schema: definitions that use each other twice double at every step.
    private static let maximumReferences = 1000

    /// What is going on while a schema is written.
    private struct Progress {
        /// The references being followed, so that a circle ends.
        var open: Set<String> = []
        /// How many more may be followed.
        var remaining = maximumReferences
    }

    /// The keywords that Claude's structured output refuses (CONVERSE.md §6).
    private static let limits: Set<String> = [
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
        "minItems",
        "maxItems", "uniqueItems", "minProperties", "maxProperties",
    ]
    /// Keywords whose members are schemas by name.
    private static let maps: Set<String> = [
        "properties", "patternProperties", "$defs", "definitions", "dependentSchemas",
    ]
    /// Keywords that hold a schema or a list of schemas.
    private static let children: Set<String> = [
        "items", "prefixItems", "anyOf", "oneOf", "allOf", "not", "if", "then", "else", "contains", "propertyNames",
        "additionalProperties", "unevaluatedProperties",
    ]

    /// Rewrites a schema; bytes that are no JSON come back as they are.
    func rewritten(_ schema: ByteBuffer) -> ByteBuffer {
        guard let root = try? JSONValue.parse(schema), root.kind == .object else { return schema }
        var writer = JSONWriter(capacity: schema.readableBytes + 128)
        var progress = Progress()
        write(root, root: root, &progress, isRoot: true, to: &writer)
        return writer.buffer
    }

    private func write(
        _ schema: JSONValue,
        root: JSONValue,
        _ progress: inout Progress,
        isRoot: Bool = false,
        to writer: inout JSONWriter
    ) {
        guard schema.kind == .object else { return writer.raw(schema) }
        if inlinesReferences, let reference = schema["$ref"]?.string {
            guard progress.remaining > 0, !progress.open.contains(reference),
                let target = Self.resolve(reference, in: root)
            else {
                // Anything goes where a reference leads nowhere or around in a circle.
                writer.beginObject()
                return writer.endObject()
            }
            progress.remaining -= 1
            progress.open.insert(reference)
            write(target, root: root, &progress, to: &writer)
            progress.open.remove(reference)
            return
        }
        writer.beginObject()
        var moved: [String] = []
        for (key, value) in schema.members {
            guard let name = key.text else { continue }
            let keyword = name.string
            if isRoot, hasPlainRoot, !["type", "properties", "required"].contains(keyword) { continue }
            if inlinesReferences, keyword == "$defs" || keyword == "definitions" { continue }
            if movesLimits, Self.limits.contains(keyword) {
                moved.append("\(keyword): \(value.description)")
                continue
            }
            if movesLimits, keyword == "description" { continue }
            writer.key(name)
            writeMember(keyword, value, root: root, &progress, to: &writer)
        }
        if movesLimits { writeDescription(schema, moved, to: &writer) }
        if closesObjects, Self.isObject(schema), schema["additionalProperties"] == nil {
            writer.key("additionalProperties")
            writer.bool(false)
        }
        writer.endObject()
    }

    private func writeMember(
        _ keyword: String,
        _ value: JSONValue,
        root: JSONValue,
        _ progress: inout Progress,
        to writer: inout JSONWriter
    ) {
        if Self.maps.contains(keyword), value.kind == .object {
            writer.beginObject()
            for (key, child) in value.members {
                guard let name = key.text else { continue }
                writer.key(name)
                write(child, root: root, &progress, to: &writer)
            }
            writer.endObject()
        } else if Self.children.contains(keyword), value.kind == .array {
            writer.beginArray()
            for child in value.elements { write(child, root: root, &progress, to: &writer) }
            writer.endArray()
        } else if Self.children.contains(keyword), value.kind == .object {
            write(value, root: root, &progress, to: &writer)
        } else {
            writer.raw(value)
        }
    }

    private func writeDescription(_ schema: JSONValue, _ moved: [String], to writer: inout JSONWriter) {
        let description = schema["description"]
        guard !moved.isEmpty else {
            if let description {
                writer.key("description")
                writer.raw(description)
            }
            return
        }
        let text = description?.string.map { $0 + " " } ?? ""
        writer.key("description")
        writer.string("\(text)(\(moved.joined(separator: ", ")))")
    }

    private static func isObject(_ schema: JSONValue) -> Bool {
        schema["type"]?.equals("object") == true || schema["properties"]?.kind == .object
    }

    /// Follows `#/$defs/Name` (RFC 6901); nil for a reference to elsewhere.
    private static func resolve(_ reference: String, in root: JSONValue) -> JSONValue? {
        if reference == "#" { return root }
        guard reference.hasPrefix("#/") else { return nil }
        var value = root
        for part in reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
            let name = part.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
                .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
            guard let next = value[name] else { return nil }
            value = next
        }
        return value
    }
}
