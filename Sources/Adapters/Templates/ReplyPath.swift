import JSON

/// A place in a JSON answer, spelled `outputs.0.text`: member names and element numbers from 0.
struct ReplyPath: Sendable {
    private enum Step: Sendable {
        case member(String)
        case element(Int)
    }

    private let steps: [Step]

    init(_ spelling: String) {
        steps = spelling.split(separator: ".").map { step in
            Int(step).map { .element($0) } ?? .member(String(step))
        }
    }

    /// The value there; nil when there is none, or `null`.
    func value(in reply: JSONValue) -> JSONValue? {
        var value = reply
        for step in steps {
            switch step {
            case .member(let name):
                guard let member = value[name] else { return nil }
                value = member
            case .element(let index):
                guard let element = value.elements.dropFirst(index).first(where: { _ in true }) else { return nil }
                value = element
            }
        }
        return value.isNull ? nil : value
    }
}

extension [ReplyPath] {
    /// The value at the first place that has one.
    func value(in reply: JSONValue) -> JSONValue? {
        for path in self {
            if let value = path.value(in: reply) { return value }
        }
        return nil
    }

    /// The word at the first place that has one; what is no text, or empty, is passed over.
    func word(in reply: JSONValue) -> String? {
        for path in self {
            if let word = path.value(in: reply)?.string, !word.isEmpty { return word }
        }
        return nil
    }
}
