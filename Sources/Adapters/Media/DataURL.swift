public import JSON
import NIOCore

/// A `data:` URL (RFC 2397) whose content stays where it is.
public struct DataURL: Sendable {
    /// The media type in lower case, without parameters; empty when the URL names none.
    public let mediaType: String
    /// Whether the content is base64; otherwise it is percent-encoded text.
    public let isBase64: Bool
    /// The content as it stands in the client's body.
    public let content: JSONText

    /// The longest head, from `data:` to the comma, that is looked through, in bytes.
    private static let maximumHead = 256

    /// Reads a data URL; nil for anything else.
    public init?(_ url: JSONText) {
        let comma: Int? = url.escaped.withUnsafeReadableBytes { bytes in
            guard bytes.count >= 5, bytes.prefix(5).elementsEqual("data:".utf8, by: { $0 | 0x20 == $1 || $0 == $1 })
            else {
                return nil
            }
            return bytes.prefix(Self.maximumHead).firstIndex(of: UInt8(ascii: ","))
        }
        guard let comma else { return nil }
        let start = url.escaped.readerIndex
        guard let head = url.escaped.getSlice(at: start + 5, length: comma - 5),
            let rest = url.escaped.getSlice(at: start + comma + 1, length: url.escaped.readableBytes - comma - 1)
        else { return nil }
        let parts = JSONText(validEscaped: head, hasEscapes: url.hasEscapes).string.lowercased()
            .split(separator: ";", omittingEmptySubsequences: false)
        mediaType = parts.first.map(String.init)?.trimmedSpaces ?? ""
        isBase64 = parts.dropFirst().contains { $0.trimmedSpaces == "base64" }
        content = JSONText(validEscaped: rest, hasEscapes: url.hasEscapes)
    }
}

extension StringProtocol {
    fileprivate var trimmedSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
