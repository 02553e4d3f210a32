import ArgumentParser
import HTTPUpstream
import NIOCore
import NIOHTTP1
import NIOPosix

/// `bedrock-gateway health`: asks a running gateway whether it answers, for container health checks.
struct Health: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask the gateway on this machine for /health; exit 1 if it does not answer."
    )

    @Option(help: "The port. Default: HTTP_PORT, or HTTPS_PORT where only HTTPS is enabled.")
    var port: Int?

    func run() async throws {
        try await Failure.explained {
            let configuration = try GatewayConfiguration(Launch.settings())
            // A health check cannot know the certificate's name, so over HTTPS it is enough that the port accepts.
            let target = port ?? configuration.http?.port ?? configuration.https?.address.port ?? 0
            let isPlain = configuration.http != nil || port != nil
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            guard isPlain else {
                let channel = try await ClientBootstrap(group: group).connectTimeout(.seconds(2))
                    .connect(host: "127.0.0.1", port: target).get()
                try await channel.close()
                return
            }
            let status = try await HealthProbe.status(port: target, group: group)
            guard status == 200 else { throw LaunchError("The gateway on port \(target) answered \(status).") }
        }
    }
}

/// One GET of `/health`.
private final class HealthProbe: UpstreamResponseReceiver {
    private let promise: EventLoopPromise<Int>
    private var status = 0

    private init(promise: EventLoopPromise<Int>) {
        self.promise = promise
    }

    static func status(port: Int, group: any EventLoopGroup) async throws -> Int {
        let configuration = UpstreamConfiguration(
            connectTimeout: .seconds(2),
            firstByteTimeout: .seconds(2),
            idleTimeout: .seconds(2)
        )
        let client = try UpstreamClient(configuration: configuration, group: group)
        let loop = group.next()
        let promise = loop.makePromise(of: Int.self)
        loop.execute {
            let request = UpstreamRequest(
                endpoint: UpstreamEndpoint(isSecure: false, host: "127.0.0.1", port: port),
                method: .GET,
                path: "/health",
                headers: [("Host", "127.0.0.1")],
                body: ByteBuffer()
            )
            _ = client.pool(for: loop).send(request, receiver: HealthProbe(promise: promise))
        }
        let status = try await promise.futureResult.get()
        await client.shutdown()
        return status
    }

    func upstream(head status: Int, headers: HTTPHeaders) { self.status = status }
    func upstream(bytes: ByteBuffer) {}
    func upstreamFinished() { promise.succeed(status) }
    func upstreamFailed(_ error: UpstreamError) { promise.fail(error) }
}
