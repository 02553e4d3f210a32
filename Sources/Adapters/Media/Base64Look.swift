public import JSON
import NIOCore

extension JSONText {
    /// Whether a text begins as the base64 of a PDF does: with that of `%PDF`.
    public var isBase64OfPDF: Bool { escaped.readableBytesView.starts(with: "JVBER".utf8) }

    /// How much of a text is looked at, in bytes.
    private static let lookedAt = 1024

    /// Whether a text can be base64, by its length and its first bytes: a document may be megabytes long.
    ///
    /// White space is taken out before.
    public var looksLikeBase64: Bool {
        escaped.withUnsafeReadableBytes { bytes in
            let padding = bytes.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
            let digits = bytes.count - padding
            // One digit alone is not even a byte.
            guard digits > 0, hasEscapes || digits % 4 != 1 else { return false }
            var position = 0
            while position < min(digits, Self.lookedAt) {
                switch bytes[position] {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                    position += 1
                case UInt8(ascii: "\\") where hasEscapes:
                    // Some encoders escape the slash and the plus.
                    let next = position + 1 < bytes.count ? bytes[position + 1] : 0
                    guard next == UInt8(ascii: "/") || next == UInt8(ascii: "u") else { return false }
                    position += next == UInt8(ascii: "/") ? 2 : 6
                default: return false
                }
            }
            return true
        }
    }
}
