import Adapters
import Catalog
import Foundation
import Testing

/// Options that an adapter does not take are mistakes of the catalog, found with all its others.
@Suite struct CatalogOptionsTests {
    private func found(_ yaml: String) -> [String] {
        ModelCatalog.check(Array(yaml.utf8), file: "m.yaml", adapters: AdapterRegistry.standard.dialects)
            .map(\.description)
    }

    /// A template's option has the template's line, even where the entry adds options of its own.
    @Test func anOptionIsReportedWhereItStands() {
        let yaml = """
            templates:
              claude:
                adapter: anthropic
                options:
                  betas: [a]
                  bettas: [b]
            models:
              A:
                template: claude
                bedrock_id: v.a
                options: {converse_betas: [x]}

            """
        let expected = "m.yaml:6:7: error: model 'A': option 'bettas': "
        #expect(found(yaml).count == 1)
        #expect(found(yaml).first?.hasPrefix(expected) == true, "\(found(yaml))")
    }

    /// So an entry takes away what its template has.
    @Test(arguments: ["anthropic", "nova", "openai-chat"])
    func anOptionWithoutAValueIsNotGiven(adapter: String) {
        let yaml = """
            templates:
              t: {adapter: openai-chat, options: {omits_tool_choice: true}}
            models:
              A: {template: t, adapter: \(adapter), bedrock_id: v.a, options: {omits_tool_choice: ~}}

            """
        #expect(found(yaml).isEmpty)
        #expect(found(yaml.replacing("{omits_tool_choice: ~}", with: "{}")).isEmpty == (adapter == "openai-chat"))
    }

    @Test func everyBadEntryIsReportedAmongTheOtherMistakes() {
        let yaml = """
            models:
              A:
                bedrock_id: v.a
                adapter: nova
                options: {speed: 1}
              B: {bedrock_id: v.b, adapter: openai-chat, colour: red}
              C:
                bedrock_id: v.c
                adapter: openai-chat
                options: {omits_tool_choice: perhaps}
              D: {bedrock_id: v.d, adapter: text}
              E:
                bedrock_id: v.e
                adapter: llama
                options:
                  prompt:
                    user: "{text}"
                    usr: x

            """
        let places = found(yaml).map { $0.prefix { $0 != ";" }.split(separator: " ").prefix(6).joined(separator: " ") }
        #expect(
            places == [
                "m.yaml:5:15: error: model 'A': option 'speed':",
                "m.yaml:6:46: error: model 'B': unknown key",
                "m.yaml:10:15: error: model 'C': option 'omits_tool_choice':",
                "m.yaml:11:3: error: model 'D': option 'prompt.user':",
                "m.yaml:18:9: error: model 'E': option 'prompt.usr':",
            ]
        )
    }

    /// Converse has no options; those of the dialect that an entry was moved from may stay.
    @Test(
        arguments: [
            ("{nonsense: 1}", "nonsense"), ("{reasoning_tags: [think], nonsense: 1}", "nonsense"),
            ("{betas: [a], bettas: [b]}", "bettas"), ("{}", nil), ("{nonsense: ~}", nil),
            ("{max_tokens_field: max_completion_tokens, reasoning_excludes: [tools]}", nil),
            ("{betas: [a], converse_betas: [b]}", nil), ("{string_content: true, reasoning_tags: [think]}", nil),
        ] as [(String, String?)]
    )
    func whatNoAdapterTakesIsAMistakeOfAConverseEntryToo(_ options: String, _ bad: String?) {
        let found = found("models:\n  A:\n    bedrock_id: v.a\n    adapter: converse\n    options: \(options)\n")
        guard let bad else {
            #expect(found == [])
            return
        }
        #expect(found.count == 1)
        #expect(found.first?.contains("error: model 'A': option '\(bad)': ") == true, "\(found)")
        #expect(found.first?.hasPrefix("m.yaml:5:") == true)
    }

    @Test func theShippedCatalogHasNoBadOption() throws {
        let path = DialectSupport.root.appending(path: "models.yaml").path(percentEncoded: false)
        let found = ModelCatalog.check(path: path, adapters: AdapterRegistry.standard.dialects)
        #expect(found.map(\.description) == [])
    }

    /// An adapter that is made of a catalog read without looking at options names the right line all the same.
    @Test func anAdapterThatCannotBeMadeNamesTheOptionsLine() throws {
        let yaml = "models:\n  A:\n    bedrock_id: v.a\n    adapter: nova\n    options:\n      x: 1\n"
        let model = try #require(try ModelCatalog.parse(yaml).model(named: "A"))
        let error = #expect(throws: AdapterError.self) { try AdapterRegistry.standard.make(.nova, for: model) }
        guard case .badOption("x", _, let location) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(location == SourceLocation(line: 6, column: 7))
    }
}
