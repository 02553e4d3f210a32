import JSON
import NIOCore

/// What a model gives a custom tool, out of the one property that it was told of: `{"input": …}`.
///
/// ```
/// {"input":"ls -l"}  →  ls -l
/// {"input":"ls -     →  ls -        the answer reached its limit
/// ```
enum CustomToolInput {
    /// The free text of a call: nothing for `{}`, the arguments themselves where they are something else.
    ///
    /// - Parameter arguments: The call's arguments, escaped once more than they are: the content of a string.
    /// - Returns: The text that the client's tool gets.
    static func text(of arguments: JSONText) -> JSONText {
        let bytes = arguments.decodedBytes
        guard let value = try? JSONValue.parse(bytes) else { return cutText(in: bytes) ?? arguments }
        guard value.kind == .object else { return arguments }
        return value["input"]?.text ?? (value.count == 0 ? "" : arguments)
    }

    /// The text of arguments that end inside it; nil where something else is wrong with them.
    private static func cutText(in bytes: ByteBuffer) -> JSONText? {
        var rest = bytes.readableBytesView[...]
        for token in ["{", #""input""#, ":", "\""] {
            rest = rest.drop { $0 == 0x20 || 0x09...0x0D ~= $0 }
            guard rest.starts(with: token.utf8) else { return nil }
            rest = rest.dropFirst(token.utf8.count)
        }
        // What stands at the end may be half an escape: the longest beginning that is whole counts.
        for dropped in 0...min(rest.count, longestEscape) {
            let quote = CollectionOfOne(UInt8(ascii: "\""))
            let string = ByteBuffer(bytes: quote + Array(rest.dropLast(dropped)) + quote)
            if let value = try? JSONValue.parse(string) { return value.text }
        }
        return nil
    }

    /// The bytes of a surrogate pair less its last.
    private static let longestEscape = 11
}
