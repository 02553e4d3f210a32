import Catalog
import Foundation
import JSON
import Testing

/// The shipped models.yaml against the lists it was made from.
@Suite struct ShippedCatalogTests {
    let catalog: ModelCatalog

    init() throws { catalog = try ModelCatalog.load(path: CatalogFiles.shipped) }

    @Test func hasNoProblems() {
        #expect(ModelCatalog.check(path: CatalogFiles.shipped).map(\.description) == [])
    }

    @Test func theFixtureCatalogHasNoProblems() {
        #expect(ModelCatalog.check(path: CatalogFiles.fixture).map(\.description) == [])
    }

    @Test func loadsQuickly() throws {
        let clock = ContinuousClock()
        let times = try (0..<5).map { _ in
            try clock.measure { _ = try ModelCatalog.load(path: CatalogFiles.shipped) }
        }
        print("models.yaml: \(catalog.models.count) entries, fastest load \(times.min() ?? .zero)")
        #expect((times.min() ?? .zero) < .seconds(2))
    }

    // MARK: The list of Bedrock's models

    /// The rows that the catalog must have: chat models that are not at their end, without the two video models that
    /// Converse does not serve.
    private func chatRows() throws -> [[String: String]] {
        try CatalogFiles.rows("MODELS.tsv").filter {
            $0["kind"] == "chat" && $0["status"] != "EOL" && $0["family"] != "pegasus"
        }
    }

    /// The list says that these see nothing, but they were recorded describing an image through Converse, as
    /// ``whatSawAnImageSeesImages()`` reads in `seed_models.tsv`.
    private static let seesAgainstTheList: Set = [
        "mistral.ministral-3-14b-instruct", "mistral.ministral-3-8b-instruct",
    ]

    @Test func everyChatModelIsThereWithItsLimitsAndCapabilities() throws {
        let rows = try chatRows()
        #expect(rows.count == 99)
        for row in rows {
            let id = try #require(row["model_id"])
            let model = try #require(catalog.models.first { $0.bedrockID == id }, "\(id) is missing")
            #expect(model.contextTokens.map(String.init) == row["context_tokens"], "\(id)")
            #expect(model.maxOutputTokens.map(String.init) == row["max_output_tokens"], "\(id)")
            let sees = row["vision"] == "yes" || Self.seesAgainstTheList.contains(id)
            #expect(model.capabilities.contains(.vision) == sees, "\(id)")
            #expect(model.capabilities.contains(.tools) == (row["tools"] == "yes"), "\(id)")
            #expect(model.capabilities.contains(.streaming) == (row["streaming"] == "yes"), "\(id)")
            #expect(model.capabilities.contains(.systemPrompt) == (row["system_prompt"] == "yes"), "\(id)")
            #expect(model.converse == (row["converse"] == "yes"), "\(id)")
            if row["documents"] != "unknown" {
                #expect(model.capabilities.contains(.documents) == (row["documents"] == "yes"), "\(id)")
            }
        }
    }

    @Test func everyChatModelIsCallableWhereTheListSaysSo() throws {
        for row in try chatRows() {
            let id = try #require(row["model_id"])
            let model = try #require(catalog.models.first { $0.bedrockID == id })
            let geographies = row["geo_profiles"]?.split(separator: ",").map(String.init) ?? []
            #expect(model.profiles.map(\.rawValue) == geographies, "\(id)")
            #expect(model.onDemand == (row["inference_types"] != "IP"), "\(id)")
            #expect(!model.allowGlobal, "\(id)")
        }
    }

    @Test func pricesAndEndsAreThoseOfTheList() throws {
        for row in try chatRows() {
            let id = try #require(row["model_id"])
            let model = try #require(catalog.models.first { $0.bedrockID == id })
            #expect(model.prices?.standard.input == row["in_per_1m"].flatMap(Double.init), "\(id)")
            #expect(model.prices?.standard.output == row["out_per_1m"].flatMap(Double.init), "\(id)")
            #expect(model.prices?.cacheRead == row["cache_read_per_1m"].flatMap(Double.init), "\(id)")
            #expect(model.prices?.cacheWrite == row["cache_write5m_per_1m"].flatMap(Double.init), "\(id)")
            #expect(model.prices?.cacheWriteOneHour == row["cache_write1h_per_1m"].flatMap(Double.init), "\(id)")
            #expect(model.prices?.flex?.input == row["flex_in"].flatMap(Double.init), "\(id)")
            #expect(model.prices?.priority?.output == row["priority_out"].flatMap(Double.init), "\(id)")
            #expect(model.lifecycle.sunset == row["eol"].flatMap { CalendarDate($0) }, "\(id)")
            #expect(model.lifecycle.isPreview == (row["status"] == "PREVIEW"), "\(id)")
        }
    }

    @Test func thinkingIsThatOfTheList() throws {
        let styles: [String: Thinking.Style] = [
            "none": .none, "budget": .budget, "budget+effort(beta)": .budget, "adaptive": .adaptive,
            "adaptive+budget": .adaptiveOrBudget, "effort": .effort, "always-on(no control)": .alwaysOn,
            "native(reasons; control unverified)": .native, "effort(reasoning_effort passthrough)": .effort,
        ]
        for row in try chatRows() {
            let id = try #require(row["model_id"])
            let model = try #require(catalog.models.first { $0.bedrockID == id })
            #expect(model.thinking.style == styles[row["thinking"] ?? ""], "\(id)")
            if let levels = row["effort_levels"], !levels.isEmpty {
                #expect(
                    model.thinking.effortLevels.map(\.rawValue) == levels.split(separator: ",").map(String.init),
                    "\(id)"
                )
            }
            if row["thinking_always_on"] == "yes" { #expect(model.thinking.alwaysOn, "\(id)") }
            #expect(model.sampling.accepted.isEmpty == (row["sampling_params"] == "no"), "\(id)")
            #expect(model.sampling.isEither == (row["sampling_params"] == "temperature XOR top_p"), "\(id)")
        }
    }

    @Test func stopTextsCachingAndSchemasAreThoseOfTheList() throws {
        let outputs: [String: StructuredOutput] = [
            "native": .native, "native(opt-in: with thinking)": .nativeWithThinking, "tool fallback": .tool,
            "responses text.format": .tool, "chat-completions response_format": .responseFormat, "no": .none,
        ]
        for row in try chatRows() {
            let id = try #require(row["model_id"])
            let model = try #require(catalog.models.first { $0.bedrockID == id })
            let stop = row["stop_sequences"] ?? ""
            // Titan takes two texts only (CONVERSE.md §9), which no entry can say of Converse: none are sent there.
            let takesAny = row["family"] != "titan-text"
            #expect(model.stop.converse == (stop == "yes" && takesAny), "\(id)")
            #expect(model.stop.native == (stop == "yes" || stop.contains("body stop on InvokeModel")), "\(id)")
            var output = outputs[row["structured_outputs"] ?? ""]
            // The list names the Responses API; GPT 5.6 enforces a schema in chat completions too (WIRE.md §8).
            if id == "openai.gpt-5.6-cyber" { output = .responseFormat }
            #expect(model.structuredOutput == output, "\(id)")
            #expect(
                model.caching?.minimumTokens == row["cache_min_tokens"].flatMap(Int.init) || model.vendor == "Amazon"
            )
            switch row["prompt_caching"] {
            case "no": #expect(model.caching == nil, "\(id)")
            case "implicit": #expect(model.caching?.style == .implicit, "\(id)")
            default: #expect(model.caching?.style == .explicit, "\(id)")
            }
            // A lifetime is sent only where an hour is offered.
            #expect(
                (model.caching?.lifetimes.contains(.oneHour) ?? false) == row["prompt_caching"]?.hasSuffix("1h"),
                "\(id)"
            )
            if let prefill = row["assistant_prefill"], !prefill.isEmpty {
                #expect(model.capabilities.contains(.prefill) == (prefill == "yes"), "\(id)")
            }
            let isOpenAIs = id.hasPrefix("openai.gpt-") && !id.contains("gpt-oss")
            #expect((model.usage == .gross) == isOpenAIs, "\(id)")
        }
    }

    // MARK: The names of the predecessor

    private struct SeedAlias: Decodable {
        var alias: String
        var modelId: String
        var correctedModelId: String?
        var thinkingBudget: Int?

        enum CodingKeys: String, CodingKey {
            case alias, modelId
            case correctedModelId = "corrected_modelId"
            case thinkingBudget = "thinking_budget"
        }
    }

    private func seedAliases() throws -> [SeedAlias] {
        struct File: Decodable { var aliases: [SeedAlias] }
        return try JSONDecoder().decode(File.self, from: try CatalogFiles.vector("seed_aliases.json")).aliases
    }

    /// An id without the geography it may be prefixed with.
    private func bare(_ id: String) -> String {
        let first = id.split(separator: ".", maxSplits: 1)
        return ["us", "eu", "global"].contains(first[0]) ? String(first[1]) : id
    }

    @Test func everyNameOfThePredecessorWorks() throws {
        let aliases = try seedAliases()
        #expect(aliases.count == 61)
        for seed in aliases {
            for spelling in [seed.alias, seed.alias.lowercased()] {
                let resolved = try catalog.resolve(spelling, region: "us-east-1")
                let id = bare(seed.correctedModelId ?? seed.modelId)
                #expect(resolved.model.name == seed.alias)
                #expect(bare(resolved.modelID) == id)
                #expect(resolved.model.thinking.enabledByDefault || seed.thinkingBudget == nil, "\(seed.alias)")
            }
        }
    }

    @Test func thinkingNamesThinkWithTheBudgetTheyHad() throws {
        for seed in try seedAliases() {
            guard let budget = seed.thinkingBudget else { continue }
            let thinking = try catalog.resolve(seed.alias, region: "us-east-1").model.thinking
            // A model that refuses budgets has an effort instead.
            if thinking.style == .adaptive {
                #expect(thinking.defaultEffort == .high)
            } else {
                #expect(thinking.budgetTokens == budget, "\(seed.alias)")
            }
        }
    }

    /// A name that the predecessor had given up either still means its model, or names a successor that works.
    @Test func everyRetiredNameIsAnswered() throws {
        let rows = try CatalogFiles.rows("MODELS.tsv")
        let ended = Set(rows.filter { $0["status"] == "EOL" }.compactMap { $0["model_id"] })
        let retired = try CatalogFiles.rows("seed_models.tsv").filter { $0["status"]?.hasPrefix("retired") == true }
        #expect(retired.count == 22)
        for row in retired {
            let name = try #require(row["friendly_name"])
            let id = bare(try #require(row["default_bedrock_model_id"]))
            if ended.contains(id) {
                let error = #expect(throws: ResolutionError.self) { try catalog.resolve(name, region: "us-east-1") }
                guard case .retired(_, let successor) = error else {
                    Issue.record("\(name): \(String(describing: error))")
                    continue
                }
                #expect(catalog.model(named: successor) != nil)
            } else {
                #expect(bare(try catalog.resolve(name, region: "us-east-1").modelID) == id, "\(name)")
            }
        }
    }

    /// A model that was seen to describe an image through Converse is sent images.
    @Test func whatSawAnImageSeesImages() throws {
        let seen = try CatalogFiles.rows("seed_models.tsv").filter { $0["recorded_vision_converse"] == "ok" }
        #expect(seen.count == 34)
        for row in seen {
            let name = try #require(row["friendly_name"])
            guard let model = catalog.model(named: name) else { continue }
            #expect(model.capabilities.contains(.vision), "\(name)")
        }
    }

    @Test(
        arguments: [
            ("claude-sonnet-4-5", "Claude-4-5-Sonnet"), ("claude-sonnet-4-5-20250929", "Claude-4-5-Sonnet"),
            ("Claude-4.5-Sonnet-Thinking", "Claude-4-5-Sonnet-Thinking"), ("claude-opus-4-6", "Claude-Opus-4-6"),
            ("gpt-oss-120b", "GPT-OSS-120B"), ("openai.gpt-oss-120b", "GPT-OSS-120B"),
            ("llama-3.3-70b-instruct", "Llama-3-3-70b"), ("Mistral-Large", "Mistral-Large-2402"),
            ("gemma-3-27b-it", "Gemma-3-27b"), ("nova-pro-v1", "Nova-Pro"),
        ]
    )
    func namesOfTheVendorsWorkToo(_ name: String, _ expected: String) throws {
        #expect(try catalog.resolve(name, region: "us-east-1").model.name == expected)
    }

    @Test func modelsPastTheirEndAreStillSentAndNameASuccessor() throws {
        for name in ["Claude-4-Sonnet", "Claude-4-Sonnet-Thinking"] {
            let resolved = try catalog.resolve(name, region: "eu-central-1")
            #expect(resolved.modelID == "eu.anthropic.claude-sonnet-4-20250514-v1:0")
            #expect(resolved.model.lifecycle.sunset?.description == "2026-10-14")
            #expect(resolved.model.lifecycle.replacedBy == "Claude-Sonnet-5-5")
        }
    }

    @Test func aModelThatAnswersResponsesOnlySaysSo() throws {
        let only = catalog.models.filter { !$0.apis.contains(.chat) }.map(\.name)
        #expect(only == ["GPT-Daybreak-Blue-5.6-Sol"])
    }

    // MARK: Residency

    /// The regions of every commercial and government partition.
    private func regions() throws -> [String] {
        struct File: Decodable {
            struct Partition: Decodable { var regions: [String] }
            var partitions: [Partition]
        }
        return try JSONDecoder().decode(File.self, from: try CatalogFiles.vector("endpoints.json")).partitions
            .flatMap(\.regions)
    }

    @Test func noCallerIsSentToAnotherGeographyUnasked() throws {
        let regions = try regions()
        #expect(regions.count > 30)
        for region in regions {
            for model in catalog.models {
                guard let resolved = try? catalog.resolve(model.name, region: region) else { continue }
                switch resolved.geography?.rawValue {
                case nil: #expect(resolved.modelID == model.bedrockID)
                case "us": #expect(["us-east-1", "us-east-2", "us-west-1", "us-west-2"].contains(region))
                case "us-gov": #expect(region.hasPrefix("us-gov-"))
                case "eu": #expect(region.hasPrefix("eu-"))
                case "jp": #expect(["ap-northeast-1", "ap-northeast-3"].contains(region))
                case "au": #expect(["ap-southeast-2", "ap-southeast-4"].contains(region))
                case "in": #expect(["ap-south-1", "ap-south-2"].contains(region))
                case "ca": #expect(region.hasPrefix("ca-"))
                case "apac": #expect(region.hasPrefix("ap-"))
                default: Issue.record("\(model.name) from \(region) goes to \(resolved.modelID)")
                }
            }
        }
    }

    @Test(
        arguments: [
            ("Claude-Opus-5-5", "us-east-1", "us.anthropic.claude-opus-5-5"),
            ("Claude-Opus-5-5", "us-gov-west-1", "us-gov.anthropic.claude-opus-5-5"),
            ("Claude-Opus-5-5", "eu-west-3", "eu.anthropic.claude-opus-5-5"),
            ("Claude-Opus-5-5", "ap-northeast-1", "jp.anthropic.claude-opus-5-5"),
            ("Claude-Opus-5-5", "ap-southeast-2", "au.anthropic.claude-opus-5-5"),
            ("Claude-Opus-5-5", "ap-southeast-1", "apac.anthropic.claude-opus-5-5"),
            ("Claude-Opus-5-5", "sa-east-1", nil),
            ("Kimi-K3", "ap-south-1", "in.moonshotai.kimi-k3"),
            ("Kimi-K3", "eu-west-1", nil),
            ("GPT-6-Sol", "us-west-2", "us.openai.gpt-6-sol"),
            ("GPT-6-Sol", "eu-central-1", nil),
            ("GPT-OSS-120B", "eu-central-1", "openai.gpt-oss-120b-1:0"),
            ("Gemma-4-31B", "us-east-1", "google.gemma-4-31b"),
            // Llama 3.1 is on demand in one region; elsewhere AWS refuses the bare id.
            ("Llama-3-1-70b", "us-east-1", "us.meta.llama3-1-70b-instruct-v1:0"),
            ("Llama-3-1-70b", "us-west-2", "meta.llama3-1-70b-instruct-v1:0"),
            ("Llama-3-1-8b", "us-east-2", "us.meta.llama3-1-8b-instruct-v1:0"),
            ("Llama-3-1-8b", "us-west-2", "meta.llama3-1-8b-instruct-v1:0"),
            ("Llama-3-1-8b", "eu-central-1", nil),
            // So is the first Nova in Virginia and GovCloud.
            ("Nova-Pro", "us-east-1", "amazon.nova-pro-v1:0"),
            ("Nova-Pro", "us-west-2", "us.amazon.nova-pro-v1:0"),
            ("Nova-Pro", "eu-central-1", "eu.amazon.nova-pro-v1:0"),
            ("Nova-Pro", "ap-south-1", "apac.amazon.nova-pro-v1:0"),
            ("Nova-Pro", "us-gov-west-1", "amazon.nova-pro-v1:0"),
            ("Nova-Pro", "us-gov-east-1", "amazon.nova-pro-v1:0"),
            ("Nova-Lite", "us-east-1", "amazon.nova-lite-v1:0"),
            ("Nova-Lite", "us-west-2", "us.amazon.nova-lite-v1:0"),
            ("Nova-Lite", "ca-central-1", "ca.amazon.nova-lite-v1:0"),
            ("Nova-Lite", "eu-west-2", "amazon.nova-lite-v1:0"),
            ("Nova-Lite", "us-gov-west-1", "amazon.nova-lite-v1:0"),
            ("Nova-Micro", "us-east-1", "amazon.nova-micro-v1:0"),
            ("Nova-Micro", "eu-north-1", "eu.amazon.nova-micro-v1:0"),
            ("Nova-Micro", "us-gov-west-1", "amazon.nova-micro-v1:0"),
            // Eight regions have DeepSeek V3.2; no profile serves four of them.
            ("DeepSeek-V3.2", "us-east-1", "deepseek.v3.2"),
            ("DeepSeek-V3.2", "us-west-1", "us.deepseek.v3.2"),
            ("DeepSeek-V3.2", "eu-north-1", "deepseek.v3.2"),
            ("DeepSeek-V3.2", "eu-central-1", "eu.deepseek.v3.2"),
            ("DeepSeek-V3.2", "ap-south-1", "deepseek.v3.2"),
            ("DeepSeek-V3.2", "sa-east-1", "deepseek.v3.2"),
            ("DeepSeek-V3.2", "ca-central-1", nil),
            // The only profiles of these serve GovCloud, which has them on demand too.
            ("GPT-OSS-20B", "us-gov-east-1", "openai.gpt-oss-20b-1:0"),
            ("Nemotron-Nano-3-30B", "eu-west-2", "nvidia.nemotron-nano-3-30b"),
        ] as [(String, String, String?)]
    )
    func representativeEntriesResolve(_ name: String, _ region: String, _ expected: String?) {
        #expect((try? catalog.resolve(name, region: region))?.modelID == expected)
    }

    @Test func aCallerWithoutAProfileIsToldWhichIdsExist() {
        let error = #expect(throws: ResolutionError.self) {
            try catalog.resolve("Claude-4-5-Sonnet", region: "sa-east-1")
        }
        #expect(
            error
                == .noProfileInRegion(
                    model: "Claude-4-5-Sonnet",
                    region: "sa-east-1",
                    available: ["global.anthropic.claude-sonnet-4-5-20250929-v1:0"],
                    others: ["us", "us-gov", "eu", "jp", "au"].map { $0 + ".anthropic.claude-sonnet-4-5-20250929-v1:0" }
                )
        )
    }

    @Test func theGeographiesAreThoseOfTheReference() throws {
        struct File: Decodable {
            var hints: [String: [String]]
            enum CodingKeys: String, CodingKey { case hints = "geo_source_regions_hint" }
        }
        let hints = try JSONDecoder().decode(File.self, from: try CatalogFiles.vector("endpoints.json")).hints
        for (prefix, regions) in hints where prefix != "global" {
            let entry = catalog.geographies.entries.first { $0.prefix.rawValue == prefix }
            #expect(entry?.regions.map(\.description) == regions)
        }
        #expect(Set(catalog.geographies.entries.map(\.prefix.rawValue)) == Set(hints.keys))
    }

    @Test func claudeCarriesItsVersionIntoEveryBody() throws {
        for model in catalog.models where model.adapter == .anthropic {
            #expect(model.request?["anthropic_version"]?.string == "bedrock-2023-05-31")
        }
    }
}
