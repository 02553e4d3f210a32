/// One thing wrong with a body: where, and what.
struct ShapeProblem {
    /// A step on the way to a value.
    enum Step {
        case member(String)
        case element(Int)
    }

    /// What is wrong.
    enum Fault {
        case missing(String)
        case unknown(String)
        case wrongKind(expected: String, found: String)
        case notInSet(value: String, allowed: [String])
        case noSuchTag(value: String, tag: String, allowed: [String])
        case noMatch(value: String, expression: String)
        case tooShort(minimum: Int, found: Int, of: Unit)
        case tooLong(maximum: Int, found: Int, of: Unit)
        case tooSmall(value: String, minimum: String)
        case tooLarge(value: String, maximum: String)
        case notOneMember(found: Int)
        case notBase64
    }

    /// What a length counts.
    enum Unit: String {
        case characters, elements, members, bytes
    }

    var path: [Step]
    var fault: Fault
}

/// How a part of AWS words what is wrong with a body.
enum Voice {
    /// The API's own front: `Value at 'messages.1.member.role' failed to satisfy constraint: …`.
    case service
    /// Claude's: `messages.0.role: Field required`.
    case anthropic
    /// The schema check before other models: `Malformed input request: #/messages: …`.
    case schema

    /// Makes the refusal for the first problem of a body.
    func refusal(of problem: ShapeProblem) -> SimulatorError {
        switch self {
        case .service: service(problem)
        case .anthropic: .validation(anthropic(problem))
        case .schema: .validation(schema(problem))
        }
    }
}

extension Voice {
    private func service(_ problem: ShapeProblem) -> SimulatorError {
        func constraint(_ path: [ShapeProblem.Step], _ value: String?, _ rule: String) -> SimulatorError {
            var text = ""
            for step in path {
                switch step {
                case .member(let name): text += text.isEmpty ? name : ".\(name)"
                case .element(let index): text += ".\(index + 1).member"
                }
            }
            let said = value.map { " \($0)" } ?? ""
            return .validation(
                "1 validation error detected: Value\(said) at '\(text)' failed to satisfy constraint: \(rule)"
            )
        }
        let path = problem.path
        switch problem.fault {
        case .missing(let name):
            return constraint(path + [.member(name)], "null", "Member must not be null")
        case .unknown, .notOneMember, .noSuchTag:
            return .validation(schema(problem))
        case .wrongKind(let expected, let found):
            return SimulatorError(400, "SerializationException", "\(found) can not be converted to \(expected)")
        case .notInSet(let value, let allowed):
            let set = allowed.joined(separator: ", ")
            return constraint(path, "'\(value)'", "Member must satisfy enum value set: [\(set)]")
        case .noMatch(let value, let expression):
            return constraint(path, "'\(value)'", "Member must satisfy regular expression pattern: \(expression)")
        case .tooShort(let minimum, _, _):
            return constraint(path, nil, "Member must have length greater than or equal to \(minimum)")
        case .tooLong(let maximum, _, _):
            return constraint(path, nil, "Member must have length less than or equal to \(maximum)")
        case .tooSmall(let value, let minimum):
            return constraint(path, "'\(value)'", "Member must have value greater than or equal to \(minimum)")
        case .tooLarge(let value, let maximum):
            return constraint(path, "'\(value)'", "Member must have value less than or equal to \(maximum)")
        case .notBase64:
            return SimulatorError(400, "SerializationException", "Unable to decode base64 at \(pointer(path))")
        }
    }

    private func anthropic(_ problem: ShapeProblem) -> String {
        func at(_ extra: String? = nil) -> String {
            var text = ""
            for step in problem.path {
                if !text.isEmpty { text += "." }
                switch step {
                case .member(let name): text += name
                case .element(let index): text += "\(index)"
                }
            }
            guard let extra else { return text }
            return text.isEmpty ? extra : "\(text).\(extra)"
        }
        switch problem.fault {
        case .missing(let name): return "\(at(name)): Field required"
        case .unknown(let name): return "\(at(name)): Extra inputs are not permitted"
        case .wrongKind(let expected, _): return "\(at()): Input should be a valid \(expected)"
        case .notInSet(_, let allowed):
            return "\(at()): Input should be \(allowed.map { "'\($0)'" }.joined(separator: " or "))"
        case .noSuchTag(let value, let tag, let allowed):
            let set = allowed.map { "'\($0)'" }.joined(separator: ", ")
            return "\(at()): Input tag '\(value)' found using '\(tag)' does not match any of the expected tags: \(set)"
        case .noMatch(_, let expression): return "\(at()): String should match pattern '^\(expression)$'"
        case .tooShort(let minimum, let found, .elements):
            return "\(at()): List should have at least \(minimum) item after validation, not \(found)"
        case .tooLong(let maximum, let found, .elements):
            return "\(at()): List should have at most \(maximum) items after validation, not \(found)"
        case .tooShort(let minimum, _, _): return "\(at()): String should have at least \(minimum) character"
        case .tooLong(let maximum, _, _): return "\(at()): String should have at most \(maximum) characters"
        case .tooSmall(_, let minimum): return "\(at()): Input should be greater than or equal to \(minimum)"
        case .tooLarge(_, let maximum): return "\(at()): Input should be less than or equal to \(maximum)"
        case .notOneMember: return "\(at()): Input should be a valid dictionary"
        case .notBase64: return "\(at()): Invalid base64 data"
        }
    }

    private func schema(_ problem: ShapeProblem) -> String {
        let what: String
        switch problem.fault {
        case .missing(let name): what = "required key [\(name)] not found"
        case .unknown(let name): what = "extraneous key [\(name)] is not permitted"
        case .wrongKind(let expected, let found): what = "expected type: \(expected), found: \(found)"
        case .notInSet(let value, _), .noSuchTag(let value, _, _): what = "\(value) is not a valid enum value"
        case .noMatch(let value, let expression): what = "string [\(value)] does not match pattern ^\(expression)$"
        case .tooShort(let minimum, let found, .elements):
            what = "expected minimum item count: \(minimum), found: \(found)"
        case .tooLong(let maximum, let found, .elements):
            what = "expected maximum item count: \(maximum), found: \(found)"
        case .tooShort(let minimum, let found, _): what = "expected minLength: \(minimum), actual: \(found)"
        case .tooLong(let maximum, let found, _): what = "expected maxLength: \(maximum), actual: \(found)"
        case .tooSmall(let value, let minimum): what = "\(value) is not greater or equal to \(minimum)"
        case .tooLarge(let value, let maximum): what = "\(value) is not less or equal to \(maximum)"
        case .notOneMember(let found): what = "expected exactly one member, found: \(found)"
        case .notBase64: what = "invalid base64"
        }
        return "Malformed input request: \(pointer(problem.path)): \(what), please reformat your input and try again."
    }

    private func pointer(_ path: [ShapeProblem.Step]) -> String {
        var text = "#"
        for step in path {
            switch step {
            case .member(let name): text += "/\(name)"
            case .element(let index): text += "/\(index)"
            }
        }
        return text
    }
}
