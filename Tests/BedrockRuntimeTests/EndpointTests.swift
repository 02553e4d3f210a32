import Foundation
import Testing

@testable import BedrockRuntime

@Suite struct RegionTests {
    struct Endpoints: Decodable {
        struct Partition: Decodable {
            var id: String
            var regionRegex: String
            var dnsSuffix: String
            var dualStackDnsSuffix: String
            var regions: [String]
        }
        var partitions: [Partition]
    }

    @Test func thePublishedRegionsAreAWSs() throws {
        let endpoints: Endpoints = try Vectors.load("endpoints.json")
        let names = endpoints.partitions.flatMap(\.regions)
        #expect(RegionTable.published.regions.map(\.rawValue) == names.sorted())
        let resolver = EndpointResolver(regions: .published)
        let dualStack = EndpointResolver(regions: .published, useDualStack: true)
        let fips = EndpointResolver(regions: .published, useFIPS: true)
        for partition in endpoints.partitions {
            for name in partition.regions {
                let region = try #require(RegionTable.published.region(name))
                #expect(RegionTable.published.dnsSuffix(of: region) == partition.dnsSuffix)
                #expect(RegionTable.published.partitionID(of: region) == partition.id)
                // The rule for regions that no list names yet must agree with the lists.
                #expect(AWSPartition.forRegion(named: name).id == partition.id)
                let endpoint = resolver.endpoint(for: .runtime, in: region)
                #expect(endpoint.hostHeader == "bedrock-runtime.\(name).\(partition.dnsSuffix)")
                #expect(endpoint.isSecure && endpoint.port == 443 && endpoint.pathPrefix.isEmpty)
                #expect(
                    dualStack.endpoint(for: .runtime, in: region).host
                        == "bedrock-runtime.\(name).\(partition.dualStackDnsSuffix)"
                )
                #expect(
                    fips.endpoint(for: .runtime, in: region).host
                        == "bedrock-runtime-fips.\(name).\(partition.dnsSuffix)"
                )
                #expect(resolver.endpoint(for: .mantle, in: region).host == "bedrock-mantle.\(name).api.aws")
            }
        }
    }

    static let impostors = [
        "", " ", "us-east-1 ", " us-east-1", "US-EAST-1", "Us-east-1", "us-east-1.", ".us-east-1", "us-east-1.evil.com",
        "us-east-1/", "us-east-1#", "us-east-1?", "us-east-1@evil.com", "us-east-1:443", "us%2Deast-1", "us-east-1%00",
        "us-east-1\0", "us-east-1\n", "us-east-1\r\n", "us-east-9", "us-east", "us_east_1", "us--east-1", "-us-east-1",
        "us-east-1-", "ｕｓ-ｅａｓｔ-１", "us‐east‐1", "us-eаst-1", "us-east-１", "us-east-1\u{301}", "us-east-1\u{200B}",
        "us-ea\u{17F}t-1", "us-east-¹", "localhost", "127.0.0.1", "[::1]", "evil", "ap-northeast-1ap-northeast-2",
        String(repeating: "a", count: 5000),
    ]

    @Test(arguments: impostors) func aNameThatOnlyLooksLikeARegionIsNone(_ name: String) {
        #expect(RegionTable.published.region(name) == nil)
        #expect(AWSRegion(rawValue: name) == nil)
    }

    @Test func canonicallyEqualNamesAreNotTheSameRegion() throws {
        // U+212A, the Kelvin sign, is canonically equal to "K"; U+037E to ";".
        #expect("\u{212A}" == "K")
        let table = try RegionTable(extraRegions: ["xx-kelvin-1"])
        #expect(table.region("xx-kelvin-1") != nil)
        for name in ["xx-\u{212A}elvin-1", "xx-Kelvin-1", "xx-kelvin-1\u{037E}", "xx-kelvin-\u{1FEF}"] {
            #expect(table.region(name) == nil)
        }
    }

    @Test func anAddedRegionJoinsThePartitionOfItsName() throws {
        let table = try RegionTable(extraRegions: ["us-east-9", "cn-south-1", "us-gov-north-1", "us-east-1"])
        for (name, suffix) in [
            ("us-east-9", "amazonaws.com"), ("cn-south-1", "amazonaws.com.cn"), ("us-gov-north-1", "amazonaws.com"),
            ("us-east-1", "amazonaws.com"),
        ] {
            let region = try #require(table.region(name))
            #expect(table.dnsSuffix(of: region) == suffix)
            let expected = "bedrock-runtime.\(name).\(suffix)"
            #expect(EndpointResolver(regions: table).endpoint(for: .runtime, in: region).host == expected)
            // Also a resolver that was made without it sends it nowhere else.
            #expect(EndpointResolver(regions: .published).endpoint(for: .runtime, in: region).host == expected)
        }
        #expect(RegionTable.published.region("us-east-9") == nil)
        #expect(AWSRegion(rawValue: "us-east-9") == nil)
        #expect(table.regions.count == RegionTable.published.regions.count + 3)
    }

    @Test func anAddedNameThatCannotBeAHostIsRefused() {
        for name in ["", "US-EAST-9", "us-east-9.evil.com", "us east", "us-east-9-", "9us", "é", "a/b"] {
            #expect(throws: BedrockConfigurationError.invalidRegionName(name)) {
                try RegionTable(extraRegions: ["us-east-9", name])
            }
        }
    }
}

@Suite struct BedrockEndpointTests {
    @Test func overridesAreReadPartByPart() throws {
        let table: [(url: String, host: String, port: Int, header: String, prefix: String, isSecure: Bool)] = [
            ("https://proxy.example.com", "proxy.example.com", 443, "proxy.example.com", "", true),
            ("https://proxy.example.com/", "proxy.example.com", 443, "proxy.example.com", "", true),
            ("https://proxy.example.com:443//", "proxy.example.com", 443, "proxy.example.com", "", true),
            ("HTTPS://Proxy.Example.COM:8443", "proxy.example.com", 8443, "proxy.example.com:8443", "", true),
            ("https://proxy.example.com/base/path/", "proxy.example.com", 443, "proxy.example.com", "/base/path", true),
            ("https://a/x%2Fy/~b:c@d", "a", 443, "a", "/x%2Fy/~b:c@d", true),
            ("https://my_proxy:80", "my_proxy", 80, "my_proxy:80", "", true),
            ("https://[2001:DB8::1]:8443/x", "2001:db8::1", 8443, "[2001:db8::1]:8443", "/x", true),
            ("https://10.0.0.1", "10.0.0.1", 443, "10.0.0.1", "", true),
            ("http://localhost:4566", "localhost", 4566, "localhost:4566", "", false),
            ("http://LOCALHOST", "localhost", 80, "localhost", "", false),
            ("http://127.0.0.1:80", "127.0.0.1", 80, "127.0.0.1", "", false),
            ("http://127.255.255.254:1", "127.255.255.254", 1, "127.255.255.254:1", "", false),
            ("http://[::1]:65535", "::1", 65_535, "[::1]:65535", "", false),
            ("http://[0:0:0:0:0:0:0:1]", "0:0:0:0:0:0:0:1", 80, "[0:0:0:0:0:0:0:1]", "", false),
            (
                "https://vpce-0abc-xyz.bedrock-runtime.us-east-1.vpce.amazonaws.com",
                "vpce-0abc-xyz.bedrock-runtime.us-east-1.vpce.amazonaws.com", 443,
                "vpce-0abc-xyz.bedrock-runtime.us-east-1.vpce.amazonaws.com", "", true
            ),
        ]
        for row in table {
            let endpoint = try BedrockEndpoint.parse(override: row.url, allowInsecure: false)
            #expect(endpoint.host == row.host, "\(row.url)")
            #expect(endpoint.port == row.port, "\(row.url)")
            #expect(endpoint.hostHeader == row.header, "\(row.url)")
            #expect(endpoint.pathPrefix == row.prefix, "\(row.url)")
            #expect(endpoint.isSecure == row.isSecure, "\(row.url)")
        }
    }

    static let refused: [(String, BedrockConfigurationError)] = [
        ("", .endpointScheme),
        ("proxy.example.com", .endpointScheme),
        ("//proxy.example.com", .endpointScheme),
        ("ftp://proxy.example.com", .endpointScheme),
        ("unix:///var/run/x", .endpointScheme),
        ("https:/proxy.example.com", .endpointScheme),
        ("https://", .endpointHost),
        ("https:///path", .endpointHost),
        ("https://:443", .endpointHost),
        ("https://-a.com", .endpointHost),
        ("https://a-.com", .endpointHost),
        ("https://a..com", .endpointHost),
        ("https://a.com.", .endpointHost),
        ("https://a%2Fb.com", .endpointHost),
        ("https://a;b", .endpointHost),
        ("https://127.1", .endpointHost),
        ("https://0x7f000001", .endpointHost),
        ("https://2130706433", .endpointHost),
        ("https://256.0.0.1", .endpointHost),
        ("https://1.2.3.4.5", .endpointHost),
        ("https://[::1", .endpointHost),
        ("https://[::1]x", .endpointHost),
        ("https://[fe80::1%25eth0]", .endpointHost),
        ("https://[localhost]", .endpointHost),
        ("https://::1", .endpointHost),
        ("https://\(String(repeating: "a", count: 64)).com", .endpointHost),
        ("https://a.com:", .endpointPort),
        ("https://a.com:0", .endpointPort),
        ("https://a.com:65536", .endpointPort),
        ("https://a.com:+80", .endpointPort),
        ("https://a.com:8o", .endpointPort),
        ("https://a.com:80:80", .endpointPort),
        ("https://a.com:000080", .endpointPort),
        ("https://user:secret@a.com", .endpointHasUserInformation),
        ("https://a.com@evil.com", .endpointHasUserInformation),
        ("http://localhost@evil.com", .endpointHasUserInformation),
        ("https://a.com?x=1", .endpointHasQuery),
        ("https://a.com/x?", .endpointHasQuery),
        ("https://a.com#x", .endpointHasFragment),
        ("https://a.com/#", .endpointHasFragment),
        ("https://a.com/x//y", .endpointPath),
        ("https://a.com/../y", .endpointPath),
        ("https://a.com/./y", .endpointPath),
        ("https://a.com/%", .endpointPath),
        ("https://a.com/%4", .endpointPath),
        ("https://a.com/%zz", .endpointPath),
        ("https://a.com/a|b", .endpointPath),
        ("https://a.com/a b", .endpointIsNotPlainText),
        ("https://a.com\\@evil.com", .endpointIsNotPlainText),
        ("https://a.com\r\nHost: x", .endpointIsNotPlainText),
        ("https://аpple.com", .endpointIsNotPlainText),
        (" https://a.com", .endpointIsNotPlainText),
        ("https://a.com/\(String(repeating: "a", count: 2048))", .endpointIsNotPlainText),
        ("http://proxy.example.com", .endpointIsInsecure(host: "proxy.example.com")),
        ("http://10.0.0.1:4566", .endpointIsInsecure(host: "10.0.0.1")),
        ("http://128.0.0.1", .endpointIsInsecure(host: "128.0.0.1")),
        ("http://127.evil.com", .endpointIsInsecure(host: "127.evil.com")),
        ("http://127.0.0.1.evil.com", .endpointIsInsecure(host: "127.0.0.1.evil.com")),
        ("http://localhost.evil.com", .endpointIsInsecure(host: "localhost.evil.com")),
        ("http://[::2]", .endpointIsInsecure(host: "::2")),
        ("http://[::]", .endpointIsInsecure(host: "::")),
        ("http://0.0.0.0", .endpointIsInsecure(host: "0.0.0.0")),
    ]

    @Test func overridesThatCouldMislandAreRefused() {
        for (url, expected) in Self.refused {
            #expect(throws: expected, "\(url)") { try BedrockEndpoint.parse(override: url, allowInsecure: false) }
        }
    }

    @Test func plainHTTPToAnyHostNeedsTheOperatorsWord() throws {
        let endpoint = try BedrockEndpoint.parse(override: "http://proxy.example.com", allowInsecure: true)
        #expect(!endpoint.isSecure && endpoint.port == 80)
        #expect(throws: BedrockConfigurationError.endpointScheme) {
            try BedrockEndpoint.parse(override: "ftp://proxy.example.com", allowInsecure: true)
        }
    }

    @Test func errorsDoNotRepeatAPassword() {
        #expect(throws: BedrockConfigurationError.self) {
            do {
                _ = try BedrockEndpoint.parse(override: "https://user:hunter2@a.com", allowInsecure: false)
            } catch {
                #expect(!"\(error)".contains("hunter2"))
                throw error
            }
        }
    }

    @Test func theMostParticularOverrideWins() throws {
        let region = try #require(AWSRegion(rawValue: "eu-west-1"))
        let own = try BedrockEndpoint.parse(override: "https://own.example.com", allowInsecure: false)
        let general = try BedrockEndpoint.parse(override: "https://general.example.com", allowInsecure: false)
        let both = EndpointResolver(regions: .published, runtimeOverride: own, generalOverride: general, useFIPS: true)
        #expect(both.endpoint(for: .runtime, in: region) == own)
        #expect(both.endpoint(for: .mantle, in: region) == general)
        let particular = EndpointResolver(regions: .published, runtimeOverride: own)
        #expect(particular.endpoint(for: .runtime, in: region) == own)
        #expect(particular.endpoint(for: .mantle, in: region).host == "bedrock-mantle.eu-west-1.api.aws")
    }
}
