import ArgumentParser
import BedrockRuntime
import JSON
import NIOCore
import OpenAISchema

/// `bedrock-gateway explain`: shows what a request would become, without calling anything.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the Bedrock request that a chat completions request becomes, and what was dropped or adjusted."
    )

    @Argument(help: "A file with the request's JSON body.")
    var file: String

    @Option(help: "The caller's region. Default: AWS_REGION, or us-east-1.")
    var region: String?

    func run() async throws {
        try await Failure.explained {
            let configuration = try GatewayConfiguration(Launch.settings())
            let name = region ?? configuration.defaultRegion?.rawValue ?? "us-east-1"
            guard let region = configuration.regions.region(name) else {
                throw LaunchError("\(name) is not a region this program knows; newer ones go into EXTRA_AWS_REGIONS.")
            }
            guard let text = try File.readIfPresent(file) else { throw LaunchError("\(file): there is no such file.") }
            let preparation = ChatPreparation(
                models: try Launch.models(configuration),
                region: region,
                configuration: configuration,
                isStrict: configuration.isStrict,
                memory: ThinkingMemory(
                    store: ThinkingStore(),
                    caller: CallerKey(region: region, credentials: .bearer(""))
                )
            )
            do throws(OpenAIError) {
                let decoded = try preparation.decode(ByteBuffer(string: text))
                if let image = decoded.remoteImages.first {
                    throw .imageNotExplained(part: image.part)
                }
                let prepared = try preparation.translate(decoded, images: [:])
                let endpoint = configuration.endpoints.endpoint(for: prepared.call.host, in: region)
                let explanation = Explanation(prepared: prepared, endpoint: endpoint, region: region)
                print(String(buffer: ByteBuffer(joining: explanation.parts())))
            } catch {
                print(String(buffer: error.body()))
                throw ExitCode(1)
            }
        }
    }
}
