import JSON
import NIOCore

/// What the references in a JSON Schema lead to.
struct SchemaReferences {
    let root: JSONValue

    /// The most references from one to the next that are followed at a root.
    private static let maximumChain = 32

    /// Follows `#/$defs/Name` (RFC 6901); nil for a reference to elsewhere.
    func target(of reference: String) -> JSONValue? {
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

    /// A root that is a reference, written out: what it leads to, what stands beside it, and the definitions.
    ///
    /// Nil for a root that is none, or whose reference leads nowhere or around in a circle.
    func rootWrittenOut() -> JSONValue? {
        guard var reference = root["$ref"]?.string else { return nil }
        for _ in 0..<Self.maximumChain {
            guard let target = target(of: reference), target.kind == .object else { return nil }
            guard let next = target["$ref"]?.string else { return Self.overlaid(target, with: root) }
            reference = next
        }
        return nil
    }

    /// A schema with the keywords that stand beside a reference to it.
    ///
    /// Nil where there are none: the schema is then all there is.
    static func overlaid(_ target: JSONValue, with schema: JSONValue) -> JSONValue? {
        guard schema.count > 1 else { return nil }
        var siblings = JSONWriter(capacity: schema.byteRange.count)
        siblings.beginObject()
        for (key, value) in schema.members where !key.equals("$ref") {
            guard let name = key.text else { continue }
            siblings.key(name)
            siblings.raw(value)
        }
        siblings.endObject()
        guard let upper = try? JSONValue.parse(siblings.buffer) else { return nil }
        var merged = JSONWriter(capacity: target.byteRange.count + schema.byteRange.count)
        merged.merged(lower: target, upper: upper)
        return try? JSONValue.parse(merged.buffer)
    }
}
