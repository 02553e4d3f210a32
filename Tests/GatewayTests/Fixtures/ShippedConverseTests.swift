import BedrockRuntime
import Catalog
import Foundation
import JSON
import NIOCore
import OpenAISchema
import TestSupport
import Testing

@testable import Gateway

/// Every shipped entry that Converse serves, judged by AWS's own model of the service.
@Suite("What shipped models are sent through Converse is acceptable")
struct ShippedConverseTests {
    private static let regions = [
        "us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1", "ap-southeast-2", "us-gov-west-1",
    ]
    private static let image = """
        {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="}}
        """

    private static func models() throws -> ModelTable {
        let path = Fixture.root.deletingLastPathComponent().deletingLastPathComponent().appending(path: "models.yaml")
            .path(percentEncoded: false)
        return try ModelTable(catalog: ModelCatalog.load(path: path))
    }

    /// The preparation of a caller in the first region that may call a model; nil when none may.
    private static func preparation(for name: String, _ models: ModelTable) throws -> ChatPreparation? {
        for region in regions {
            guard (try? models.catalog.resolve(name, region: region)) != nil else { continue }
            return ChatPreparation(
                models: models,
                region: try #require(AWSRegion(rawValue: region)),
                configuration: try FixtureSetting.configuration(),
                isStrict: false,
                memory: try FixtureSetting.noMemory()
            )
        }
        return nil
    }

    @Test func everyEntryTranslatesItsTurns() throws {
        let models = try Self.models()
        var lines: [String] = []
        for model in models.catalog.models where model.converse && model.apis.contains(.chat) {
            let preparation = try #require(try Self.preparation(for: model.name, models), "\(model.name): no region")
            var contents = [(#""Hi""#, "")]
            if model.capabilities.contains(.vision) {
                contents.append((#"[{"type":"text","text":"Look"},\#(Self.image)]"#, ""))
            }
            if model.thinking.style != .none { contents.append((#""Think""#, #""reasoning_effort":"high","#)) }
            if model.thinking.style != .none {
                contents.append((#""Think""#, #""reasoning_effort":"none","temperature":0.3,"top_p":0.9,"#))
            }
            for (content, fields) in contents {
                for streams in [false, true] {
                    let body = """
                        {"model":"\(model.name)","use_converse_api":true,"stream":\(streams),\(fields)"max_tokens":2000,\
                        "stop":["END"],"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":\(content)}]}
                        """
                    let call = try preparation.translate(preparation.decode(ByteBuffer(string: body)), images: [:]).call
                    guard call.operation == .converse || call.operation == .converseStream else {
                        Issue.record("\(model.name): \(call.operation) instead of Converse")
                        continue
                    }
                    let label = call.path.split(separator: "/")[1].removingPercentEncoding ?? ""
                    lines.append(
                        #"{"name":"\#(model.name)","operation":"\#(call.operation)","modelId":"\#(label)","body":\#(String(buffer: call.body.joined))}"#
                    )
                }
            }
        }
        #expect(lines.count > 400)
        let verdict = try PythonOracle.judgeByBotocore(lines)
        #expect(verdict.status == 0, "\(verdict.output)")
        #expect(verdict.output.contains("checked \(lines.count) refused 0"), "\(verdict.output)")
    }
}
