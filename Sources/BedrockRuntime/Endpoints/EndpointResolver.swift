/// Finds the endpoint that serves a region.
///
/// Who decides, the first that is set:
/// 1. the service's own override (`AWS_ENDPOINT_URL_BEDROCK_RUNTIME`),
/// 2. the override for every service (`AWS_ENDPOINT_URL`),
/// 3. AWS's host for the region and its partition.
///
/// Endpoints are made once, here: finding one builds no string.
public struct EndpointResolver: Sendable {
    private struct Key: Hashable {
        var host: BedrockHost
        var region: AWSRegion
    }

    private let overrides: [BedrockHost: BedrockEndpoint]
    private let endpoints: [Key: BedrockEndpoint]
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
        var overrides: [BedrockHost: BedrockEndpoint] = [:]
        overrides[.runtime] = runtimeOverride ?? generalOverride
        overrides[.mantle] = mantleOverride ?? generalOverride
        self.overrides = overrides
        var endpoints: [Key: BedrockEndpoint] = [:]
        for region in regions.regions {
            for host in [BedrockHost.runtime, .mantle] {
                let partition = regions.partition(of: region)
                endpoints[Key(host: host, region: region)] = Self.awsEndpoint(
                    for: host,
                    in: region,
                    of: partition,
                    useFIPS: useFIPS,
                    useDualStack: useDualStack
                )
            }
        }
        self.endpoints = endpoints
    }

    /// The endpoint of a host in a region.
    public func endpoint(for host: BedrockHost, in region: AWSRegion) -> BedrockEndpoint {
        if let override = overrides[host] { return override }
        if let known = endpoints[Key(host: host, region: region)] { return known }
        // A region of another table: still known to somebody, so its name is safe to use.
        return Self.awsEndpoint(
            for: host,
            in: region,
            of: regions.partition(of: region),
            useFIPS: useFIPS,
            useDualStack: useDualStack
        )
    }

    private static func awsEndpoint(
        for host: BedrockHost,
        in region: AWSRegion,
        of partition: AWSPartition,
        useFIPS: Bool,
        useDualStack: Bool
    ) -> BedrockEndpoint {
        switch host {
        case .runtime:
            let service = useFIPS ? "bedrock-runtime-fips" : "bedrock-runtime"
            let suffix = useDualStack ? partition.dualStackSuffix : partition.dnsSuffix
            return BedrockEndpoint(host: "\(service).\(region.rawValue).\(suffix)")
        case .mantle:
            // Mantle has one form of host, and in every partition where it is known to exist it is this one.
            return BedrockEndpoint(host: "bedrock-mantle.\(region.rawValue).api.aws")
        }
    }
}
