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
