import JSON
import NIOCore

/// Compares a value with a shape, and stops at the first thing that is wrong.
///
/// A member that is `null` counts as absent, as in AWS's protocols.
struct ShapeCheck {
    let voice: Voice
    /// The way to the value being looked at; it grows and shrinks instead of being copied.
    var path: [ShapeProblem.Step]

    /// Checks a value; the path says where in the body it stands.
    static func check(
        _ value: JSONValue,
        _ shape: Shape,
        voice: Voice,
        at path: [ShapeProblem.Step] = []
    ) throws(SimulatorError) {
        var check = ShapeCheck(voice: voice, path: path)
        try check.check(value, shape)
    }

    private func problem(_ fault: ShapeProblem.Fault) -> SimulatorError {
        voice.refusal(of: ShapeProblem(path: path, fault: fault))
    }

    private func wrongKind(_ value: JSONValue, _ expected: JSONKind, integer: Bool = false) -> SimulatorError {
        problem(.wrongKind(expected: voice.name(of: expected, integer: integer), found: voice.name(found: value)))
    }

    private mutating func check(_ value: JSONValue, _ shape: Shape) throws(SimulatorError) {
        switch shape {
        case .structure(let members):
            try checkMembers(of: value, against: members)
        case .union(let members):
            guard value.kind == .object else { throw wrongKind(value, .object) }
            try checkMembers(of: value, against: members)
            let present = value.members.reduce(0) { $1.value.isNull ? $0 : $0 + 1 }
            guard present == 1 else { throw problem(.notOneMember(found: present)) }
        case .list(let element, let count):
            guard value.kind == .array else { throw wrongKind(value, .array) }
            try checkLength(value.count, count, .elements)
            for (index, item) in value.elements.enumerated() {
                path.append(.element(index))
                try check(item, element)
                path.removeLast()
            }
        case .map(let keyShape, let valueShape, let count):
            guard value.kind == .object else { throw wrongKind(value, .object) }
            try checkLength(value.count, count, .members)
            for (key, item) in value.members {
                path.append(.member(key.string ?? ""))
                try check(key, keyShape)
                try check(item, valueShape)
                path.removeLast()
            }
        case .stringOrList(let element):
            guard value.kind == .string || value.kind == .array else { throw wrongKind(value, .array) }
            if value.kind == .array { try check(value, .list(element)) }
        case .tagged(let key, let tags):
            try checkTagged(value, by: key, tags)
        default:
            try checkScalar(value, shape)
        }
    }

    private func checkScalar(_ value: JSONValue, _ shape: Shape) throws(SimulatorError) {
        switch shape {
        case .string(let length, let pattern):
            guard value.kind == .string, let text = value.text else { throw wrongKind(value, .string) }
            // Most strings have no rule, and are not decoded.
            if pattern == nil, length.lowerBound <= 1, length.upperBound == .max {
                if text.isEmpty, length.lowerBound == 1 {
                    throw problem(.tooShort(minimum: 1, found: 0, of: .characters))
                }
                return
            }
            let string = text.string
            try checkLength(string.utf16.count, length, .characters)
            if let pattern, !pattern.matches(string) {
                throw problem(.noMatch(value: string, expression: pattern.expression))
            }
        case .enumeration(let allowed):
            guard let string = value.string else { throw wrongKind(value, .string) }
            guard allowed.contains(string) else { throw problem(.notInSet(value: string, allowed: allowed)) }
        case .integer(let range):
            guard value.kind == .number else { throw wrongKind(value, .number, integer: true) }
            guard let number = value.int else { throw wrongKind(value, .number, integer: true) }
            if number < range.lowerBound {
                throw problem(.tooSmall(value: "\(number)", minimum: "\(range.lowerBound)"))
            }
            if number > range.upperBound {
                throw problem(.tooLarge(value: "\(number)", maximum: "\(range.upperBound)"))
            }
        case .float(let range):
            guard let number = value.double else { throw wrongKind(value, .number) }
            if number < range.lowerBound {
                throw problem(.tooSmall(value: value.description, minimum: brief(range.lowerBound)))
            }
            if number > range.upperBound {
                throw problem(.tooLarge(value: value.description, maximum: brief(range.upperBound)))
            }
        case .boolean:
            guard value.kind == .bool else { throw wrongKind(value, .bool) }
        case .blob(let minimum):
            guard let text = value.text else { throw wrongKind(value, .string) }
            guard let count = text.decodedBytes.withUnsafeReadableBytes({ Base64.decodedCount($0) }) else {
                throw problem(.notBase64)
            }
            guard count >= minimum else { throw problem(.tooShort(minimum: minimum, found: count, of: .bytes)) }
        default:
            break
        }
    }

    private mutating func checkMembers(of value: JSONValue, against members: [Shape.Member]) throws(SimulatorError) {
        guard value.kind == .object else { throw wrongKind(value, .object) }
        var seen = 0
        for (key, item) in value.members {
            guard let index = members.firstIndex(where: { key.equals($0.name) }) else {
                throw problem(.unknown(key.string ?? ""))
            }
            if item.isNull { continue }
            seen |= 1 << index
            path.append(.member(members[index].name))
            try check(item, members[index].shape)
            path.removeLast()
        }
        for (index, member) in members.enumerated() where member.isRequired && seen >> index & 1 == 0 {
            throw problem(.missing(member.name))
        }
    }

    private mutating func checkTagged(
        _ value: JSONValue,
        by key: String,
        _ tags: [Shape.Tag]
    ) throws(SimulatorError) {
        guard value.kind == .object else { throw wrongKind(value, .object) }
        guard let tag = value[key]?.string else { throw problem(.missing(key)) }
        guard let found = tags.first(where: { $0.value == tag }) else {
            throw problem(.noSuchTag(value: tag, tag: key, allowed: tags.map(\.value)))
        }
        path.append(.member(tag))
        try checkMembers(of: value, against: found.members)
        path.removeLast()
    }

    private func checkLength(
        _ length: Int,
        _ range: ClosedRange<Int>,
        _ unit: ShapeProblem.Unit
    ) throws(SimulatorError) {
        if length < range.lowerBound {
            throw problem(.tooShort(minimum: range.lowerBound, found: length, of: unit))
        }
        if length > range.upperBound {
            throw problem(.tooLong(maximum: range.upperBound, found: length, of: unit))
        }
    }

    private func brief(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? number.description
    }
}

extension Voice {
    /// The name of an expected kind of value.
    fileprivate func name(of kind: JSONKind, integer: Bool) -> String {
        switch self {
        case .service:
            switch kind {
            case .object: "Map"
            case .array: "List"
            case .string: "String"
            case .number: integer ? "Integer" : "Float"
            case .bool: "Boolean"
            case .null: "Null"
            }
        case .anthropic:
            switch kind {
            case .object: "dictionary"
            case .array: "list"
            case .string: "string"
            case .number: integer ? "integer" : "number"
            case .bool: "boolean"
            case .null: "null"
            }
        case .schema:
            switch kind {
            case .object: "JSONObject"
            case .array: "JSONArray"
            case .string: "String"
            case .number: integer ? "Integer" : "Number"
            case .bool: "Boolean"
            case .null: "Null"
            }
        }
    }

    /// The name of the kind of value that was found.
    fileprivate func name(found value: JSONValue) -> String {
        guard case .service = self else { return name(of: value.kind, integer: false) }
        switch value.kind {
        case .object: return "START_OBJECT"
        case .array: return "START_ARRAY"
        case .string: return "STRING_VALUE"
        case .number: return "NUMBER_VALUE"
        case .bool: return value.bool == true ? "TRUE_VALUE" : "FALSE_VALUE"
        case .null: return "NULL_VALUE"
        }
    }
}
