import ArgumentParser
import BedrockSimulator
import HTTPServer
import NIOCore
import NIOPosix

/// `bedrock-gateway simulate`: the offline Bedrock alone.
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve an offline simulation of Bedrock on 127.0.0.1, for tests and development.",
        discussion: """
            Point a gateway at it with AWS_ENDPOINT_URL=http://127.0.0.1:PORT and the API key
            us-east-1.\(SimulatorCredential.demo.accessKeyID).\(SimulatorCredential.demo.secretAccessKey)
            """
    )

    @Option(help: "The port; 0 is any free one.")
    var port = PortArgument(0)

    func run() async throws {
        try await Failure.explained {
            Launch.raiseDescriptorLimit()
            let server = try await Simulate.start(port: port.number, group: Launch.makeGroup())
            print("Bedrock simulator on http://127.0.0.1:\(server.localPorts.first ?? 0)")
            fflushOutput()
            await Launch.waitForSignal()
            await server.drain(within: .seconds(1))
        }
    }

    /// Starts a simulator on this machine's loopback address.
    static func start(port: Int, group: any EventLoopGroup) async throws -> HTTPServer {
        var configuration = HTTPServerConfiguration()
        configuration.maximumTargetBytes = 16_384
        return try await HTTPServer.start(
            listeners: [Listener(host: "127.0.0.1", port: port)],
            configuration: configuration,
            group: group,
            handler: BedrockSimulator()
        )
    }
}
