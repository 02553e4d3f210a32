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
