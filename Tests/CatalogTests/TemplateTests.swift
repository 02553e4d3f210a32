import Catalog
import JSON
import Testing

/// The one rule of models.yaml, and what comes through it.
@Suite struct TemplateTests {
    private func model(_ yaml: String, _ name: String = "A") throws -> Model {
        try #require(try ModelCatalog.parse(yaml).model(named: name))
    }

    @Test func mapsMergeKeyByKeyAndEverythingElseReplaces() throws {
        let model = try model(
            """
            templates:
              t:
                adapter: text
                max_output_tokens: 10
                capabilities: [vision, tools]
                request: {a: {x: 1, y: 2}, b: [1, 2], c: 3}
            models:
              A:
                template: t
                bedrock_id: v.a
                capabilities: [streaming]
                request: {a: {y: 5, z: 6}, b: [9], d: {}}
            """
        )
        #expect(model.adapter == .text)
        #expect(model.maxOutputTokens == 10)
        #expect(model.capabilities == .streaming)
        #expect(model.request?.description == #"{"a":{"x":1,"y":5,"z":6},"b":[9],"c":3,"d":{}}"#)
    }

    @Test func aTildeTakesATemplatesValueAway() throws {
        let model = try model(
            """
            templates:
              t: {adapter: text, max_output_tokens: 10, caching: {min_tokens: 5}, stop: {count: 4}}
            models:
              A: {template: t, bedrock_id: v.a, max_output_tokens: ~, caching: null, capabilities: [stop], stop: {count: ~}}
            """
        )
        #expect(model.maxOutputTokens == nil)
        #expect(model.caching == nil)
        #expect(model.stop.maximumCount == nil)
    }

    @Test func templatesOfTemplatesAndEntriesAreInherited() throws {
        let catalog = try ModelCatalog.parse(
            """
            templates:
              base: {adapter: text, context_tokens: 5, vendor: V}
              middle: {template: base, context_tokens: 6}
            models:
              A-Thinking: {template: A, thinking: {budget_tokens: 2000}}
              A: {template: middle, bedrock_id: v.a, aliases: [x], thinking: {style: budget}}
            """
        )
        let thinking = try #require(catalog.model(named: "a-thinking"))
        #expect(thinking.vendor == "V")
        #expect(thinking.contextTokens == 6)
        #expect(thinking.bedrockID == "v.a")
        #expect(thinking.thinking.style == .budget)
        #expect(thinking.thinking.enabledByDefault)
        #expect(thinking.aliases == [])
        #expect(catalog.model(named: "X")?.name == "A")
        #expect(catalog.model(named: "A")?.thinking.enabledByDefault == false)
    }

    /// A chain of templates, each the template of the next; with the last one first in the file or the other way round.
    private func chain(_ length: Int, lastFirst: Bool) -> String {
        var templates = (1...length).map { $0 == 1 ? "  t1: {adapter: text}" : "  t\($0): {template: t\($0 - 1)}" }
        if lastFirst { templates.reverse() }
        return (["templates:"] + templates + ["models:", "  A: {template: t\(length), bedrock_id: v.a}", ""])
            .joined(separator: "\n")
    }

    @Test(arguments: [true, false])
    func templatesMayStandThirtyTwoDeep(lastFirst: Bool) throws {
        #expect(try model(chain(32, lastFirst: lastFirst)).adapter == .text)
        let found = ModelCatalog.check(Array(chain(33, lastFirst: lastFirst).utf8), file: "m.yaml")
        #expect(
            found.map(\.description) == [
                "m.yaml:36:17: error: model 'A': more than 32 templates deep; "
                    + "start from one that has fewer templates behind it"
            ]
        )
    }

    /// As many as a file may hold.
    @Test(arguments: [true, false])
    func aChainOfAnyLengthIsRefused(lastFirst: Bool) throws {
        let found = ModelCatalog.check(Array(chain(15_000, lastFirst: lastFirst).utf8), file: "m.yaml")
        #expect(found.count == 1)
        #expect(found.first?.message.contains("more than 32 templates deep") == true)
        #expect(found.first?.line ?? 0 > 1)
    }

    @Test func scalarsKeepTheirKindsInRequests() throws {
        let model = try model(
            """
            models:
              A:
                bedrock_id: v.a
                adapter: text
                request:
                  zeta: [1, -2, 2.5, 1e3, true, false, null, ~, yes, "1", 'true', 2026-11-25, 0x10, 1_000, .inf]
                  alpha: |
                    two
                    lines
                  "quo\\"te": "tab\\t"
            """
        )
        #expect(
            model.request?.description
                == #"{"zeta":[1,-2,2.5,1e3,true,false,null,null,"yes","1","true","2026-11-25","0x10","1_000",".inf"],"#
                + #""alpha":"two\nlines\n","quo\"te":"tab\t"}"#
        )
    }

    /// A number reaches Bedrock with the digits that the file has, whatever this program could count.
    @Test func numbersKeepTheirSpellingInRequests() throws {
        let model = try model(
            """
            models:
              A:
                bedrock_id: v.a
                adapter: text
                request: {seed: 18446744073709551615, low: -9223372036854775809, fine: 0.12345678901234567890, zero: -0,
                  ten: 1.0, small: 1e-999, plus: +5, bare: .5, end: 5., led: 007}
            """
        )
        #expect(
            model.request?.description
                == #"{"seed":18446744073709551615,"low":-9223372036854775809,"fine":0.12345678901234567890,"zero":-0,"#
                + #""ten":1.0,"small":1e-999,"plus":5,"bare":0.5,"end":5,"led":7}"#
        )
    }

    @Test func anchorsMayBeUsed() throws {
        let catalog = try ModelCatalog.parse(
            """
            models:
              A: {bedrock_id: v.a, adapter: text, prices: &p {input: 1, output: 2}}
              B: {bedrock_id: v.b, adapter: text, prices: *p}
            """
        )
        #expect(catalog.model(named: "b")?.prices == Prices(standard: Prices.Rate(input: 1, output: 2)))
    }

    @Test func optionsKnowTheirLine() throws {
        let model = try model("models:\n  A:\n    bedrock_id: v.a\n    adapter: text\n    options: {prompt: x}\n")
        #expect(model.options?["prompt"]?.string == "x")
        #expect(model.optionsLocation == SourceLocation(line: 5, column: 14))
        #expect(model.location == SourceLocation(line: 2, column: 3))
    }

    /// An option keeps its place through merging; a missing one has the place of the map that lacks it.
    @Test func everyOptionKnowsItsPlace() throws {
        let model = try model(
            """
            templates:
              t:
                options:
                  prompt:
                    user: x
                  tags: [a]
            models:
              A:
                template: t
                bedrock_id: v.a
                adapter: text
                options:
                  prompt: {reply: y}
              B: {bedrock_id: v.b, adapter: text}
            """
        )
        #expect(model.place(ofOption: "tags") == SourceLocation(line: 6, column: 7))
        #expect(model.place(ofOption: "prompt.user") == SourceLocation(line: 5, column: 9))
        #expect(model.place(ofOption: "prompt.reply") == SourceLocation(line: 13, column: 16))
        #expect(model.place(ofOption: "prompt.assistant") == SourceLocation(line: 13, column: 7))
        #expect(model.place(ofOption: "body.prompt") == SourceLocation(line: 13, column: 7))
        #expect(model.place(ofOption: "tags.none") == SourceLocation(line: 6, column: 7))
        #expect(model.place(ofOption: "options") == model.optionsLocation)
    }

    @Test func everyKeyIsRead() throws {
        let model = try model(
            """
            geographies: {us: [us-east-1], eu: [eu-*], global: [us-*, eu-*]}
            models:
              B: {bedrock_id: v.b, adapter: text}
              A:
                aliases: [one, two]
                description: Good at it.
                vendor: Vendor
                bedrock_id: v.a
                adapter: openai-native
                converse: false
                native: {host: mantle, path: /v1, model_id: v.native}
                apis: [chat, responses]
                on_demand: [us-east-1, ap-*]
                profiles: [us, eu, global]
                profile_order: [eu]
                allow_global: true
                context_tokens: 1000
                max_output_tokens: 500
                default_max_output_tokens: 50
                min_output_tokens: 16
                capabilities: [vision, documents, video, audio, tools, streaming, streaming_tools, system_prompt,
                  prefill, stop, strict_tools]
                tool_choice: [any, tool]
                stop: {native: true, converse: false, count: 3}
                sampling: {accepts: [temperature, seed], either: true, temperature: [0.1, 2], top_p: [0.5, 1], max_top_k: 9}
                thinking:
                  style: effort
                  enabled: true
                  effort: low
                  effort_levels: [high, none, low]
                  effort_ceiling: low
                  effort_field: reasoning
                  always_on: true
                  needs_display: true
                  hidden: true
                caching: {style: implicit, min_tokens: 7, lifetimes: [1h], checkpoints: 2, tools: false}
                structured_output: response_format
                usage: gross
                prices:
                  input: 1
                  output: 2
                  cache_read: 0.1
                  cache_write: 1.25
                  cache_write_1h: 2.5
                  flex: {input: 0.5, output: 1}
                  priority: {input: 1.75, output: 3.5}
                  long_context: {above: 200, input: 2, output: 3}
                preview: true
                deprecated: true
                sunset: 2027-01-02
                replaced_by: b
            """
        )
        #expect(model.aliases == ["one", "two"])
        #expect(model.summary == "Good at it.")
        #expect(model.vendor == "Vendor")
        #expect(model.adapter == .openAINative)
        #expect(!model.converse)
        #expect(model.native?.host == .mantle)
        #expect(model.native?.path == "/v1")
        #expect(model.native?.modelID == "v.native")
        #expect(model.apis == [.chat, .responses])
        #expect(model.isOnDemand(in: "us-east-1"))
        #expect(model.isOnDemand(in: "ap-south-1"))
        #expect(!model.isOnDemand(in: "us-west-2"))
        #expect(model.profiles.map(\.rawValue) == ["us", "eu", "global"])
        #expect(model.profileOrder?.map(\.rawValue) == ["eu"])
        #expect(model.allowGlobal)
        #expect(model.contextTokens == 1_000)
        #expect(model.maxOutputTokens == 500)
        #expect(model.defaultMaxOutputTokens == 50)
        #expect(model.minOutputTokens == 16)
        #expect(model.capabilities.names.count == 11)
        #expect(model.inputModalities.names == ["text", "image", "document", "video", "audio"])
        #expect(model.outputModalities.names == ["text"])
        #expect(model.toolChoice == [.any, .tool])
        #expect(model.stop.native && !model.stop.converse)
        #expect(model.stop.maximumCount == 3)
        #expect(model.sampling.accepted.names == ["temperature", "seed"])
        #expect(model.sampling.isEither)
        #expect(model.sampling.temperature == 0.1...2)
        #expect(model.sampling.topP == 0.5...1)
        #expect(model.sampling.maximumTopK == 9)
        #expect(model.thinking.style == .effort)
        #expect(model.thinking.enabledByDefault)
        #expect(model.thinking.defaultEffort == .low)
        #expect(model.thinking.effortLevels == [.none, .low, .high])
        #expect(model.thinking.effortCeiling == .low)
        #expect(model.thinking.effortField == .reasoning)
        #expect(model.thinking.alwaysOn && model.thinking.needsDisplay && model.thinking.isHidden)
        #expect(model.caching?.style == .implicit)
        #expect(model.caching?.minimumTokens == 7)
        #expect(model.caching?.lifetimes == [.oneHour])
        #expect(model.caching?.maximumCheckpoints == 2)
        #expect(model.caching?.tools == false)
        #expect(model.structuredOutput == .responseFormat)
        #expect(model.usage == .gross)
        #expect(model.prices?.standard == Prices.Rate(input: 1, output: 2))
        #expect(model.prices?.cacheRead == 0.1)
        #expect(model.prices?.cacheWrite == 1.25)
        #expect(model.prices?.cacheWriteOneHour == 2.5)
        #expect(model.prices?.flex == Prices.Rate(input: 0.5, output: 1))
        #expect(model.prices?.priority == Prices.Rate(input: 1.75, output: 3.5))
        #expect(model.prices?.longContext?.above == 200)
        #expect(model.prices?.longContext?.rate == Prices.Rate(input: 2, output: 3))
        #expect(model.lifecycle.isPreview && model.lifecycle.isDeprecated)
        #expect(model.lifecycle.sunset?.description == "2027-01-02")
        #expect(model.lifecycle.replacedBy == "B")
    }

    @Test func whatAnEntryDoesNotSayHasCarefulDefaults() throws {
        let model = try model("models: {A: {bedrock_id: v.a, adapter: text}}")
        #expect(model.onDemand)
        #expect(model.converse)
        #expect(model.apis == .chat)
        #expect(!model.allowGlobal)
        #expect(model.capabilities == [])
        #expect(model.toolChoice == [])
        #expect(model.structuredOutput == StructuredOutput.none)
        #expect(model.thinking == Thinking())
        #expect(!model.stop.native && !model.stop.converse)
        #expect(model.caching == nil && model.prices == nil && model.request == nil)
        #expect(!model.lifecycle.isDeprecated)
    }

    @Test(
        arguments: [
            (EffortLevel.none, EffortLevel.low), (.minimal, .low), (.low, .low), (.medium, .low), (.high, .high),
            (.max, .xhigh),
        ]
    )
    func anEffortBecomesTheNearestThatIsAccepted(_ wanted: EffortLevel, _ expected: EffortLevel) {
        var thinking = Thinking()
        thinking.effortLevels = [.low, .high, .xhigh, .max]
        thinking.effortCeiling = .xhigh
        #expect(thinking.effort(nearest: wanted) == expected)
        thinking.effortLevels.insert(.none, at: 0)
        #expect(thinking.effort(nearest: .none) == EffortLevel.none)
        #expect(thinking.effort(nearest: .minimal) == .low)
    }

    @Test func daysAreCounted() {
        #expect(CalendarDate("1970-01-01")?.daysSince1970 == 0)
        #expect(CalendarDate("2000-03-01")?.daysSince1970 == 11_017)
        #expect(CalendarDate("2026-11-25")?.daysSince1970 == 20_782)
        #expect(CalendarDate("2027-02-29") == nil)
        #expect(CalendarDate("2028-02-29")?.description == "2028-02-29")
        #expect(CalendarDate("2027-1-1") == nil)
    }
}
