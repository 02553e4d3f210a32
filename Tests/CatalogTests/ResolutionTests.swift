import Catalog
import Foundation
import Testing

/// What a name, an id or an ARN comes to in each region.
@Suite struct ResolutionTests {
    let catalog: ModelCatalog

    init() throws {
        catalog = try ModelCatalog.parse(
            """
            geographies:
              jp: [ap-northeast-1, ap-northeast-3]
              au: [ap-southeast-2, ap-southeast-4]
              in: [ap-south-1, ap-south-2]
              ca: [ca-central-1, ca-west-1]
              us-gov: [us-gov-east-1, us-gov-west-1]
              us: [us-east-1, us-east-2, us-west-1, us-west-2]
              eu: [eu-*]
              apac: [ap-*]
              global: [us-east-*, us-west-*, eu-*, ap-*, sa-*]
            models:
              Everywhere:
                bedrock_id: vendor.everywhere-v1:0
                adapter: converse
                profiles: [us, eu, apac, jp, au, in, ca, us-gov, global]
              On-Demand: {bedrock_id: vendor.on-demand, adapter: converse, profiles: [us, eu], on_demand: true}
              Partly: {bedrock_id: vendor.partly, adapter: converse, profiles: [us, eu], on_demand: [us-east-1]}
              Bare: {bedrock_id: vendor.bare, adapter: converse}
              Only-US: {bedrock_id: vendor.only-us, adapter: converse, profiles: [us, global]}
              Worldly: {bedrock_id: vendor.worldly, adapter: converse, profiles: [us, eu, global], allow_global: true}
              Wide-First:
                bedrock_id: vendor.wide-first
                adapter: converse
                profiles: [jp, apac, eu]
                profile_order: [apac]
              Everywhere-Thinking: {template: Everywhere, aliases: [thinker], thinking: {style: budget, budget_tokens: 2000}}
              Profile:
                bedrock_id: arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123
                adapter: anthropic
              Mantle: {bedrock_id: vendor.mantle-v1:0, adapter: openai-native, native: {host: mantle, model_id: vendor.mantle}}
            retired: {Old-One: Everywhere}
            """
        )
    }

    /// The id a name comes to in a region, or `nil` for a refusal.
    private func id(_ name: String, _ region: String) -> String? {
        try? catalog.resolve(name, region: region).modelID
    }

    @Test(
        arguments: [
            ("us-east-1", "us."), ("us-east-2", "us."), ("us-west-1", "us."), ("us-west-2", "us."),
            ("us-gov-east-1", "us-gov."), ("us-gov-west-1", "us-gov."),
            ("eu-west-1", "eu."), ("eu-central-1", "eu."), ("eu-north-1", "eu."), ("eu-south-2", "eu."),
            ("ap-northeast-1", "jp."), ("ap-northeast-3", "jp."), ("ap-northeast-2", "apac."),
            ("ap-southeast-2", "au."), ("ap-southeast-4", "au."), ("ap-southeast-1", "apac."),
            ("ap-south-1", "in."), ("ap-south-2", "in."), ("ca-central-1", "ca."), ("ca-west-1", "ca."),
        ]
    )
    func theNarrowestProfileThatServesTheRegionIsTaken(_ region: String, _ prefix: String) throws {
        for name in ["Everywhere", "everywhere", "vendor.everywhere-v1:0"] {
            let resolved = try catalog.resolve(name, region: region)
            #expect(resolved.modelID == prefix + "vendor.everywhere-v1:0")
            #expect(resolved.geography?.rawValue == String(prefix.dropLast()))
            #expect(resolved.model.name == "Everywhere")
            #expect(!resolved.isUncatalogued)
        }
    }

    @Test(
        arguments: [
            ("On-Demand", "us-east-1", "vendor.on-demand"), ("On-Demand", "sa-east-1", "vendor.on-demand"),
            ("Partly", "us-east-1", "vendor.partly"), ("Partly", "us-west-2", "us.vendor.partly"),
            ("Partly", "eu-west-1", "eu.vendor.partly"), ("Bare", "me-central-1", "vendor.bare"),
            ("Worldly", "us-east-1", "us.vendor.worldly"), ("Worldly", "eu-west-3", "eu.vendor.worldly"),
            ("Worldly", "ap-northeast-1", "global.vendor.worldly"), ("Worldly", "sa-east-1", "global.vendor.worldly"),
            ("Wide-First", "ap-northeast-1", "apac.vendor.wide-first"),
            ("Wide-First", "eu-west-1", "eu.vendor.wide-first"),
        ]
    )
    func theEntryDecidesHowItIsCalled(_ name: String, _ region: String, _ expected: String) {
        #expect(id(name, region) == expected)
    }

    @Test(arguments: [("Everywhere", "sa-east-1"), ("Only-US", "eu-west-1"), ("Wide-First", "us-east-1")])
    func dataStaysWhereItIsUnlessTheEntryAllowsMore(_ name: String, _ region: String) throws {
        #expect(throws: ResolutionError.self) { try catalog.resolve(name, region: region) }
    }

    @Test func aRefusalNamesTheIdsThatExist() {
        let error = #expect(throws: ResolutionError.self) { try catalog.resolve("only-us", region: "eu-west-1") }
        #expect(
            error
                == .noProfileInRegion(
                    model: "Only-US",
                    region: "eu-west-1",
                    available: ["global.vendor.only-us"],
                    others: ["us.vendor.only-us"]
                )
        )
        #expect(
            error?.description == "The model 'Only-US' has no inference profile that serves region 'eu-west-1'. "
                + "To let data leave that geography, ask for 'global.vendor.only-us'. For keys of other "
                + "regions there are us.vendor.only-us."
        )
    }

    /// Ids of other geographies would be refused by AWS, whatever the caller allows.
    @Test(
        arguments: [
            ("Everywhere", "sa-east-1", ["global.vendor.everywhere-v1:0"]), ("Wide-First", "us-east-1", []),
            ("Partly", "sa-east-1", []), ("Only-US", "us-gov-west-1", []),
        ]
    )
    func aRefusalRecommendsNothingThatTheRegionCannotCall(_ name: String, _ region: String, _ ids: [String]) {
        let error = #expect(throws: ResolutionError.self) { try catalog.resolve(name, region: region) }
        guard case .noProfileInRegion(name, region, ids, let others)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!others.isEmpty && others.allSatisfy { error?.description.contains($0) == true })
        guard ids.isEmpty else { return }
        #expect(
            error?.description == "The model '\(name)' cannot be called from region '\(region)': it is not on demand "
                + "there, and none of its inference profiles serves that region. Use a key of another region. For keys of "
                + "other regions there are \(others.joined(separator: ", "))."
        )
    }

    @Test(arguments: ["us", "eu", "apac", "jp", "au", "in", "ca", "us-gov", "global", "mx"])
    func aPrefixedIdIsUsedAsWritten(_ prefix: String) throws {
        let requested = prefix + ".vendor.everywhere-v1:0"
        for region in ["us-east-1", "eu-west-1", "sa-east-1"] {
            let resolved = try catalog.resolve(requested, region: region)
            #expect(resolved.modelID == requested)
            #expect(resolved.model.name == "Everywhere")
            #expect(resolved.geography?.rawValue == prefix)
            #expect(!resolved.isUncatalogued)
        }
    }

    @Test func namesAndAliasesAreFoundWithoutRegardToCase() {
        #expect(id("EVERYWHERE-thinking", "us-east-1") == "us.vendor.everywhere-v1:0")
        #expect(id("Thinker", "us-east-1") == "us.vendor.everywhere-v1:0")
        #expect(catalog.model(named: "THINKER")?.name == "Everywhere-Thinking")
        #expect(catalog.model(named: "vendor.bare")?.name == "Bare")
        #expect(catalog.model(named: "us.vendor.only-us") == nil)
    }

    @Test func anIdOfTwoEntriesFindsTheFirst() throws {
        #expect(try catalog.resolve("vendor.everywhere-v1:0", region: "us-east-1").model.name == "Everywhere")
    }

    /// What one host calls a model may be the Bedrock id of another.
    @Test func aBedrockIdGoesBeforeTheIdOfAnotherHost() throws {
        let catalog = try ModelCatalog.parse(
            """
            models:
              K: {bedrock_id: v.k, adapter: openai-native, native: {host: mantle, model_id: v.model}}
              K-Too: {template: K}
              M: {bedrock_id: v.model, adapter: converse, aliases: [V.Model]}
              N: {bedrock_id: v.n, adapter: openai-native, native: {host: mantle, model_id: v.other}}
              N-Too: {template: N}
            """
        )
        #expect(try catalog.resolve("v.model", region: "us-east-1").model.name == "M")
        #expect(try catalog.resolve("us.v.model", region: "us-east-1").model.name == "M")
        #expect(catalog.model(named: "v.model")?.name == "M")
        #expect(catalog.model(named: "v.other")?.name == "N")
    }

    @Test func theIdOfAnotherHostFindsTheEntry() throws {
        #expect(try catalog.resolve("vendor.mantle", region: "us-east-1").model.name == "Mantle")
    }

    // MARK: ARNs

    @Test(
        arguments: [
            ("arn:aws:bedrock:us-east-1::foundation-model/vendor.bare", "Bare", nil),
            ("arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.vendor.only-us", "Only-US", "us"),
            ("arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.vendor.only-us", "Only-US", "global"),
            ("arn:aws:bedrock:us-east-1::foundation-model/vendor.everywhere-v1:0", "Everywhere", nil),
        ] as [(String, String, String?)]
    )
    func anARNOfAKnownModelIsUsedAsWritten(_ arn: String, _ name: String, _ geography: String?) throws {
        let encoded = arn.replacingOccurrences(of: ":", with: "%3A").replacingOccurrences(of: "/", with: "%2f")
        for requested in [arn, encoded] {
            let resolved = try catalog.resolve(requested, region: "us-east-1")
            #expect(resolved.model.name == name)
            #expect(resolved.modelID == arn)
            #expect(resolved.geography?.rawValue == geography)
            #expect(!resolved.isUncatalogued)
        }
    }

    @Test(
        arguments: [
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/0abc",
            "arn:aws:bedrock:us-east-1:123456789012:imported-model/xyz",
            "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/xyz",
            "arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/xyz",
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.vendor.new-model-v2:0",
            "arn:aws-us-gov:bedrock:us-east-1::foundation-model/vendor.new-model",
            "arn:aws:sagemaker:us-east-1:123456789012:endpoint/mine",
        ]
    )
    func anARNThatTheCatalogDoesNotKnowGoesThroughConverse(_ arn: String) throws {
        let resolved = try catalog.resolve(arn, region: "us-east-1")
        #expect(resolved.isUncatalogued)
        #expect(resolved.modelID == arn)
        #expect(resolved.model.adapter == .converse)
    }

    @Test func anEntryMayBeAnARN() throws {
        let arn = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123"
        for requested in ["Profile", arn] {
            let resolved = try catalog.resolve(requested, region: "eu-west-1")
            #expect(resolved.modelID == arn)
            #expect(resolved.model.adapter == .anthropic)
            #expect(!resolved.isUncatalogued)
            #expect(throws: ResolutionError.arnRegionMismatch(arnRegion: "eu-west-1", callerRegion: "us-east-1")) {
                try catalog.resolve(requested, region: "us-east-1")
            }
        }
    }

    @Test func anARNOfAnotherRegionIsRefused() {
        let error = #expect(throws: ResolutionError.self) {
            try catalog.resolve("arn:aws:bedrock:us-west-2::foundation-model/vendor.bare", region: "eu-west-1")
        }
        #expect(error?.description == "The ARN belongs to region 'us-west-2', but the call goes to region 'eu-west-1'.")
    }

    @Test(
        arguments: [
            "arn:aws:bedrock:us-east-1", "arn:aws:bedrock:us-east-1::foundation-model", "arn:", "arn:aws",
            "arn:aws:bedrock:us-east-1::foundation-model/", "arn:gcp:bedrock:us-east-1::foundation-model/x",
            "arn:aws:s3:us-east-1:123456789012:bucket/x", "arn%3Aaws%3", "arn%3Aaws%zz", "arn%3Aaws%FF%FE",
        ]
    )
    func whatIsNoARNIsMalformed(_ text: String) {
        let error = #expect(throws: ResolutionError.self) { try catalog.resolve(text, region: "us-east-1") }
        guard case .malformedIdentifier = error else {
            Issue.record("\(text): \(String(describing: error))")
            return
        }
    }

    @Test func anIdOfAnyLengthIsNotReadFurther() {
        let long = "vendor." + String(repeating: "x", count: 3_000)
        #expect(throws: ResolutionError.self) { try catalog.resolve(long, region: "us-east-1") }
    }

    // MARK: Unknown models

    @Test(arguments: [
        "vendor.new-model-v1:0", "eu.vendor.new-model", "us-gov.vendor.new", "ai21.jamba-2", "zai.glm-9.9",
    ])
    func anUnknownBedrockIdGoesThroughConverseWithCarefulDefaults(_ id: String) throws {
        let resolved = try catalog.resolve(id, region: "ap-south-1")
        #expect(resolved.isUncatalogued)
        #expect(resolved.modelID == id)
        #expect(resolved.model.name == id)
        #expect(resolved.model.adapter == .converse)
        #expect(resolved.model.capabilities.contains([.tools, .streaming, .systemPrompt]))
        #expect(!resolved.model.capabilities.contains(.prefill))
        #expect(resolved.model.caching == nil)
        #expect(resolved.model.maxOutputTokens == nil)
        #expect(resolved.model.thinking.style == .native)
    }

    @Test(arguments: [
        "", " ", "gpt-4.1", "qwen2.5", "claude-3.5-sonnet", "Vendor.Model", "a/b.c", "model", "../etc", "us.",
    ])
    func whatHasNoFormOfAnIdIsUnknown(_ name: String) {
        #expect(throws: ResolutionError.self) { try catalog.resolve(name, region: "us-east-1") }
    }

    @Test(
        arguments: [
            ("Everywere", "The model 'Everywere' does not exist. Did you mean 'Everywhere'?"),
            ("thinkre", "The model 'thinkre' does not exist. Did you mean 'thinker'?"),
            ("something-else-entirely", "The model 'something-else-entirely' does not exist."),
        ]
    )
    func aMisspeltNameGetsASuggestion(_ name: String, _ expected: String) {
        let error = #expect(throws: ResolutionError.self) { try catalog.resolve(name, region: "us-east-1") }
        #expect(error?.description == expected)
    }

    @Test(arguments: ["Old-One", "old-one"])
    func aRetiredNameNamesItsSuccessor(_ name: String) {
        let error = #expect(throws: ResolutionError.self) { try catalog.resolve(name, region: "us-east-1") }
        #expect(error == .retired(name: name, successor: "Everywhere"))
        #expect(error?.description == "The model '\(name)' is no longer offered. Use 'Everywhere' instead.")
        #expect(catalog.successor(ofRetired: name) == "Everywhere")
    }
}
