import BedrockRuntime
import Foundation
import JSON
import NIOCore
import OpenAISchema
import TestSupport
import Testing

@testable import Gateway

/// Whatever a client says, what goes to Converse is what AWS accepts: by botocore's model and by the rules of its service.
struct ConversePropertyTests {
    /// `CONVERSE_SEED`, or one that never changes.
    private static let seed = ProcessInfo.processInfo.environment["CONVERSE_SEED"].flatMap { UInt64($0) } ?? 20_261_125
    private static let wanted = 600

    @Test func everyTranslatableRequestIsAcceptable() throws {
        let preparation = ChatPreparation(
            models: try FixtureSetting.models.get(),
            region: try #require(AWSRegion(rawValue: "us-east-1")),
            configuration: try FixtureSetting.configuration(),
            isStrict: false,
            memory: try FixtureSetting.noMemory()
        )
        var generator = ClientRequestGenerator(seed: Self.seed)
        var lines: [String] = []
        var refused = 0
        var broken: [String] = []
        while lines.count < Self.wanted, refused < 10 * Self.wanted {
            let made = generator.next()
            let model = made["model"] as? String ?? ""
            let request = try JSONSerialization.data(withJSONObject: made, options: .sortedKeys)
            let call: BedrockCall
            do throws(OpenAIError) {
                call = try preparation.translate(preparation.decode(ByteBuffer(bytes: request)), images: [:]).call
            } catch {
                #expect(error.status == 400, "\(error.message)")
                refused += 1
                continue
            }
            let body = try JSONValue.parse(call.body.joined)
            let problems = ConverseRules(
                body: body,
                mixesResults: model.hasPrefix("Claude") || model.hasPrefix("Nova")
            ).problems
            if !problems.isEmpty {
                broken.append("\(problems)\n  from \(String(decoding: request, as: UTF8.self))\n  to \(body)")
            }
            let name = "request \(lines.count)"
            let operation = call.operation.rawValue
            lines.append(#"{"name":"\#(name)","operation":"\#(operation)","modelId":"m","body":\#(body)}"#)
        }
        #expect(lines.count == Self.wanted, "the generator makes too few valid requests")
        #expect(broken.isEmpty, "CONVERSE_SEED=\(Self.seed): \(broken.count) broken, such as\n\(broken.first ?? "")")
        let verdict = try PythonOracle.judgeByBotocore(lines)
        #expect(
            verdict.output.hasSuffix("checked \(lines.count) refused 0\n"),
            "CONVERSE_SEED=\(Self.seed): \(verdict.output.suffix(3000))"
        )
    }

    /// The rules themselves must be able to say no.
    @Test(arguments: [
        #"{"messages":[{"role":"assistant","content":[{"text":"a"}]}]}"#,
        #"{"messages":[{"role":"user","content":[{"text":" "}]}]}"#,
        #"{"messages":[{"role":"user","content":[]}]}"#,
        #"{"messages":[{"role":"user","content":[{"text":"a"}]},{"role":"user","content":[{"text":"a"}]}]}"#,
        #"{"messages":[{"role":"user","content":[{"toolResult":{"toolUseId":"x","content":[{"text":"a"}]}}]}],"toolConfig":{"tools":[]}}"#,
        #"{"messages":[{"role":"user","content":[{"document":{"name":"a"}}]}]}"#,
        #"{"messages":[{"role":"user","content":[{"text":"a"}]}],"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":1024}}}"#,
    ])
    func rulesRefuseWhatIsWrong(_ body: String) throws {
        #expect(!ConverseRules(body: try JSONValue.parse(body)).problems.isEmpty)
    }
}
