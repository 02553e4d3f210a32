package import JSON

extension JSONValue {
    /// The value over several lines, indented by two spaces, for files that people read.
    package func pretty(indent: String = "") -> String {
        let inner = indent + "  "
        switch kind {
        case .object where count > 0:
            let lines = members.map { "\(inner)\($0.key.description): \($0.value.pretty(indent: inner))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        case .array where count > 0:
            let lines = elements.map { inner + $0.pretty(indent: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
        default: return description
        }
    }
}
