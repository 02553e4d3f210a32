/// A scalar by the rules of YAML 1.2's core schema: `yes`, `on` and `1_000` are text.
///
/// See https://yaml.org/spec/1.2.2/#103-core-schema.
enum YAMLScalar: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    /// A fraction, or a whole number that no `Int` can hold; infinite where no `Double` can hold it either.
    case float(Double)
    case string(String)

    init(_ text: String, isPlain: Bool) {
        guard isPlain else {
            self = .string(text)
            return
        }
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .bool(true)
        case "false", "False", "FALSE": self = .bool(false)
        default:
            if let number = Self.number(text) {
                self = number
            } else {
                self = .string(text)
            }
        }
    }

    /// Reads a decimal number; nil when the text is none.
    ///
    /// Hexadecimal and octal numbers and the word for an infinity stay text.
    private static func number(_ text: String) -> YAMLScalar? {
        var hasDigit = false
        var isWhole = true
        for (offset, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): hasDigit = true
            case UInt8(ascii: "-"), UInt8(ascii: "+"): if offset > 0, isWhole { return nil }
            case UInt8(ascii: "."): isWhole = false
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard hasDigit else { return nil }
                isWhole = false
            default: return nil
            }
        }
        guard hasDigit else { return nil }
        if isWhole, let integer = Int(text) { return .integer(integer) }
        return Double(text).map { .float($0) }
    }
}
