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
            var generator = ClientRequestGenerator(seed: Self.seed, models: models, usesConverse: usesConverse)
            generator.signature = Thinking.signature(of: ClientRequestGenerator.thinking)
            generator.redactedThinking = Thinking.redacted
            let client = try gateway.client()
            var answered = 0
            for _ in 0..<1_500 {
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
            #expect(answered > 500)
        }
    }
}
