import JSON
import NIOCore

/// What a grammar made from a schema can hold, so that `strict` tools and native structured output are asked for only where
/// they work (CONVERSE.md §6).
///
/// An object must list all its members: an open one would be closed, and could then hold nothing else.
struct GrammarLimits {
    /// Whether Anthropic's further limits hold: no circles, few optional members and few unions.
    let isClaude: Bool

    private static let maximumOptional = 24
    private static let maximumUnions = 16
    private static let maximumDepth = 64

    /// Keywords that hold a schema or a list of schemas.
    private static let children = ["items", "prefixItems", "anyOf", "oneOf", "allOf", "contains", "not"]

    /// What is counted on the way through a schema.
    private struct Walk {
        var references: SchemaReferences
        var open: Set<String> = []
        var done: Set<String> = []
        var optional = 0
        var unions = 0
        var depth = 0
    }

    /// Whether a grammar can hold all that a schema allows.
    func hold(_ schema: ByteBuffer) -> Bool {
        guard let root = try? JSONValue.parse(schema), !RootComposition.isComposed(root) else { return false }
        var walk = Walk(references: SchemaReferences(root: root))
        return holds(root, &walk) && (!isClaude || fits(walk))
    }

    private func fits(_ walk: Walk) -> Bool {
        walk.optional <= Self.maximumOptional && walk.unions <= Self.maximumUnions
    }

    private func holds(_ schema: JSONValue, _ walk: inout Walk) -> Bool {
        guard schema.kind == .object else { return true }
        walk.depth += 1
        defer { walk.depth -= 1 }
        guard walk.depth <= Self.maximumDepth, !isClaude || fits(walk) else { return false }
        if let reference = schema["$ref"]?.string, !holds(reference: reference, &walk) { return false }
        guard holdsObject(schema, &walk) else { return false }
        if isClaude {
            if schema["type"]?.kind == .array || schema["anyOf"] != nil { walk.unions += 1 }
            if let pattern = schema["pattern"]?.string, ["(?=", "(?!", "(?<"].contains(where: pattern.contains) {
                return false
            }
        }
        for keyword in Self.children {
            guard let child = schema[keyword] else { continue }
            // Each part would be closed to the members of the others.
            if keyword == "allOf", child.count > 1 { return false }
            if child.kind == .array {
                for element in child.elements where !holds(element, &walk) { return false }
            } else if !holds(child, &walk) {
                return false
            }
        }
        return true
    }

    private func holds(reference: String, _ walk: inout Walk) -> Bool {
        if walk.done.contains(reference) { return true }
        if walk.open.contains(reference) { return !isClaude }
        guard let target = walk.references.target(of: reference) else { return false }
        walk.open.insert(reference)
        defer { walk.open.remove(reference) }
        guard holds(target, &walk) else { return false }
        walk.done.insert(reference)
        return true
    }

    private func holdsObject(_ schema: JSONValue, _ walk: inout Walk) -> Bool {
        let properties = schema["properties"]
        let type = schema["type"]
        let mayBeObject = type?.equals("object") == true || type?.elements.contains { $0.equals("object") } == true
        guard mayBeObject || properties != nil else { return true }
        if let others = schema["additionalProperties"], others.bool != false { return false }
        guard let properties, properties.kind == .object, schema["patternProperties"] == nil,
            properties.count > 0 || schema["additionalProperties"]?.bool == false
        else { return false }
        let required = Set(schema["required"]?.elements.compactMap(\.text) ?? [])
        for (key, member) in properties.members {
            if key.text.map(required.contains) != true { walk.optional += 1 }
            guard holds(member, &walk) else { return false }
        }
        return true
    }
}
