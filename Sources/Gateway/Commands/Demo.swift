import ArgumentParser
import BedrockRuntime
import BedrockSimulator
import Glibc
import HTTPServer
import NIOCore

/// `bedrock-gateway demo`: the gateway in front of the simulator, on this machine only.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the gateway with a built-in simulation of Bedrock on 127.0.0.1; no AWS account is needed."
    )

    @Option(help: "The gateway's port; 0 is any free one.")
    var port = PortArgument(0)

    @Option(help: "The simulator's port; 0 is any free one.")
    var simulatorPort = PortArgument(0)

    @Option(help: "The Python that the printed snippet names; it needs the openai package.")
    var python = "python3"

    /// What the demo decides by itself; it must not fail over what would not be used.
    private static let ownSettings = [
        "HTTP_ENABLED", "HTTP_HOST", "HTTP_PORT", "HTTPS_ENABLED", "HTTPS_PORT", "HTTPS_KEY_PATH", "HTTPS_CERT_PATH",
        "IP_RATE_LIMIT_ENABLED", "IP_RATE_LIMIT_WINDOW_MS", "IP_RATE_LIMIT_MAX_REQUESTS", "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL_BEDROCK_MANTLE", "AWS_USE_FIPS_ENDPOINT",
        "AWS_USE_DUALSTACK_ENDPOINT",
    ]

    /// The model that the printed commands name.
    private static let model = "Claude-Sonnet-4-6"

    func run() async throws {
        try await Failure.explained {
            Launch.raiseDescriptorLimit()
            let group = Launch.makeGroup()
            let simulator = try await Simulate.start(port: simulatorPort.number, group: group)
            var configuration = try GatewayConfiguration(Launch.settings().without(Self.ownSettings))
            configuration.http = GatewayConfiguration.Address(host: "127.0.0.1", port: port.number)
            configuration.https = nil
            configuration.rateLimit = nil
            configuration.endpoints = EndpointResolver(
                regions: configuration.regions,
                generalOverride: try BedrockEndpoint.parse(
                    override: "http://127.0.0.1:\(simulator.localPorts.first ?? 0)",
                    allowInsecure: false
                )
            )
            let console = ConsoleLog()
            let gateway = try await Gateway.start(
                configuration: configuration,
                models: Launch.models(configuration),
                group: group,
                logger: Launch.logger(console)
            )
            print(greeting(port: gateway.server.localPorts.first ?? 0))
            fflushOutput()
            await Launch.waitForSignal()
            await gateway.stop()
            await simulator.drain(within: .seconds(1))
            console.flush()
        }
    }

    private func greeting(port: Int) -> String {
        let base = "http://127.0.0.1:\(port)/v1"
        let key = "us-east-1.\(SimulatorCredential.demo.accessKeyID).\(SimulatorCredential.demo.secretAccessKey)"
        return """
            The gateway is at \(base), in front of a simulation of Bedrock: the answers come from no model.
            Paste one of these into another terminal. Control-C stops the demo.

            # a whole answer
            curl \(base)/chat/completions \\
              -H 'Authorization: Bearer \(key)' \\
              -H 'Content-Type: application/json' \\
              -d '{"model": "\(Self.model)", "messages": [{"role": "user", "content": "Hello"}]}'

            # the same, streamed
            curl -N \(base)/chat/completions \\
              -H 'Authorization: Bearer \(key)' \\
              -H 'Content-Type: application/json' \\
              -d '{"model": "\(Self.model)", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}'

            # the OpenAI SDK for Python (the openai package)
            \(Self.shellWord(python)) - <<'PYTHON'
            from openai import OpenAI
            client = OpenAI(base_url="\(base)", api_key="\(key)")
            answer = client.chat.completions.create(
                model="\(Self.model)",
                messages=[{"role": "user", "content": "Hello"}],
            )
            print(answer.choices[0].message.content)
            PYTHON
            """
    }

    /// A text as one word of the shell: as it is where the shell takes nothing in it for its own, else between quotes.
    private static func shellWord(_ text: String) -> String {
        let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+".contains($0)) }
        if isPlain, !text.isEmpty { return text }
        return "'\(text.replacing("'", with: #"'\''"#))'"
    }
}

/// Sends on what was printed, for readers behind a pipe.
func fflushOutput() {
    fflush(nil)
}
