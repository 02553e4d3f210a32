import BedrockRuntime
import Catalog
import Foundation
import HTTPUpstream
import JSON
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Everything about a fixture's surroundings that stands still: the catalog, the time, the ids, and `case.json`.
struct FixtureSetting {
    /// A memory of nothing, whose caller is nobody.
    static func noMemory() throws -> ThinkingMemory {
        let region = try #require(AWSRegion(rawValue: "us-east-1"))
        return ThinkingMemory(
            store: ThinkingStore(),
            caller: CallerKey(region: region, credentials: .bearer("nobody"))
        )
    }

    /// The caller's region.
    let region: AWSRegion
    /// Whether the request is made in strict mode.
    let isStrict: Bool

    /// The moment of every fixture: 2026-01-02T03:04:05Z.
    static let clock = WallClock { 1_767_323_045 }
    /// Ids that are always the same: `chatcmpl-000000000000002a000000000000002a`.
    static let identifiers = Identifiers { 42 }
    /// The small catalog, with the adapters of its entries.
    static let models = Result { try ModelTable(catalog: ModelCatalog.load(path: Fixture.catalogPath)) }
    /// The settings of a gateway in front of an upstream.
    static func configuration(upstreamPort: Int = 1) throws -> GatewayConfiguration {
        var configuration = try GatewayConfiguration(
            Settings([
                "AWS_ENDPOINT_URL": "http://127.0.0.1:\(upstreamPort)", "IP_RATE_LIMIT_ENABLED": "false",
                "KEEP_ALIVE_SECONDS": "0",
            ])
        )
        configuration.http = GatewayConfiguration.Address(host: "127.0.0.1", port: 0)
        // A machine on which all tests run at once can lose a loopback connection's first packets.
        configuration.upstream.connectTimeout = .seconds(120)
        return configuration
    }

    init(_ fixture: Fixture) throws {
        let setting = try fixture.json(.setting)
        let name = setting?["region"]?.string ?? "us-east-1"
        guard let region = AWSRegion(rawValue: name) else {
            throw Fixture.Malformed(description: "\(fixture): \(name) is no region")
        }
        self.region = region
        isStrict = setting?["strict"]?.bool ?? false
    }
}
