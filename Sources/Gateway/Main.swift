import ArgumentParser

/// The program: `bedrock-gateway serve` unless told otherwise.
@main
struct BedrockGateway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bedrock-gateway",
        abstract: "An OpenAI-compatible gateway to AWS Bedrock.",
        discussion: """
            Point any OpenAI client at http://HOST:PORT/v1 and give it the API key
            region.accessKeyId.secretAccessKey, or region.BEDROCK_API_KEY.

            'demo' needs no AWS account. Settings are environment variables, or lines of a
            .env file in the working directory; the README lists them.
            """,
        version: Version.current,
        subcommands: [
            Serve.self, Demo.self, Simulate.self, Explain.self, Models.self, Check.self, Health.self,
        ],
        defaultSubcommand: Serve.self
    )
}

/// This program's version.
enum Version {
    static let current = "0.1.0"
}
