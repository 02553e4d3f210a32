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

    /// A schema that is too large or too deep once its references are written out.
    struct TooLarge: Error {}

    /// The largest schema that is written, in bytes: references can double what they lead to at every step.
    static let maximumBytes = 1_048_576
    /// How deep schemas may stand in each other.
    private static let maximumDepth = 128
    /// How many references are followed in one schema.
    private static let maximumReferences = 10_000

    /// What is going on while a schema is written.
    private struct Progress {
        var references: SchemaReferences
        var writer: JSONWriter
        /// The references being followed, so that a circle ends.
        var open: Set<String> = []
        /// How many more may be followed.
        var remaining = maximumReferences
        var depth = 0
    }

    /// The keywords that Claude's structured output refuses (CONVERSE.md §6).
    private static let limits: Set<String> = [
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
        "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
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
    func rewritten(_ schema: ByteBuffer) throws(TooLarge) -> ByteBuffer {
        guard let root = try? JSONValue.parse(schema), root.kind == .object else { return schema }
        var progress = Progress(
            references: SchemaReferences(root: root),
            writer: JSONWriter(capacity: schema.readableBytes + 128)
        )
        try write(root, &progress, isRoot: true)
        return progress.writer.buffer
    }

    private func write(_ schema: JSONValue, _ progress: inout Progress, isRoot: Bool = false) throws(TooLarge) {
        guard progress.depth < Self.maximumDepth, progress.writer.count <= Self.maximumBytes else {
            throw TooLarge()
        }
        guard schema.kind == .object else { return progress.writer.raw(schema) }
        progress.depth += 1
        defer { progress.depth -= 1 }
        if inlinesReferences, let reference = schema["$ref"]?.string {
            try follow(reference, from: schema, &progress, isRoot: isRoot)
        } else {
            try writeMembers(of: schema, &progress, isRoot: isRoot)
        }
    }

    /// Writes what a reference leads to, with the keywords that stand beside it.
    private func follow(
        _ reference: String,
        from schema: JSONValue,
        _ progress: inout Progress,
        isRoot: Bool
    ) throws(TooLarge) {
        guard progress.remaining > 0 else { throw TooLarge() }
        progress.remaining -= 1
        guard !progress.open.contains(reference),
            let target = try progress.references.followed(reference, from: schema)
        else {
            // Anything goes where a reference leads nowhere or around in a circle.
            progress.writer.beginObject()
            return progress.writer.endObject()
        }
        progress.open.insert(reference)
        try write(target, &progress, isRoot: isRoot)
        progress.open.remove(reference)
    }

    private func writeMembers(of schema: JSONValue, _ progress: inout Progress, isRoot: Bool) throws(TooLarge) {
        let description = movesLimits ? Self.descriptionWithLimits(of: schema) : nil
        progress.writer.beginObject()
        for (key, value) in schema.members {
            guard let name = key.text else { continue }
            let keyword = name.string
            if isRoot, hasPlainRoot, !["type", "properties", "required"].contains(keyword) { continue }
            if inlinesReferences, keyword == "$defs" || keyword == "definitions" { continue }
            if movesLimits, Self.limits.contains(keyword) { continue }
            progress.writer.key(name)
            if keyword == "description", let description {
                progress.writer.string(description)
            } else {
                try writeMember(keyword, value, &progress)
            }
        }
        if let description, schema["description"] == nil {
            progress.writer.key("description")
            progress.writer.string(description)
        }
        if closesObjects, Self.isObject(schema), schema["additionalProperties"] == nil {
            progress.writer.key("additionalProperties")
            progress.writer.bool(false)
        }
        progress.writer.endObject()
    }

    private func writeMember(_ keyword: String, _ value: JSONValue, _ progress: inout Progress) throws(TooLarge) {
        if Self.maps.contains(keyword), value.kind == .object {
            progress.writer.beginObject()
            for (key, child) in value.members {
                guard let name = key.text else { continue }
                progress.writer.key(name)
                try write(child, &progress)
            }
            progress.writer.endObject()
        } else if Self.children.contains(keyword), value.kind == .array {
            progress.writer.beginArray()
            for child in value.elements { try write(child, &progress) }
            progress.writer.endArray()
        } else if Self.children.contains(keyword), value.kind == .object {
            try write(value, &progress)
        } else {
            progress.writer.raw(value)
        }
    }

    /// A description that names the limits which are left out; nil where there are none.
    private static func descriptionWithLimits(of schema: JSONValue) -> String? {
        let moved = schema.members.compactMap { key, value -> String? in
            guard let keyword = key.string, limits.contains(keyword) else { return nil }
            return "\(keyword): \(value.description)"
        }
        guard !moved.isEmpty else { return nil }
        let text = schema["description"]?.string.map { $0 + " " } ?? ""
        return "\(text)(\(moved.joined(separator: ", ")))"
    }

    private static func isObject(_ schema: JSONValue) -> Bool {
        schema["type"]?.equals("object") == true || schema["properties"]?.kind == .object
    }
}
