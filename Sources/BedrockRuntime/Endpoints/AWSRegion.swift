/// A region that is known: holding one proves that its name may stand in a host name.
///
/// Only ``RegionTable`` makes regions that an operator added; ``init(rawValue:)`` knows AWS's own list alone.
public struct AWSRegion: RawRepresentable, Hashable, Sendable {
    /// The name as AWS spells it: `us-east-1`.
    public let rawValue: String

    /// Creates a region of AWS's published list; nil for any other name, however similar.
    public init?(rawValue: String) {
        guard let region = RegionTable.published.region(rawValue) else { return nil }
        self = region
    }

    /// Creates a region whose name has been checked.
    init(known name: String) {
        rawValue = name
    }
}

extension AWSRegion: CustomStringConvertible {
    /// The name as AWS spells it.
    public var description: String { rawValue }
}

/// The regions a gateway accepts: those AWS publishes and those its operator added.
public struct RegionTable: Sendable {
    private struct Entry {
        var region: AWSRegion
        var partition: AWSPartition
    }

    private let entries: [String: Entry]

    /// The regions that AWS publishes, and no others.
    public static let published = RegionTable(names: [])

    /// Creates a table of AWS's regions and some more.
    ///
    /// An added region belongs to the partition its name begins like (`cn-`, `us-gov-`, …), else to the commercial one.
    /// Naming a published region again changes nothing.
    ///
    /// - Parameter extraRegions: Names that AWS's list, as of this version, lacks.
    /// - Throws: ``BedrockConfigurationError/invalidRegionName(_:)`` for a name that could not stand in a host name.
    public init(extraRegions: [String] = []) throws(BedrockConfigurationError) {
        for name in extraRegions where !Self.isRegionName(name.utf8) {
            throw .invalidRegionName(name)
        }
        self.init(names: extraRegions)
    }

    private init(names: [String]) {
        var entries: [String: Entry] = [:]
        for name in names {
            entries[name] = Entry(region: AWSRegion(known: name), partition: .forRegion(named: name))
        }
        for partition in AWSPartition.all {
            for name in partition.regions {
                entries[name] = Entry(region: AWSRegion(known: name), partition: partition)
            }
        }
        self.entries = entries
    }

    /// The region with a name, which must match byte for byte; nil when it is not in the table.
    public func region(_ name: some StringProtocol) -> AWSRegion? {
        // The bytes are judged first: Swift compares strings by canonical equivalence, which is not for host names.
        guard Self.isRegionName(name.utf8) else { return nil }
        return entries[String(name)]?.region
    }

    /// Every region, in alphabetical order.
    public var regions: [AWSRegion] {
        entries.values.map(\.region).sorted { $0.rawValue < $1.rawValue }
    }

    /// What the region's host names end in, without a leading dot: `amazonaws.com`.
    public func dnsSuffix(of region: AWSRegion) -> String {
        partition(of: region).dnsSuffix
    }

    /// The partition as the region's ARNs spell it: `aws`, `aws-cn`.
    public func partitionID(of region: AWSRegion) -> String {
        partition(of: region).id
    }

    func partition(of region: AWSRegion) -> AWSPartition {
        entries[region.rawValue]?.partition ?? .forRegion(named: region.rawValue)
    }

    /// Whether bytes could be a region's name: 1 to 32 of `a-z`, `0-9` and inner single hyphens, beginning with a letter.
    static func isRegionName(_ bytes: some Collection<UInt8>) -> Bool {
        let hyphen = UInt8(ascii: "-")
        guard let first = bytes.first, ASCII.isLowercase(first), bytes.count <= 32 else { return false }
        var previous = first
        for byte in bytes {
            guard ASCII.isLowercase(byte) || ASCII.isDigit(byte) || (byte == hyphen && previous != hyphen) else {
                return false
            }
            previous = byte
        }
        return previous != hyphen
    }
}
