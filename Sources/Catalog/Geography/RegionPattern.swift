/// A region, or with a `*` at its end all regions that begin so.
public struct RegionPattern: Hashable, Sendable {
    private let text: String
    private let isPrefix: Bool

    /// Reads a pattern such as `eu-west-1`, `ap-*` or `*`; nil when a `*` stands elsewhere than at the end.
    public init?(_ pattern: String) {
        isPrefix = pattern.utf8.last == UInt8(ascii: "*")
        text = isPrefix ? String(pattern.dropLast()) : pattern
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                continue
            default: return nil
            }
        }
        if text.isEmpty, !isPrefix { return nil }
    }

    /// Whether a region is meant by this pattern.
    public func matches(_ region: String) -> Bool {
        isPrefix ? region.utf8.starts(with: text.utf8) : region == text
    }
}

extension RegionPattern: CustomStringConvertible {
    /// The pattern as it was written.
    public var description: String { isPrefix ? text + "*" : text }
}
