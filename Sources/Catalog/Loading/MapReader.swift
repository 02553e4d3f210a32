/// Reads one YAML mapping strictly: unknown keys, wrong kinds and values out of range are reported with their place.
///
/// A getter returns nil both for an absent key (or `~`, which takes a template's value away) and after reporting.
struct MapReader {
    let subject: String
    let problems: Problems
    private let values: [String: YAMLNode]

    /// Opens a mapping and reports keys that are not among the known ones.
    init?(_ node: YAMLNode, subject: String, keys: [String], problems: Problems) {
        guard let members = node.members else {
            problems.report("expected a map, found \(node.kindName)", at: node.location, subject: subject)
            return nil
        }
        self.subject = subject
        self.problems = problems
        var values: [String: YAMLNode] = [:]
        for member in members {
            guard keys.contains(member.key) else {
                problems.report(
                    "unknown key '\(member.key)'",
                    at: member.keyLocation,
                    subject: subject,
                    fix: Suggestion.fix(for: member.key, among: keys)
                )
                continue
            }
            if !member.value.isNull { values[member.key] = member.value }
        }
        self.values = values
    }

    /// The node of a key.
    func node(_ key: String) -> YAMLNode? { values[key] }

    /// Where a key's value stands.
    func location(_ key: String) -> SourceLocation? { values[key]?.location }

    /// Reports a problem of a key's value.
    func report(_ key: String, _ message: String, fix: String? = nil) {
        problems.report("'\(key)' \(message)", at: values[key]?.location, subject: subject, fix: fix)
    }

    private func wrongKind(_ key: String, _ node: YAMLNode, expected: String, fix: String? = nil) {
        problems.report(
            "'\(key)' must be \(expected), found \(node.kindName)",
            at: node.location,
            subject: subject,
            fix: fix
        )
    }

    // MARK: Scalars

    func text(_ key: String) -> String? {
        guard let node = values[key] else { return nil }
        guard case .scalar(let text, let isPlain) = node.content else {
            wrongKind(key, node, expected: "text")
            return nil
        }
        guard case .string = YAMLScalar(text, isPlain: isPlain) else {
            wrongKind(key, node, expected: "text", fix: "put it in quotes: \"\(text)\"")
            return nil
        }
        guard !text.isEmpty else {
            report(key, "is empty", fix: "write a value or remove the key")
            return nil
        }
        return text
    }

    func bool(_ key: String) -> Bool? {
        guard let node = values[key] else { return nil }
        if case .scalar(let text, let isPlain) = node.content,
            case .bool(let value) = YAMLScalar(text, isPlain: isPlain)
        {
            return value
        }
        wrongKind(key, node, expected: "true or false", fix: "write true or false, without quotes")
        return nil
    }

    func int(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = values[key] else { return nil }
        guard case .scalar(let text, let isPlain) = node.content,
            case .integer(let value) = YAMLScalar(text, isPlain: isPlain)
        else {
            wrongKind(key, node, expected: "a whole number", fix: "write digits only, such as 64000")
            return nil
        }
        guard range.contains(value) else {
            report(key, "is \(value)", fix: "the least is \(range.lowerBound) and the most \(range.upperBound)")
            return nil
        }
        return value
    }

    func double(_ key: String, in range: ClosedRange<Double>) -> Double? {
        guard let node = values[key] else { return nil }
        guard let value = Self.double(node) else {
            wrongKind(key, node, expected: "a number")
            return nil
        }
        guard range.contains(value) else {
            report(key, "is \(value)", fix: "the least is \(range.lowerBound) and the most \(range.upperBound)")
            return nil
        }
        return value
    }

    /// A list of two numbers, the least first.
    func range(_ key: String, in limits: ClosedRange<Double>) -> ClosedRange<Double>? {
        guard let node = values[key] else { return nil }
        guard case .sequence(let elements) = node.content, elements.count == 2, let low = Self.double(elements[0]),
            let high = Self.double(elements[1]), low <= high, limits.contains(low), limits.contains(high)
        else {
            report(key, "must be the least and the most as a list of two numbers", fix: "write for instance [0, 1]")
            return nil
        }
        return low...high
    }

    private static func double(_ node: YAMLNode) -> Double? {
        guard case .scalar(let text, let isPlain) = node.content else { return nil }
        switch YAMLScalar(text, isPlain: isPlain) {
        case .integer(let value): return Double(value)
        case .float(let value): return value
        default: return nil
        }
    }

    // MARK: Choices

    /// One of an enumeration's spellings.
    func choice<Value: RawRepresentable & CaseIterable>(_ key: String, _ type: Value.Type) -> Value?
    where Value.RawValue == String {
        guard let node = values[key], let word = word(key, node) else { return nil }
        return choice(word, type, key: key, at: node.location)
    }

    /// A list of an enumeration's spellings.
    func choices<Value: RawRepresentable & CaseIterable>(_ key: String, _ type: Value.Type) -> [Value]?
    where Value.RawValue == String {
        words(key)?.compactMap { choice($0.text, type, key: key, at: $0.location) }
    }

    /// A list of names, each a bit of a set.
    func set<Value: OptionSet>(_ key: String, _ spellings: [(String, Value)]) -> Value? {
        guard let words = words(key) else { return nil }
        var set = Value()
        for word in words {
            if let known = spellings.first(where: { $0.0 == word.text }) {
                set.formUnion(known.1)
            } else {
                unknown(word.text, key: key, known: spellings.map(\.0), at: word.location)
            }
        }
        return set
    }

    /// A list of text, each with its place.
    func words(_ key: String) -> [(text: String, location: SourceLocation)]? {
        guard let node = values[key] else { return nil }
        guard case .sequence(let elements) = node.content else {
            wrongKind(key, node, expected: "a list", fix: "write it in brackets: [a, b]")
            return nil
        }
        return elements.compactMap { element in
            word(key, element).map { ($0, element.location) }
        }
    }

    private func word(_ key: String, _ node: YAMLNode) -> String? {
        guard case .scalar(let text, let isPlain) = node.content, !text.isEmpty,
            case .string = YAMLScalar(text, isPlain: isPlain)
        else {
            wrongKind(key, node, expected: "text")
            return nil
        }
        return text
    }

    private func choice<Value: RawRepresentable & CaseIterable>(
        _ word: String,
        _ type: Value.Type,
        key: String,
        at location: SourceLocation
    ) -> Value? where Value.RawValue == String {
        if let value = Value(rawValue: word) { return value }
        unknown(word, key: key, known: Value.allCases.map(\.rawValue), at: location)
        return nil
    }

    private func unknown(_ word: String, key: String, known: [String], at location: SourceLocation) {
        problems.report(
            "'\(key)' has no value '\(word)'",
            at: location,
            subject: subject,
            fix: Suggestion.fix(for: word, among: known)
        )
    }

    // MARK: Maps

    /// A mapping inside this one.
    func map(_ key: String, keys: [String]) -> MapReader? {
        values[key].flatMap { MapReader($0, subject: subject, keys: keys, problems: problems) }
    }
}
