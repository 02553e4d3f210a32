import ArgumentParser
import NIOCore
import NIOPosix

/// `bedrock-gateway health`: asks a running gateway whether it answers, for container health checks.
struct Health: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask the gateway on this machine for /health; exit 1 if it does not answer."
    )

    @Option(help: "The port. Default: HTTP_PORT, or HTTPS_PORT where only HTTPS is enabled.")
    var port: PortArgument?

    func run() async throws {
        try await Failure.explained {
            let configuration = try GatewayConfiguration(Launch.settings())
            let secure = configuration.https?.address
            let plain = configuration.http
            let number = port?.number ?? plain?.port ?? secure?.port ?? 0
            let isSecure = number == secure?.port && number != plain?.port
            let status = try await HealthProbe(
                host: Self.reachable((plain ?? secure)?.host ?? ""),
                port: number,
                isSecure: isSecure
            )
            .status(on: MultiThreadedEventLoopGroup(numberOfThreads: 1))
            guard status == 200 else { throw LaunchError("The gateway on port \(number) answered \(status).") }
        }
    }

    /// Where a listener on some host can be asked: one on all addresses, on the loopback.
    private static func reachable(_ host: String) -> String {
        switch host {
        // The second listens for IPv4 too.
        case "0.0.0.0", "::": "127.0.0.1"
        default: host
        }
    }
}
