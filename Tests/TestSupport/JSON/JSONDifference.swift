package import JSON

/// Compares two JSON values and tells, path by path, where they differ.
///
/// Key order and number spelling do not matter; array order does. An empty list means that the values are equal.
package func differences(_ actual: JSONValue, _ expected: JSONValue, path: String = "$") -> [String] {
    switch (actual.kind, expected.kind) {
    case (.object, .object): objectDifferences(actual, expected, path: path)
    case (.array, .array): arrayDifferences(actual, expected, path: path)
    case (.number, .number):
        actual.double == expected.double && actual.int == expected.int ? [] : [difference(actual, expected, path)]
    case (.string, .string):
        // As scalars: a composed accent is not its decomposed twin.
        actual.text == expected.text ? [] : [difference(actual, expected, path)]
    case (let left, let right):
        left == right && actual.bool == expected.bool ? [] : [difference(actual, expected, path)]
    }
}

private func objectDifferences(_ actual: JSONValue, _ expected: JSONValue, path: String) -> [String] {
    var found: [String] = []
    for (key, _) in expected.members {
        guard let name = key.string, let wanted = expected[name] else { continue }
        if let value = actual[name] {
            found += differences(value, wanted, path: "\(path).\(name)")
        } else {
            found.append("\(path).\(name): is missing, expected \(short(wanted))")
        }
    }
    for (key, value) in actual.members {
        guard let name = key.string else { continue }
        if expected[name] == nil { found.append("\(path).\(name): is not expected, is \(short(value))") }
    }
    if actual.count != Set(actual.members.map { $0.key.description }).count {
        found.append("\(path): has a key twice")
    }
    return found
}

private func arrayDifferences(_ actual: JSONValue, _ expected: JSONValue, path: String) -> [String] {
    var found: [String] = []
    for (index, pair) in zip(actual.elements, expected.elements).enumerated() {
        found += differences(pair.0, pair.1, path: "\(path)[\(index)]")
    }
    if actual.count != expected.count {
        found.append("\(path): has \(actual.count) elements, expected \(expected.count)")
    }
    return found
}

private func difference(_ actual: JSONValue, _ expected: JSONValue, _ path: String) -> String {
    "\(path): is \(short(actual)), expected \(short(expected))"
}

private func short(_ value: JSONValue) -> String {
    let text = value.description
    return text.count > 160 ? text.prefix(160) + "…" : text
}
