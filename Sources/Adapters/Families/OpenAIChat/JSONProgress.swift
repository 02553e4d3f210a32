import JSON
import NIOCore

/// How far a JSON value has come that arrives in pieces, as far as brackets and strings tell.
struct JSONProgress: Sendable {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var hasBegun = false

    /// Whether an object or an array has come whole.
    var isComplete: Bool { hasBegun && depth == 0 }

    /// Reads a piece.
    mutating func read(_ piece: JSONText) {
        for byte in piece.decodedBytes.readableBytesView {
            if isEscaped {
                isEscaped = false
            } else if isInString {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == UInt8(ascii: "\"") { isInString = false }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    depth += 1
                    hasBegun = true
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                default: break
                }
            }
        }
    }
}
