import JSON
import NIOCore

/// Takes `anyOf`, `oneOf` and `allOf` off a schema's root, where Claude and Nova refuse them.
///
/// The alternatives' properties become the root's own. What every alternative requires stays required; of `allOf` it is what
/// any part requires. So every answer that fitted still fits, and some fit that did not.
struct RootComposition {
    private static let keywords = ["allOf", "anyOf", "oneOf"]
    private static let maximumDepth = 16
    /// How many schemas are looked at: alternatives that refer to the root double at every step.
    private static let maximumSchemas = 1_000

    private let references: SchemaReferences
    private var remaining = maximumSchemas
    private var properties: [(name: JSONText, schema: JSONValue)] = []
    private var places: Set<JSONText> = []

    private init(_ root: JSONValue) {
        references = SchemaReferences(root: root)
    }

    /// Whether alternatives stand at the root.
    static func isComposed(_ root: JSONValue) -> Bool {
        keywords.contains { root[$0] != nil }
    }

    /// Merges; bytes that are no JSON come back as they are.
    static func merged(_ schema: ByteBuffer) -> ByteBuffer {
        guard let root = try? JSONValue.parse(schema), root.kind == .object else { return schema }
        var composition = RootComposition(root)
        let required = composition.gather(root, depth: 0)
        var writer = JSONWriter(capacity: schema.readableBytes + 128)
        writer.beginObject()
        for (key, value) in root.members where !(keywords + ["properties", "required"]).contains(where: key.equals) {
            guard let name = key.text else { continue }
            writer.key(name)
            writer.raw(value)
        }
        writer.key("properties")
        writer.beginObject()
        for (name, schema) in composition.properties {
            writer.key(name)
            writer.raw(schema)
        }
        writer.endObject()
        if !required.isEmpty {
            writer.key("required")
            writer.beginArray()
            for name in required { writer.string(name) }
            writer.endArray()
        }
        writer.endObject()
        return writer.buffer
    }

    /// Gathers the properties of a schema and of its alternatives, and says what is required.
    private mutating func gather(_ schema: JSONValue, depth: Int) -> [JSONText] {
        guard depth < Self.maximumDepth, remaining > 0 else { return [] }
        remaining -= 1
        if let reference = schema["$ref"]?.string {
            guard let target = references.target(of: reference) else { return [] }
            return gather(SchemaReferences.overlaid(target, with: schema) ?? target, depth: depth + 1)
        }
        if let own = schema["properties"], own.kind == .object {
            for (key, value) in own.members {
                guard let name = key.text, places.insert(name).inserted else { continue }
                properties.append((name, value))
            }
        }
        var required = Self.texts(schema["required"])
        for keyword in Self.keywords {
            guard let parts = schema[keyword], parts.kind == .array else { continue }
            let needs = parts.elements.map { gather($0, depth: depth + 1) }
            let first = needs.first ?? []
            let common =
                keyword == "allOf"
                ? needs.flatMap { $0 } : first.filter { name in needs.allSatisfy { $0.contains(name) } }
            for name in common where !required.contains(name) { required.append(name) }
        }
        return required
    }

    private static func texts(_ list: JSONValue?) -> [JSONText] {
        guard let list, list.kind == .array else { return [] }
        return list.elements.compactMap(\.text)
    }
}
