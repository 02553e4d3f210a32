// swift-tools-version: 6.2
import PackageDescription

// The rooms and their arrows are described in CONTRIBUTING.md. A target imports only what it lists here;
// `.ci/run` enforces that with --explicit-target-dependency-import-check.

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioExtras: Target.Dependency = .product(name: "NIOExtras", package: "swift-nio-extras")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "bedrock-gateway",
    products: [
        .executable(name: "bedrock-gateway", targets: ["Gateway"]),
        // For Benchmarks/ only.
        .library(
            name: "Rooms",
            targets: [
                "JSON", "Catalog", "BedrockRuntime", "OpenAISchema", "Adapters", "HTTPServer", "HTTPUpstream",
                "WebFetch",
            ]
        ),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        // System libraries: libcurl4-openssl-dev, libssl-dev, libyaml-dev.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

        // Values only: no sockets, no clocks, no environment.
        .target(name: "JSON", dependencies: [nioCore]),
        .target(name: "Catalog", dependencies: ["JSON", "CYaml", nioCore]),
        .target(name: "BedrockRuntime", dependencies: ["JSON", "CCrypto", nioCore]),
        .target(name: "OpenAISchema", dependencies: ["JSON", nioCore]),
        .target(name: "Adapters", dependencies: ["JSON", "Catalog", "BedrockRuntime", nioCore]),

        // Sockets, and nothing of chat.
        .target(name: "HTTPServer", dependencies: [nioCore, nioPosix, nioHTTP1, nioSSL]),
        .target(name: "HTTPUpstream", dependencies: [nioCore, nioPosix, nioHTTP1, nioTLS, nioSSL, nioExtras]),
        .target(name: "WebFetch", dependencies: ["CCurl", nioCore]),

        // An offline Bedrock that shares no code with what it judges.
        .target(
            name: "BedrockSimulator",
            dependencies: ["HTTPServer", "JSON", "CCrypto", nioCore, nioPosix, nioHTTP1]
        ),

        .executableTarget(
            name: "Gateway",
            dependencies: [
                "JSON", "Catalog", "BedrockRuntime", "OpenAISchema", "Adapters", "HTTPServer", "HTTPUpstream",
                "WebFetch", "BedrockSimulator", "CMalloc", nioCore, nioPosix, nioHTTP1, nioSSL, logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            linkerSettings: [
                // gold, the usual linker, warns of a function in Foundation that nobody here calls.
                .unsafeFlags(["-use-ld=lld"], .when(platforms: [.linux])),
                // Nothing is loaded that would look for the program's own functions: a table of them takes 2 MB.
                .unsafeFlags(
                    ["-Xlinker", "--no-export-dynamic"],
                    .when(platforms: [.linux], configuration: .release)
                ),
            ]
        ),

        .target(
            name: "TestSupport",
            dependencies: ["JSON", "HTTPServer", nioCore, nioPosix, nioHTTP1],
            path: "Tests/TestSupport"
        ),
        .testTarget(
            name: "JSONTests",
            dependencies: ["JSON", "TestSupport", nioCore],
            exclude: ["Cases", "python_differential.py"]
        ),
        .testTarget(
            name: "CatalogTests",
            dependencies: ["Catalog", "JSON", "TestSupport", nioCore],
            exclude: ["Vectors"]
        ),
        .testTarget(
            name: "BedrockRuntimeTests",
            dependencies: ["BedrockRuntime", "JSON", "TestSupport", nioCore],
            exclude: ["Vectors"]
        ),
        .testTarget(name: "OpenAISchemaTests", dependencies: ["OpenAISchema", "JSON", "TestSupport", nioCore]),
        .testTarget(
            name: "AdaptersTests",
            dependencies: ["Adapters", "Catalog", "BedrockRuntime", "JSON", "TestSupport", nioCore],
            exclude: ["botocore_validate.py"]
        ),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: ["HTTPServer", "TestSupport", nioCore, nioPosix, nioHTTP1, nioSSL, nioEmbedded]
        ),
        .testTarget(
            name: "HTTPUpstreamTests",
            dependencies: ["HTTPUpstream", "TestSupport", nioCore, nioPosix, nioHTTP1, nioSSL, nioEmbedded]
        ),
        .testTarget(name: "WebFetchTests", dependencies: ["WebFetch", nioCore, nioPosix, nioSSL]),
        .testTarget(
            name: "BedrockSimulatorTests",
            dependencies: [
                "BedrockSimulator", "BedrockRuntime", "HTTPServer", "JSON", "TestSupport", nioCore, nioPosix, nioHTTP1,
            ],
            exclude: ["Vectors"]
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "Adapters", "BedrockRuntime", "BedrockSimulator", "Catalog", "HTTPServer", "HTTPUpstream",
                "JSON", "OpenAISchema", "TestSupport", "WebFetch", logging, nioCore, nioPosix, nioHTTP1, nioEmbedded,
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

// `.ci/run` asks for errors; elsewhere a newer compiler's new warnings do not stop a build. A flag on the command line would
// reach dependencies too, which are built with their warnings suppressed.
let warnings: [SwiftSetting] =
    Context.environment["WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)]

for target in package.targets where target.type != .system {
    target.swiftSettings =
        [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        ] + warnings
}
