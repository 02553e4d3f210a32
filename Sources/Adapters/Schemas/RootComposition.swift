import JSON
import NIOCore

/// Takes `anyOf`, `oneOf` and `allOf` off a schema's root, where Claude and Nova refuse them.
///
/// The alternatives' properties become the root's own; one that several alternatives describe differently may be as any of
/// them says. What every alternative requires stays required, and of `allOf` what any part requires. So an answer that
/// follows one alternative still fits, and some fit that followed none.
struct RootComposition {
    private static let keywords = ["allOf", "anyOf", "oneOf"]
    private static let maximumDepth = 16
    /// How many schemas are looked at: alternatives that refer to the root double at every step.
    private static let maximumSchemas = 1_000
    /// How many members are joined: a definition with many may be referred to often.
    private static let maximumMembers = 100_000

    private var references: SchemaReferences
    private var remaining = maximumSchemas
    private var remainingMembers = maximumMembers

    private init(_ root: JSONValue) {
        references = SchemaReferences(root: root)
    }

    /// Whether alternatives stand at the root.
    static func isComposed(_ root: JSONValue) -> Bool {
        keywords.contains { root[$0] != nil }
    }

    /// Merges; bytes that are no JSON come back as they are.
    ///
    /// - Throws: `SchemaRewriter.TooLarge` when references copy too much.
    static func merged(_ schema: ByteBuffer) throws(SchemaRewriter.TooLarge) -> ByteBuffer {
        guard let root = try? JSONValue.parse(schema), root.kind == .object else { return schema }
        var composition = RootComposition(root)
        let members = try composition.gather(root, depth: 0)
        var writer = JSONWriter(capacity: schema.readableBytes + 128)
        writer.beginObject()
        for (key, value) in root.members where !(keywords + ["properties", "required"]).contains(where: key.equals) {
            guard let name = key.text else { continue }
            writer.key(name)
            writer.raw(value)
        }
        members.write(to: &writer)
        writer.endObject()
        return writer.buffer
    }

    /// Gathers the properties of a schema and of its alternatives, and what is required.
    private mutating func gather(_ schema: JSONValue, depth: Int) throws(SchemaRewriter.TooLarge) -> SchemaMembers {
        guard depth < Self.maximumDepth, remaining > 0 else { return SchemaMembers() }
        remaining -= 1
        if let reference = schema["$ref"]?.string {
            guard let target = try references.followed(reference, from: schema) else { return SchemaMembers() }
            return try gather(target, depth: depth + 1)
        }
        var members = SchemaMembers(of: schema)
        remainingMembers -= members.count
        guard remainingMembers > 0 else { throw SchemaRewriter.TooLarge() }
        for keyword in Self.keywords {
            guard let parts = schema[keyword], parts.kind == .array else { continue }
            var gathered: [SchemaMembers] = []
            for part in parts.elements {
                gathered.append(try gather(part, depth: depth + 1))
                remainingMembers -= gathered.last?.count ?? 0
            }
            guard remainingMembers > 0 else { throw SchemaRewriter.TooLarge() }
            if keyword == "allOf" {
                for part in gathered { members.add(part) }
            } else {
                members.add(SchemaMembers(anyOf: gathered))
            }
        }
        return members
    }
}
