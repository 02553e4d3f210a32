import Catalog
import JSON
import NIOCore
import TestSupport
import Testing

@testable import Adapters

/// What is dropped, clamped, emulated or refused so that AWS has nothing to refuse.
struct CapabilityPolicyTests {
    private static let catalog = Result { try ModelCatalog.load(path: Fixture.catalogPath) }

    private static func fitted(
        _ model: String,
        _ api: CapabilityPolicy.API = .converse,
        _ change: (inout Conversation) -> Void
    ) throws -> Conversation {
        let model = try #require(try catalog.get().model(named: model))
        var conversation = Conversation(modelID: model.bedrockID)
        conversation.turns = [Turn(role: .user, blocks: [.text("Hi")])]
        change(&conversation)
        try CapabilityPolicy(model: model, api: api).fit(&conversation)
        return conversation
    }

    @Test(arguments: [
        ("Claude-4-Sonnet", 100_000, 64_000), ("Claude-4-Sonnet", 64_000, 64_000), ("GPT-6-Sol", 1, 16),
        ("Plain-Text", 1, 1),
    ])
    func outputTokensStayWithinTheModelsLimits(_ model: String, _ wanted: Int, _ expected: Int) throws {
        let fitted = try Self.fitted(model) { $0.sampling.maxOutputTokens = wanted }
        #expect(fitted.sampling.maxOutputTokens == expected)
        #expect(fitted.report.adjusted == (wanted == expected ? [] : ["max_tokens=\(expected)"]))
    }

    /// 1024 ≤ budget < limit, whatever the client asks.
    @Test(arguments: [1, 255, 256, 1000, 1024, 1228, 1229, 2000, 64_000], [1024, 5000, 100_000])
    func budgetIsBelowTheLimit(_ limit: Int, _ budget: Int) throws {
        for api in [CapabilityPolicy.API.converse, .invoke] {
            let fitted = try Self.fitted("Claude-4-Sonnet", api) {
                $0.sampling.maxOutputTokens = limit
                $0.thinking = .budget(budget)
            }
            guard case .budget(let tokens) = fitted.thinkingPlan else {
                #expect(limit < 256)
                #expect(fitted.sampling.maxOutputTokens == limit)
                continue
            }
            #expect(limit >= 256)
            #expect(tokens >= 1024)
            #expect(tokens < fitted.sampling.maxOutputTokens ?? 0)
            #expect(fitted.sampling.maxOutputTokens ?? 0 >= limit)
        }
    }

    @Test func thinkingTakesSamplingAndForcedToolsAway() throws {
        let fitted = try Self.fitted("Claude-4-Sonnet") {
            $0.thinking = .effort(.low)
            $0.sampling.temperature = 0.3
            $0.sampling.topP = 0.5
            $0.sampling.topK = 4
            $0.tools = [Tool(name: "f", inputSchema: Tool.emptySchema)]
            $0.toolChoice = .named("f")
        }
        #expect(fitted.sampling.temperature == nil)
        #expect(fitted.sampling.topP == nil)
        #expect(fitted.sampling.topK == nil)
        #expect(fitted.toolChoice == .automatic)
        #expect(fitted.report.dropped == ["top_p", "top_k"])
        #expect(fitted.report.adjusted == ["tool_choice=auto (thinking)", "temperature=1"])
    }

    @Test func highTopPMayStayWhileThinking() throws {
        let fitted = try Self.fitted("Claude-4-Sonnet") {
            $0.thinking = .effort(.low)
            $0.sampling.topP = 0.97
        }
        #expect(fitted.sampling.topP == 0.97)
    }

    @Test(arguments: [
        ("Claude-4-Sonnet", ToolChoice.required, ToolChoice.required), ("Llama-3-3-70b", .required, .automatic),
        ("Llama-3-3-70b", .named("f"), .automatic), ("Mistral-Large-3", .named("f"), .required),
        ("Nova-Pro", .named("f"), .named("f")),
    ])
    func toolChoiceDegrades(_ model: String, _ wanted: ToolChoice, _ expected: ToolChoice) throws {
        let fitted = try Self.fitted(model) {
            $0.tools = ["f", "g"].map { Tool(name: $0, inputSchema: Tool.emptySchema) }
            $0.toolChoice = wanted
        }
        #expect(fitted.toolChoice == expected)
        #expect(fitted.report.adjusted.isEmpty == (wanted == expected))
        if model == "Mistral-Large-3" { #expect(fitted.tools.map(\.name.string) == ["f"]) }
    }

    /// The old form of tools asks for one call without the client's saying so: nothing it wrote is left out then.
    @Test(arguments: [
        ("Nova-Pro", #"{"parallel_tool_calls":false}"#, true, ["parallel_tool_calls"]), ("Nova-Pro", "{}", true, []),
        ("Nova-Pro", #"{"parallel_tool_calls":true}"#, true, []), ("Claude-4-Sonnet", "{}", false, []),
        ("Claude-4-Sonnet", #"{"parallel_tool_calls":false}"#, false, []),
    ])
    func oneCallAtATimeIsReportedWhereItWasAskedFor(
        _ model: String,
        _ body: String,
        _ allowed: Bool,
        _ dropped: [String]
    ) throws {
        let body = try JSONValue.parse(body)
        let fitted = try Self.fitted(model) {
            $0.tools = [Tool(name: "f", inputSchema: Tool.emptySchema)]
            $0.allowsParallelToolCalls = false
            $0.passthrough = PassthroughBody(chatCompletions: body)
        }
        #expect(fitted.allowsParallelToolCalls == allowed)
        #expect(fitted.report.dropped == dropped)
    }

    /// The format's tool comes when the client's are through: Claude's word about parallel calls went to Nova with it.
    @Test func noWordAboutParallelCallsGoesToOthersWithTheFormatsTool() throws {
        let object = ByteBuffer(string: #"{"type":"object","properties":{"n":{"type":"integer"}}}"#)
        let fitted = try Self.fitted("Nova-Pro") {
            $0.allowsParallelToolCalls = false
            $0.outputFormat = .jsonSchema(
                JSONSchemaFormat(name: "s", description: nil, schema: object, strict: false)
            )
        }
        #expect(fitted.structuredOutput == .tool("json_tool_call"))
        #expect(fitted.allowsParallelToolCalls == true)
        #expect(fitted.report.dropped.isEmpty)
    }

    @Test func stopTextsBeyondTheModelsAreEmulated() throws {
        func emulated(_ model: String, _ api: CapabilityPolicy.API, _ stop: [JSONText]) throws -> [String] {
            let fitted = try Self.fitted(model, api) { $0.stop = stop }
            #expect(fitted.stop.count + fitted.emulatedStop.count == stop.count)
            return fitted.emulatedStop
        }
        #expect(try emulated("Claude-4-Sonnet", .converse, ["a", " ", "\n"]) == [" ", "\n"])
        #expect(try emulated("Nova-Pro", .converse, ["1", "2", "3", "4", "5"]) == ["5"])
        #expect(try emulated("Kimi-K2.5", .converse, ["a"]) == ["a"])
        #expect(try emulated("Kimi-K2.5", .invoke, ["a"]) == [])
        #expect(try emulated("Llama-3-3-70b", .invoke, ["a"]) == ["a"])
    }

    /// A model that reasons in its output stops inside the reasoning: the answer was empty.
    @Test(arguments: [CapabilityPolicy.API.converse, .invoke])
    func stopTextsAreKeptFromOpenModelsThatReason(api: CapabilityPolicy.API) throws {
        func isSent(_ model: String, _ thinking: ThinkingRequest = .unspecified) throws -> Bool {
            let fitted = try Self.fitted(model, api) {
                $0.stop = ["a"]
                $0.thinking = thinking
            }
            #expect(fitted.report.adjusted.contains("stop=emulated") == fitted.stop.isEmpty)
            return fitted.stop == ["a"]
        }
        #expect(try !isSent("DeepSeek-R1"))
        #expect(try !isSent("GPT-OSS-120B"))
        #expect(try !isSent("DeepSeek-V3.2", .effort(.high)))
        #expect(try isSent("DeepSeek-V3.2"))
        #expect(try isSent("DeepSeek-V3.2", .off))
        #expect(try isSent("Claude-Opus-5-5", .effort(.high)))
        #expect(try isSent("Nova-2-Lite", .effort(.low)))
    }

    @Test(arguments: [
        ("Claude-Opus-4-6", StructuredOutputMode.native), ("Claude-4-Sonnet", .tool("json_tool_call")),
        ("Claude-Opus-5-5", .instruction), ("Plain-Text", .instruction), ("GPT-6-Sol", .tool("json_tool_call")),
        ("Llama-3-3-70b", .instruction), ("DeepSeek-R1", .instruction),
    ])
    func schemaIsReachedByTheModelsBestMeans(_ model: String, _ expected: StructuredOutputMode) throws {
        let object = ByteBuffer(string: #"{"type":"object","properties":{"n":{"type":"integer"}}}"#)
        let schema = JSONSchemaFormat(name: "s", description: nil, schema: object, strict: true)
        let fitted = try Self.fitted(model) { $0.outputFormat = .jsonSchema(schema) }
        #expect(fitted.structuredOutput == expected)
        #expect(fitted.report.structuredOutput != nil)
    }

    /// No grammar and no call begins in the middle: a schema used to go out beside the words that Claude was to continue.
    @Test(arguments: [
        ("Claude-4-5-Haiku", StructuredOutputMode.instruction, 2), ("Claude-4-Sonnet", .instruction, 2),
        ("Nova-Pro", .instruction, 2), ("Claude-Opus-4-6", .native, 3), ("GPT-6-Sol", .tool("json_tool_call"), 3),
    ])
    func aBegunAnswerHasItsSchemaInWords(_ model: String, _ expected: StructuredOutputMode, _ turns: Int) throws {
        let object = ByteBuffer(string: #"{"type":"object","properties":{"n":{"type":"integer"}}}"#)
        let schema = JSONSchemaFormat(name: "s", description: nil, schema: object, strict: true)
        for api in [CapabilityPolicy.API.converse, .invoke] {
            let fitted = try Self.fitted(model, api) {
                $0.outputFormat = .jsonSchema(schema)
                $0.turns.append(Turn(role: .assistant, blocks: [.text("{")]))
            }
            #expect(fitted.structuredOutput == expected)
            #expect(fitted.turns.count == turns)
        }
    }

    /// "Nothing but JSON" used to be said beside a demanded call, and beside the words that stand for the demand.
    @Test(arguments: [
        ("Claude-4-Sonnet", ThinkingRequest.unspecified, 0), ("Claude-4-Sonnet", .effort(.low), 1),
        ("Llama-3-3-70b", .unspecified, 1), ("Claude-Opus-5-5", .unspecified, 1), ("GPT-6-Sol", .unspecified, 0),
    ])
    func aDemandedCallLeavesNoRoomForAFormat(_ model: String, _ thinking: ThinkingRequest, _ said: Int) throws {
        let object = ByteBuffer(string: #"{"type":"object","properties":{"n":{"type":"integer"}}}"#)
        let schema = JSONSchemaFormat(name: "s", description: nil, schema: object, strict: true)
        for format in [OutputFormat.jsonObject, .jsonSchema(schema)] {
            for choice in [ToolChoice.required, .named("f")] {
                let fitted = try Self.fitted(model) {
                    $0.thinking = thinking
                    $0.tools = [Tool(name: "f", inputSchema: Tool.emptySchema)]
                    $0.toolChoice = choice
                    $0.outputFormat = format
                }
                #expect(fitted.structuredOutput == .none)
                #expect(fitted.report.structuredOutput == nil)
                #expect(fitted.report.dropped == ["response_format"])
                #expect(fitted.system.count == said)
                #expect(fitted.tools.map(\.name) == ["f"])
            }
        }
    }

    @Test func aNativeSchemaStaysBesideADemandedCall() throws {
        let object = ByteBuffer(string: #"{"type":"object","properties":{"n":{"type":"integer"}}}"#)
        let fitted = try Self.fitted("Claude-Opus-4-6") {
            $0.tools = [Tool(name: "f", inputSchema: Tool.emptySchema)]
            $0.toolChoice = .required
            $0.outputFormat = .jsonSchema(
                JSONSchemaFormat(name: "s", description: nil, schema: object, strict: true)
            )
        }
        #expect(fitted.structuredOutput == .native)
        #expect(fitted.report.dropped.isEmpty)
    }

    /// Text beside tool results used to go into their turn on models that refuse it (CONVERSE.md §2.1, rule 4).
    @Test(arguments: [
        ("Claude-4-Sonnet", CapabilityPolicy.API.converse, 3), ("Nova-Pro", .converse, 3),
        ("GPT-OSS-120B", .converse, 5),
        ("GPT-OSS-120B", .invoke, 3), ("Llama-3-3-70b", .converse, 5),
    ])
    func resultsStandAloneWhereTheyMust(_ model: String, _ api: CapabilityPolicy.API, _ turns: Int) throws {
        let call = ToolUseBlock(id: "c", name: "f", input: ByteBuffer(string: "{}"))
        let fitted = try Self.fitted(model, api) {
            $0.tools = [Tool(name: "f", inputSchema: Tool.emptySchema)]
            $0.turns += [
                Turn(role: .assistant, blocks: [.toolUse(call)]),
                Turn(
                    role: .user,
                    blocks: [.toolResult(ToolResultBlock(toolUseID: "c", content: [.text("ok")])), .text("And?")]
                ),
            ]
        }
        #expect(fitted.turns.count == turns)
        #expect(fitted.turns.map(\.role).enumerated().allSatisfy { ($0.offset % 2 == 0) == ($0.element == .user) })
    }

    @Test func cacheMarksKeepToTheLastFew() throws {
        let fitted = try Self.fitted("Claude-4-Sonnet") { conversation in
            conversation.turns = [
                Turn(role: .user, blocks: (0..<5).flatMap { [.text(JSONText("t\($0)")), .cacheMark(CacheMark())] })
            ]
            conversation.system = [SystemBlock(text: "s", cacheMark: CacheMark())]
        }
        let kept = fitted.turns[0].blocks.indices.filter { index in
            if case .cacheMark = fitted.turns[0].blocks[index] { true } else { false }
        }
        #expect(kept.count == 4)
        #expect(fitted.turns[0].blocks.count == 9)
        #expect(fitted.system[0].cacheMark == nil)
        #expect(fitted.report.dropped == ["cache_control"])
    }

    /// Taken out one at a time these would take minutes.
    @Test(.timeLimit(.minutes(1))) func manyCacheMarksAreFittedAtOnce() throws {
        let fitted = try Self.fitted("Claude-4-Sonnet") { conversation in
            let blocks = (0..<200_000).flatMap { _ in [ContentBlock.text("t"), .cacheMark(CacheMark())] }
            conversation.turns = [Turn(role: .user, blocks: blocks)]
        }
        #expect(fitted.turns[0].blocks.count == 200_004)
        #expect(fitted.report.dropped == ["cache_control"])
    }

    @Test func toolsOnAModelWithoutAreRefused() throws {
        #expect(throws: AdapterError.self) {
            _ = try Self.fitted("DeepSeek-R1") { $0.tools = [Tool(name: "f", inputSchema: Tool.emptySchema)] }
        }
    }
}
