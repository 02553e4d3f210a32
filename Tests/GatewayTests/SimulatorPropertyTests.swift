import Adapters
import Catalog
import Foundation
import TestSupport
import Testing

@testable import BedrockSimulator
@testable import Gateway

/// Whatever a client says, to whatever model that ships: the simulator, which knows the rules of every dialect, takes what is
/// sent, and the client gets an answer or a 400 of the gateway's own.
@Suite struct SimulatorPropertyTests {
    /// `CONVERSE_SEED`, or one that never changes.
    private static let seed = ProcessInfo.processInfo.environment["CONVERSE_SEED"].flatMap { UInt64($0) } ?? 20_261_125

    /// Each model in its own dialect, and those that Converse serves through Converse.
    @Test(arguments: [false, true]) func everyDialectTakesWhateverClientsSay(usesConverse: Bool) async throws {
        let models = try GatewayHarness.models.get().catalog.models.map(\.name)
        try await GatewayHarness.run { gateway in
            let answered = try Self.askAll(models, of: gateway, count: 1_500, usesConverse: usesConverse)
            #expect(answered > 500)
        }
    }

    /// OpenAI's models as an operator may set them up: on chat completions, where they take less.
    @Test func chatCompletionsTakeWhateverClientsSay() async throws {
        let shipped = try String(contentsOfFile: GatewayHarness.catalogPath, encoding: .utf8)
        let text = shipped.replacing("adapter: converse\n    native: {", with: "adapter: openai-native\n    native: {")
            .replacing("native: ~\n", with: "native: ~\n    adapter: converse\n")
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("native-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        try await GatewayHarness.run { gateway in
            let reloader = CatalogReloader(
                path: file.path,
                loaded: CatalogReloader.Stamp(path: file.path),
                registry: .standard,
                shared: gateway.gateway.shared,
                logger: gateway.lines.logger
            )
            await reloader.reload()
            let models = gateway.gateway.shared.models.catalog.models.filter { $0.adapter == .openAINative }.map(\.name)
            #expect(models.contains("GPT-6-Sol"))
            let answered = try Self.askAll(models, of: gateway, count: 500, usesConverse: false)
            #expect(answered > 100)
            #expect(gateway.simulator.counts.operations["chat-completions"] ?? 0 > 100)
        }
    }

    /// Sends made-up requests, and returns how many were answered.
    private static func askAll(
        _ models: [String],
        of gateway: GatewayHarness,
        count: Int,
        usesConverse: Bool
    ) throws -> Int {
        var generator = ClientRequestGenerator(seed: seed, models: models, usesConverse: usesConverse)
        generator.signature = Thinking.signature(of: ClientRequestGenerator.thinking)
        generator.redactedThinking = Thinking.redacted
        let client = try gateway.client()
        var answered = 0
        for _ in 0..<count {
            let made = generator.next()
            let request = try JSONSerialization.data(withJSONObject: made, options: .sortedKeys)
            let refusals = gateway.simulator.counts.errors
            client.post(String(decoding: request, as: UTF8.self))
            let answer = try client.answer()
            let text = String(decoding: request, as: UTF8.self)
            #expect(answer.status == 200 || answer.status == 400, "\(answer.text)\n  to \(text)")
            #expect(gateway.simulator.counts.errors == refusals, "\(answer.text)\n  to \(text)")
            #expect(answer.status != 200 || !answer.text.contains(#""error":"#), "\(answer.text)\n  to \(text)")
            if answer.status == 200 { answered += 1 }
        }
        return answered
    }
}
