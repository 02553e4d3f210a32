/// Reads `.env` files: `KEY=value` lines with comments, quotes and an optional `export`.
///
/// ```
/// # a comment
/// export HTTP_PORT=8080   # another
/// GREETING="two words\nand a line break"
/// PATTERN='taken as it is # also this'
/// ```
enum DotEnv {
    /// Parses a file's text into variables; a later line wins.
    ///
    /// - Parameters:
    ///   - text: The file.
    ///   - file: Its name, for errors.
    /// - Returns: The variables.
    /// - Throws: ``ConfigurationError`` that names the line.
    static func parse(_ text: String, file: String) throws(ConfigurationError) -> [String: String] {
        var variables: [String: String] = [:]
        // A line may end in CRLF, and a file may begin with a byte order mark.
        let content = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        for (index, line) in content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            var rest = line.trimmed
            if rest.isEmpty || rest.hasPrefix("#") { continue }
            if rest.hasPrefix("export"), rest.dropFirst(6).first?.isWhitespace == true {
                rest = rest.dropFirst(6).trimmed
            }
            guard let equals = rest.firstIndex(of: "=") else {
                throw .badLine(file: file, line: index + 1, reason: "there is no '='")
            }
            let name = rest[..<equals].trimmed
            guard isName(name) else {
                throw .badLine(file: file, line: index + 1, reason: "what precedes '=' is not a variable's name")
            }
            guard let (value, behind) = value(rest[rest.index(after: equals)...].trimmed) else {
                throw .badLine(file: file, line: index + 1, reason: "a quote is not closed")
            }
            guard behind.isEmpty || behind.hasPrefix("#") else {
                throw .badLine(file: file, line: index + 1, reason: "there is text behind the closing quote")
            }
            variables[String(name)] = value
        }
        return variables
    }

    /// Takes a value out of its quotes, or off the comment behind it; nil for a quote that stays open.
    ///
    /// - Parameter text: What stands behind the `=`.
    /// - Returns: The value, and what stands behind its closing quote.
    private static func value(_ text: Substring) -> (value: String, behind: Substring)? {
        guard let quote = text.first, quote == "\"" || quote == "'" || quote == "`" else {
            var end = text.startIndex
            var isAfterSpace = true
            while end < text.endIndex, !(text[end] == "#" && isAfterSpace) {
                isAfterSpace = text[end].isWhitespace
                end = text.index(after: end)
            }
            return (String(text[..<end].trimmed), "")
        }
        var value = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            if character == quote { return (value, rest.trimmed) }
            guard character == "\\", quote == "\"", let escaped = rest.popFirst() else {
                value.append(character)
                continue
            }
            switch escaped {
            case "n": value.append("\n")
            case "r": value.append("\r")
            case "t": value.append("\t")
            case "\"", "\\": value.append(escaped)
            default:
                value.append("\\")
                value.append(escaped)
            }
        }
        return nil
    }

    private static func isName(_ name: Substring) -> Bool {
        guard let first = name.unicodeScalars.first, first == "_" || first.properties.isAlphabetic else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
