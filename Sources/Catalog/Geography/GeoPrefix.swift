/// The geography of an inference profile, which is also the first part of its id: `eu` of `eu.anthropic.…`.
public struct GeoPrefix: RawRepresentable, Hashable, Sendable {
    /// The prefix without its dot.
    public let rawValue: String

    /// Creates a geography by its prefix.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Anywhere: a profile that may answer from every commercial region.
    public static let global = GeoPrefix(rawValue: "global")
}

extension GeoPrefix: CustomStringConvertible {
    /// The prefix without its dot.
    public var description: String { rawValue }
}

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

/// Which source regions each geography's profiles serve.
public struct Geographies: Hashable, Sendable {
    /// One geography and the regions from which its profiles are called.
    public struct Entry: Hashable, Sendable {
        /// The prefix.
        public var prefix: GeoPrefix
        /// The source regions.
        public var regions: [RegionPattern]

        /// Creates a geography.
        public init(prefix: GeoPrefix, regions: [RegionPattern]) {
            self.prefix = prefix
            self.regions = regions
        }
    }

    /// The geographies, narrowest first.
    public let entries: [Entry]

    /// Creates a table, narrowest geography first.
    public init(_ entries: [Entry]) { self.entries = entries }

    /// Whether profiles of a geography are callable from a region.
    public func serves(_ prefix: GeoPrefix, region: String) -> Bool {
        entries.contains { $0.prefix == prefix && $0.regions.contains { $0.matches(region) } }
    }
}
