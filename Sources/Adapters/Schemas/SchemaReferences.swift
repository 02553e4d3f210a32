import JSON
import NIOCore

/// What the references in a JSON Schema lead to.
struct SchemaReferences {
    let root: JSONValue

    /// The most references from one to the next that are followed at a root.
    private static let maximumChain = 32

    /// How many bytes may be copied because keywords stand beside references.
    private static let maximumCopied = 4 * SchemaRewriter.maximumBytes

    private var found: [String: JSONValue?] = [:]
    private var copied = 0

    /// Starts with a schema that may refer to itself.
    init(root: JSONValue) {
        self.root = root
    }

    /// Follows `#/$defs/Name` (RFC 6901); nil for a reference to elsewhere.
    mutating func target(of reference: String) -> JSONValue? {
        if let known = found[reference] { return known }
        let target = search(reference)
        found[reference] = .some(target)
        return target
    }

    /// What a reference leads to, with the keywords that stand beside it; nil for a reference to elsewhere.
    ///
    /// - Throws: `SchemaRewriter.TooLarge` when such keywords have made it copy too much.
    mutating func followed(
        _ reference: String,
        from schema: JSONValue
    ) throws(SchemaRewriter.TooLarge) -> JSONValue? {
        guard let target = target(of: reference) else { return nil }
        guard schema.count > 1 else { return target }
        copied += target.byteRange.count + schema.byteRange.count
        guard copied <= Self.maximumCopied else { throw SchemaRewriter.TooLarge() }
        return Self.overlaid(target, with: schema)
    }

    private func search(_ reference: String) -> JSONValue? {
        if reference == "#" { return root }
        guard reference.hasPrefix("#/") else { return nil }
        var value = root
        for part in reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
            let name = Self.percentDecoded(part)
                .split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
                .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
            let next = value.kind == .array ? Int(name).flatMap { Self.element($0, of: value) } : value[name]
            guard let next else { return nil }
            value = next
        }
        return value
    }

    private static func element(_ index: Int, of array: JSONValue) -> JSONValue? {
        guard 0..<array.count ~= index else { return nil }
        return array.elements.dropFirst(index).first { _ in true }
    }

    /// A pointer in a URL fragment is percent-encoded (RFC 6901 §6); what is no escape stays.
    private static func percentDecoded(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var decoded: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, let value = UInt8(String(Substring(digits)), radix: 16) {
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// A root that is a reference, written out: what it leads to, what stands beside it, and the definitions.
    ///
    /// Nil for a root that is none, or whose reference leads nowhere or around in a circle.
    mutating func rootWrittenOut() -> JSONValue? {
        guard var reference = root["$ref"]?.string else { return nil }
        for _ in 0..<Self.maximumChain {
            guard let target = target(of: reference), target.kind == .object else { return nil }
            guard let next = target["$ref"]?.string else {
                return root.count > 1 ? Self.overlaid(target, with: root) : target
            }
            reference = next
        }
        return nil
    }

    /// A schema with the keywords that stand beside a reference to it.
    private static func overlaid(_ target: JSONValue, with schema: JSONValue) -> JSONValue? {
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
