/// Environment variables, read one at a time and converted here, so that a value that makes no sense is an error and never
/// silently the default.
struct Settings {
    private let variables: [String: String]

    /// Creates settings from variables.
    init(_ variables: [String: String]) {
        self.variables = variables
    }

    /// Settings from the environment over those of a `.env` file.
    init(environment: [String: String], dotEnv: [String: String]) {
        variables = dotEnv.merging(environment) { _, environment in environment }
    }

    /// The same settings as if some variables were not set.
    func without(_ names: [String]) -> Settings {
        Settings(variables.filter { !names.contains($0.key) })
    }

    /// The text of a variable; nil when it is unset or empty.
    func string(_ name: String) -> String? {
        guard let value = variables[name], !value.allSatisfy(\.isWhitespace) else { return nil }
        return value
    }

    /// `true`, `yes`, `on`, `1` and their opposites, in any case.
    func bool(_ name: String, default fallback: Bool) throws(ConfigurationError) -> Bool {
        guard let text = string(name)?.lowercased().filter({ !$0.isWhitespace }) else { return fallback }
        switch text {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0", "null", "undefined": return false
        default: throw .badValue(variable: name, reason: "must be true or false")
        }
    }

    /// A whole number within bounds.
    func int(_ name: String, default fallback: Int, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        guard let text = string(name) else { return fallback }
        guard let value = Int(text.filter { !$0.isWhitespace }), range.contains(value) else {
            throw .badValue(
                variable: name,
                reason: "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    /// A number of bytes: `50mb`, `512kb`, `1.5gb`, `1048576`; units are powers of 1024.
    func bytes(_ name: String, default fallback: Int) throws(ConfigurationError) -> Int {
        guard let text = string(name) else { return fallback }
        guard let value = Self.bytes(text), value > 0 else {
            throw .badValue(variable: name, reason: "must be a size such as 50mb, 512kb or 1048576")
        }
        return value
    }

    private static func bytes(_ text: String) -> Int? {
        let compact = text.lowercased().filter { !$0.isWhitespace }
        let digits = compact.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits) else { return nil }
        let factor: Double
        switch compact.dropFirst(digits.count) {
        case "", "b": factor = 1
        case "k", "kb": factor = 1024
        case "m", "mb": factor = 1024 * 1024
        case "g", "gb": factor = 1024 * 1024 * 1024
        case "t", "tb": factor = 1024 * 1024 * 1024 * 1024
        default: return nil
        }
        let bytes = (number * factor).rounded(.down)
        return bytes < 1e15 ? Int(bytes) : nil
    }
}
