import Adapters
import BedrockRuntime
import Catalog
import NIOCore
import OpenAISchema
import Testing

@testable import Gateway

/// A model is called where Bedrock serves it, and nowhere else than was asked for.
@Suite struct ServingHostTests {
    /// Translates a request for a shipped model.
    private static func call(
        _ model: String,
        _ more: String = "",
        variables: [String: String] = [:],
        isStrict: Bool = false
    ) throws -> ChatPreparation.Prepared {
        let preparation = ChatPreparation(
            models: try GatewayHarness.models.get(),
            region: try #require(AWSRegion(rawValue: "us-east-1")),
            configuration: try GatewayConfiguration(Settings(variables)),
            isStrict: isStrict,
            memory: try FixtureSetting.noMemory()
        )
        let body = ByteBuffer(string: ChatBody.saying("Hello", more, model: model))
        return try preparation.translate(preparation.decode(body), images: [:])
    }

    private static func refusal(_ translate: () throws -> Void) -> OpenAIError? {
        do {
            try translate()
            return nil
        } catch {
            return error as? OpenAIError
        }
    }

    /// Mantle has no cross-region profiles (WIRE.md §8): the region of the key would answer in place of the geography.
    @Test(arguments: [
        "eu.google.gemma-4-31b", "us-gov.xai.grok-4.3",
        "arn:aws:bedrock:us-east-1:111122223333:inference-profile/eu.google.gemma-4-31b",
    ])
    func mantleAnswersForNoGeography(_ id: String) throws {
        let error = try #require(Self.refusal { _ = try Self.call(id) })
        #expect(error.status == 400)
        #expect(error.param == "model")
        #expect(error.message.contains("bedrock-mantle"))
        #expect(try Self.call("google.gemma-4-31b").call.host == .mantle)
    }

    @Test func mantleHasNoFIPSEndpoint() throws {
        let variables = ["AWS_USE_FIPS_ENDPOINT": "true"]
        let error = try #require(Self.refusal { _ = try Self.call("Gemma-4-31B", variables: variables) })
        #expect(error.status == 400)
        #expect(error.message.contains("AWS_USE_FIPS_ENDPOINT"))
        #expect(try Self.call(ChatBody.model, variables: variables).call.host == .runtime)
    }

    /// The predecessor's users set the switch for all their calls.
    @Test func converseIsNotCalledForWhatItDoesNotServe() throws {
        let models = try GatewayHarness.models.get().catalog.models.filter { !$0.converse && $0.apis.contains(.chat) }
        #expect(models.count > 4)
        for model in models {
            let prepared: ChatPreparation.Prepared
            do {
                prepared = try Self.call(model.name, #""use_converse_api":true,"#)
            } catch {
                Issue.record("\(model.name): \(error)")
                continue
            }
            #expect(![.converse, .converseStream].contains(prepared.call.operation), "\(model.name)")
            #expect(prepared.report.adjusted.contains("use_converse_api=false"), "\(model.name)")
            #expect(try Self.call(model.name).report.adjusted.isEmpty, "\(model.name)")
        }
        let strict = Self.refusal { _ = try Self.call("Gemma-4-31B", #""use_converse_api":true,"#, isStrict: true) }
        #expect(strict?.param == "use_converse_api")
        let prepared = try Self.call(ChatBody.model, #""use_converse_api":true,"#)
        #expect(prepared.call.operation == .converse && prepared.report.adjusted.isEmpty)
    }
}
