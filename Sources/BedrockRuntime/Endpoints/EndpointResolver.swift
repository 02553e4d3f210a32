/// Finds the endpoint that serves a region.
///
/// Who decides, the first that is set:
/// 1. the service's own override (`AWS_ENDPOINT_URL_BEDROCK_RUNTIME`),
/// 2. the override for every service (`AWS_ENDPOINT_URL`),
/// 3. AWS's host for the region and its partition.
///
/// Endpoints are made once, here: finding one builds no string.
public struct EndpointResolver: Sendable {
    /// The endpoints of one host: an override, or else one a region.
    private struct Endpoints {
        var override: BedrockEndpoint?
        var byRegion: [AWSRegion: BedrockEndpoint] = [:]
    }

    private let runtime: Endpoints
    private let mantle: Endpoints
    private let regions: RegionTable
    private let useFIPS: Bool
    private let useDualStack: Bool

    /// Creates a resolver for the regions of a table.
    ///
    /// - Parameters:
    ///   - regions: The regions that are accepted.
    ///   - runtimeOverride: What serves `bedrock-runtime` instead of AWS's hosts, for every region.
    ///   - mantleOverride: What serves `bedrock-mantle` instead of AWS's hosts, for every region.
    ///   - generalOverride: What serves each host that has no override of its own.
    ///   - useFIPS: Whether to use `bedrock-runtime-fips`, which AWS has in a few regions only. An override wins.
    ///   - useDualStack: Whether to use the hosts that also have IPv6 addresses. An override wins.
    public init(
        regions: RegionTable,
        runtimeOverride: BedrockEndpoint? = nil,
        mantleOverride: BedrockEndpoint? = nil,
        generalOverride: BedrockEndpoint? = nil,
        useFIPS: Bool = false,
        useDualStack: Bool = false
    ) {
        self.regions = regions
        self.useFIPS = useFIPS
        self.useDualStack = useDualStack
        var runtime = Endpoints(override: runtimeOverride ?? generalOverride)
        var mantle = Endpoints(override: mantleOverride ?? generalOverride)
        for region in regions.regions {
            let partition = regions.partition(of: region)
            runtime.byRegion[region] = Self.runtimeEndpoint(region, partition, useFIPS, useDualStack)
            mantle.byRegion[region] = Self.mantleEndpoint(region)
        }
        self.runtime = runtime
        self.mantle = mantle
    }

    /// The endpoint of a host in a region.
    public func endpoint(for host: BedrockHost, in region: AWSRegion) -> BedrockEndpoint {
        // A region of another table is made on the spot: still known to somebody, so its name is safe to use.
        switch host {
        case .runtime:
            runtime.override ?? runtime.byRegion[region]
                ?? Self.runtimeEndpoint(region, regions.partition(of: region), useFIPS, useDualStack)
        case .mantle:
            mantle.override ?? mantle.byRegion[region] ?? Self.mantleEndpoint(region)
        }
    }

    /// Whether a host may be called: AWS has no FIPS form of mantle, and whoever asks for FIPS wants nothing else.
    public func offers(_ host: BedrockHost) -> Bool {
        switch host {
        case .runtime: true
        case .mantle: !useFIPS || mantle.override != nil
        }
    }

    private static func runtimeEndpoint(
        _ region: AWSRegion,
        _ partition: AWSPartition,
        _ useFIPS: Bool,
        _ useDualStack: Bool
    ) -> BedrockEndpoint {
        let service = useFIPS ? "bedrock-runtime-fips" : "bedrock-runtime"
        let suffix = useDualStack ? partition.dualStackSuffix : partition.dnsSuffix
        return BedrockEndpoint(host: "\(service).\(region.rawValue).\(suffix)")
    }

    /// Mantle has one form of host, the same in every partition.
    private static func mantleEndpoint(_ region: AWSRegion) -> BedrockEndpoint {
        BedrockEndpoint(host: "bedrock-mantle.\(region.rawValue).api.aws")
    }
}
