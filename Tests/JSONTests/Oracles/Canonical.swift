import JSON
import NIOCore

extension JSONValue {
    /// One spelling for each value, as `canonical` in `python_differential.py` makes it.
    var canonical: String {
        switch kind {
        case .null: "n"
        case .bool: bool == true ? "t" : "f"
        case .number: "#" + hexadecimal((double ?? .nan).bitPattern)
        case .string: "\"" + hexadecimal(Array((string ?? "").utf8))
        case .array: "[" + elements.map(\.canonical).joined(separator: ",") + "]"
        case .object:
            "{"
                + lastMembers.map { ($0.key, $0.value.canonical) }.sorted { $0.0 < $1.0 }
                .map { $0.0 + ":" + $0.1 }.joined(separator: ",") + "}"
        }
    }

    /// The winning value of each key, found through the subscript.
    private var lastMembers: [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for (key, _) in self.members {
            guard let name = key.string, let value = self[name] else { continue }
            members[key.canonical] = value
        }
        return members
    }
}

private let digits = Array("0123456789abcdef")

private func hexadecimal(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return text
}

private func hexadecimal(_ bits: UInt64) -> String {
    hexadecimal((0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) })
}
