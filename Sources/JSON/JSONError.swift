/// Why a text is not JSON, and where.
public struct JSONError: Error, Hashable, Sendable {
    /// What the parser found wrong.
    public enum Reason: String, Sendable {
        case emptyInput = "the text is empty"
        case unexpectedEnd = "the text ends in the middle of a value"
        case unexpectedByte = "a character that cannot stand here"
        case badLiteral = "a word that is not true, false or null"
        case badNumber = "a malformed number"
        case badEscape = "an unknown escape in a string"
        case badUnicodeEscape = "a \\u escape without four hexadecimal digits"
        case loneSurrogate = "half of a surrogate pair"
        case controlCharacter = "a control character in a string, which must be escaped"
        case invalidUTF8 = "bytes that are not UTF-8"
        case missingColon = "a key that is not followed by a colon"
        case trailingBytes = "something after the end of the value"
        case tooDeep = "nesting deeper than the limit"
        case tooLarge = "a text of 4 GiB or more"
    }

    /// What the parser found wrong.
    public var reason: Reason
    /// The byte offset, from 0, of the first byte that could not be accepted.
    ///
    /// For invalid UTF-8 it is where the character begins, and for half a surrogate pair where its escape begins.
    public var offset: Int

    /// Creates an error at a byte offset.
    public init(_ reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    /// The reason and the offset as a sentence without any of the input.
    public var description: String { "\(reason.rawValue), at byte \(offset)" }
}
