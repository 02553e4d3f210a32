// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds the gateway builds this. README.md says how to run it.

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")

let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "bedrock-gateway", path: ".."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    ],
    targets: [
        // The whole server: what stands behind the gateway and nginx, and what reads their streams.
        .executableTarget(name: "ScriptedUpstream", dependencies: [nioCore, nioPosix]),
        .executableTarget(name: "StreamClient", dependencies: [nioCore, nioPosix]),

        // Translation alone. `Gateway` is a link to the program's own sources, which are no library.
        .executableTarget(
            name: "Micro",
            dependencies: [
                .product(name: "Rooms", package: "bedrock-gateway"), nioCore, nioPosix,
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Gateway/Main.swift", "Gateway/Commands"]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}
