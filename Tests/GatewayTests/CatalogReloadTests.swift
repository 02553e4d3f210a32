import Adapters
import BedrockRuntime
import BedrockSimulator
import Catalog
import Foundation
import TestSupport
import Testing

@testable import Gateway

/// A catalog that changes under a running gateway.
@Suite struct CatalogReloadTests {
    private static let entry = """
        models:
          NAME:
            bedrock_id: anthropic.claude-sonnet-4-5-20250929-v1:0
            adapter: anthropic
            on_demand: true
            max_output_tokens: 1000
            capabilities: [streaming, system_prompt]

        """

    /// A catalog in a directory of its own, and a reloader that has read it.
    private final class Files {
        let path: String
        private let directory: URL

        init() throws {
            directory = FileManager.default.temporaryDirectory.appendingPathComponent("reload-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            path = directory.appendingPathComponent("models.yaml").path
            try write("First")
        }

        deinit { try? FileManager.default.removeItem(at: directory) }

        func write(_ name: String) throws { try write(text: CatalogReloadTests.entry.replacing("NAME", with: name)) }

        func write(text: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        }

        func reloader(_ gateway: GatewayHarness, registry: AdapterRegistry = .standard) async -> CatalogReloader {
            let reloader = CatalogReloader(
                path: path,
                loaded: CatalogReloader.Stamp(path: path),
                registry: registry,
                shared: gateway.gateway.shared,
                logger: gateway.lines.logger
            )
            await reloader.reload()
            return reloader
        }
    }

    private static func names(_ gateway: GatewayHarness) -> [String] {
        gateway.gateway.shared.models.catalog.models.map(\.name)
    }

    @Test func aChangedFileIsReadOnceItHasSettled() async throws {
        try await GatewayHarness.run { gateway in
            let files = try Files()
            let reloader = await files.reloader(gateway)
            #expect(Self.names(gateway) == ["First"])
            await reloader.lookForChange()
            try files.write("Second-Model")
            await reloader.lookForChange()
            #expect(Self.names(gateway) == ["First"])
            await reloader.lookForChange()
            #expect(Self.names(gateway) == ["Second-Model"])
            let client = try gateway.client()
            client.get("/v1/models")
            #expect(try client.answer().text.contains("Second-Model"))
            let lines = gateway.lines.all.filter { $0.contains("was read again: 1 models") }
            #expect(lines.count == 2)
            for _ in 0..<5 { await reloader.lookForChange() }
            #expect(gateway.lines.all.filter { $0.contains("was read again") }.count == 2)
        }
    }

    @Test func aBadFileKeepsTheOldCatalogAndIsReportedOnce() async throws {
        try await GatewayHarness.run { gateway in
            let files = try Files()
            let reloader = await files.reloader(gateway)
            try files.write(text: "models:\n  Broken:\n    bedrock_idd: x\n")
            for _ in 0..<5 { await reloader.lookForChange() }
            #expect(Self.names(gateway) == ["First"])
            let errors = gateway.lines.all.filter { $0.hasPrefix("error") }
            #expect(errors.count == 1)
            #expect(errors.first?.contains("models.yaml:3") == true, "\(errors)")
            try FileManager.default.removeItem(atPath: files.path)
            for _ in 0..<5 { await reloader.lookForChange() }
            #expect(Self.names(gateway) == ["First"])
            #expect(gateway.lines.all.filter { $0.hasPrefix("error") }.count == 2)
            try files.write("Third")
            for _ in 0..<2 { await reloader.lookForChange() }
            #expect(Self.names(gateway) == ["Third"])
        }
    }

    /// A dialect of somebody's own, as CONTRIBUTING.md adds one.
    private struct OwnAdapter: ModelAdapter {
        static let id = AdapterID(rawValue: "own")
        private let converse: ConverseAdapter

        init(model: Model) throws(AdapterError) { converse = try ConverseAdapter(model: model) }

        func call(for conversation: consuming Conversation, streaming: Bool) throws(AdapterError) -> (
            BedrockCall, ReplyContext
        ) { try converse.call(for: conversation, streaming: streaming) }

        func events(from reply: BedrockReply, for context: ReplyContext) throws(AdapterError) -> [ChatEvent] {
            try converse.events(from: reply, for: context)
        }

        func makeEventDecoder(for context: ReplyContext) -> ConverseEventDecoder {
            converse.makeEventDecoder(for: context)
        }
    }

    @Test func aDialectThatWasAddedIsKnownToAReload() async throws {
        try await GatewayHarness.run { gateway in
            let files = try Files()
            try files.write(text: Self.entry.replacing("NAME", with: "Own").replacing("anthropic\n", with: "own\n"))
            let registry = AdapterRegistry([ConverseAdapter.self, OwnAdapter.self])
            _ = await files.reloader(gateway, registry: registry)
            #expect(Self.names(gateway) == ["Own"])
            #expect(gateway.gateway.shared.models.catalog.models.first?.adapter == OwnAdapter.id)
        }
    }

    @Test func requestsUnderWayEndOnTheCatalogTheyBeganWith() async throws {
        try await GatewayHarness.run { gateway in
            let files = try Files()
            let reloader = await files.reloader(gateway)
            let client = try gateway.client()
            let words = "simulate:slow=20 simulate:events=20"
            client.post(ChatBody.saying(words, #""stream":true,"#, model: "First"))
            _ = try client.head()
            try files.write("Second")
            await reloader.reload()
            var text = ""
            while let chunk = try client.chunk() { text += String(decoding: chunk, as: UTF8.self) }
            #expect(text.hasSuffix("data: [DONE]\n\n"))
            #expect(!text.contains("\"error\""))
            client.post(ChatBody.saying("Hello", model: "First"))
            #expect(try client.answer().code == "model_not_found")
            client.post(ChatBody.saying("Hello", model: "Second"))
            #expect(try client.answer().status == 200)
        }
    }
}
