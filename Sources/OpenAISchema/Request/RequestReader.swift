import JSON

/// Typed reading of request fields; every failure names the field.
///
/// `null` equals absence for every optional field: SDK users echo whole objects back with nulls in them.
enum RequestReader {
    /// A member of an object; nil for one that is absent or `null`.
    static func member(_ object: JSONValue, _ key: String) -> JSONValue? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    static func string(_ value: JSONValue?, _ path: @autoclosure () -> String) throws(OpenAIError) -> String? {
        guard let value, !value.isNull else { return nil }
        guard let string = value.string else { throw wrongType(value, "a string", path()) }
        return string
    }

    static func text(_ value: JSONValue?, _ path: @autoclosure () -> String) throws(OpenAIError) -> JSONText? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.text else { throw wrongType(value, "a string", path()) }
        return text
    }

    static func bool(_ value: JSONValue?, _ path: @autoclosure () -> String) throws(OpenAIError) -> Bool? {
        guard let value, !value.isNull else { return nil }
        guard let bool = value.bool else { throw wrongType(value, "true or false", path()) }
        return bool
    }

    static func int(
        _ value: JSONValue?,
        in range: ClosedRange<Int>,
        _ path: @autoclosure () -> String
    ) throws(OpenAIError) -> Int? {
        guard let value, !value.isNull else { return nil }
        guard value.kind == .number else { throw wrongType(value, "a whole number", path()) }
        guard let int = value.int else {
            throw .badRequest(.invalidType, param: path(), "'\(path())' must be a whole number.")
        }
        guard range.contains(int) else {
            let bounds =
                range.upperBound == Int.max
                ? "at least \(range.lowerBound)" : "between \(range.lowerBound) and \(range.upperBound)"
            throw .badRequest(.invalidValue, param: path(), "'\(path())' must be \(bounds).")
        }
        return int
    }

    static func double(
        _ value: JSONValue?,
        in range: ClosedRange<Double>,
        _ path: @autoclosure () -> String
    ) throws(OpenAIError) -> Double? {
        guard let value, !value.isNull else { return nil }
        guard let double = value.double else { throw wrongType(value, "a number", path()) }
        guard range.contains(double) else {
            throw .badRequest(
                .invalidValue,
                param: path(),
                "'\(path())' must be between \(Int(range.lowerBound)) and \(Int(range.upperBound))."
            )
        }
        return double
    }

    static func object(_ value: JSONValue?, _ path: @autoclosure () -> String) throws(OpenAIError) -> JSONValue? {
        guard let value, !value.isNull else { return nil }
        guard value.kind == .object else { throw wrongType(value, "an object", path()) }
        return value
    }

    static func array(_ value: JSONValue?, _ path: @autoclosure () -> String) throws(OpenAIError) -> JSONValue? {
        guard let value, !value.isNull else { return nil }
        guard value.kind == .array else { throw wrongType(value, "an array", path()) }
        return value
    }

    /// A required string member of an object.
    static func requiredText(
        _ object: JSONValue,
        _ key: String,
        _ path: @autoclosure () -> String
    ) throws(OpenAIError) -> JSONText {
        guard let value = object[key], let text = try text(value, "\(path()).\(key)") else {
            throw missing("\(path()).\(key)")
        }
        return text
    }

    static func missing(_ path: String) -> OpenAIError {
        .badRequest(.missingRequiredParameter, param: path, "Missing required parameter: '\(path)'.")
    }

    static func wrongType(_ value: JSONValue, _ expected: String, _ path: String) -> OpenAIError {
        let found =
            switch value.kind {
            case .null: "null"
            case .bool: "a boolean"
            case .number: "a number"
            case .string: "a string"
            case .array: "an array"
            case .object: "an object"
            }
        return .badRequest(.invalidType, param: path, "'\(path)' must be \(expected), but it is \(found).")
    }
}
