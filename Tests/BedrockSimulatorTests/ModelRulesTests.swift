import JSON
import NIOHTTP1
import Testing

@testable import BedrockSimulator

/// What one model refuses and another takes, from CONVERSE.md §1, §2, §3, §7 and §9 and the columns of MODELS.tsv.
struct ModelRulesTests {
    /// What a body is refused with; nil when it is accepted.
    private static func refusal(
        _ model: String,
        _ more: String = "",
        messages: String = hi,
        operation: SimulatedCall.Operation = .converse
    ) throws -> String? {
        let body = #"{"messages":[\#(messages)]\#(more)}"#
        return try ConverseJudge.refusal(of: body, model: model, operation: operation)
    }

    private static func user(_ content: String) -> String { ConverseJudge.user(content) }
    private static func assistant(_ content: String) -> String { ConverseJudge.assistant(content) }
    private static func text(_ text: String) -> String { #"{"text":"\#(text)"}"# }
    private static func tools(_ choice: String = "") -> String {
        #","toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}]\#(choice)}"#
    }
    private static func inference(_ members: String) -> String { #","inferenceConfig":{\#(members)}"# }
    private static func fields(_ members: String) -> String { #","additionalModelRequestFields":{\#(members)}"# }
    private static func stops(_ count: Int) -> String {
        inference(#""stopSequences":[\#((1...count).map { "\"s\($0)\"" }.joined(separator: ","))]"#)
    }
    private static func document(_ number: Int) -> String {
        #"{"document":{"name":"d\#(number)","format":"txt","source":{"bytes":"YQ=="}}}"#
    }

    private static let hi = user(text("hi"))
    private static let use = assistant(#"{"toolUse":{"toolUseId":"t1","name":"f","input":{}}}"#)
    private static let result = #"{"toolResult":{"toolUseId":"t1","content":[{"text":"ok"}]}}"#
    private static let any = tools(#","toolChoice":{"any":{}}"#)
    private static let named = tools(#","toolChoice":{"tool":{"name":"f"}}"#)

    private static let haiku45 = "anthropic.claude-haiku-4-5-20251001-v1%3A0"
    private static let sonnet46 = "global.anthropic.claude-sonnet-4-6"
    private static let opus48 = "us.anthropic.claude-opus-4-8"
    private static let opus55 = "us.anthropic.claude-opus-5-5"
    private static let llama33 = "us.meta.llama3-3-70b-instruct-v1%3A0"
    private static let novaLite = "us.amazon.nova-lite-v1%3A0"
    private static let mistral7b = "mistral.mistral-7b-instruct-v0%3A2"
    private static let large2407 = "mistral.mistral-large-2407-v1%3A0"
    private static let gpt6 = "us.openai.gpt-6-sol"
    private static let grok = "us.xai.grok-4.6"
    private static let profile = "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fa"

    /// A model, the rest of a body, and what the refusal says.
    private static let refusals: [(String, String, String)] = [
        (haiku45, inference(#""temperature":0.5,"topP":0.5"#), "cannot both be specified"),
        (sonnet46, inference(#""temperature":0.5,"topP":0.5"#), "cannot both be specified"),
        (opus48, inference(#""temperature":1"#), "`temperature` is not supported"),
        (opus48, inference(#""topP":0.5"#), "`top_p` is not supported"),
        (opus48, fields(#""top_k":5"#), "`top_k` is not supported"),
        (gpt6, inference(#""temperature":0.5"#), "doesn't support the temperature field"),
        (opus48, fields(#""thinking":{"type":"enabled","budget_tokens":1024}"#), "thinking.type.enabled"),
        (opus55, fields(#""thinking":{"type":"disabled"}"#), "thinking.type.disabled"),
        (haiku45, fields(#""thinking":{"type":"adaptive"}"#), "thinking.type.adaptive"),
        (
            "anthropic.claude-3-5-sonnet-20241022-v2%3A0",
            fields(#""thinking":{"type":"enabled","budget_tokens":1024}"#), "thinking.type.enabled"
        ),
        (sonnet46, any + fields(#""thinking":{"type":"adaptive"}"#), "when tool_choice forces tool use"),
        (opus55, any, "toolChoice.any"), (opus55, named, "toolChoice.tool"),
        (llama33, any, "toolChoice.any"), (llama33, named, "toolChoice.tool"),
        ("us.meta.llama4-scout-17b-instruct-v1%3A0", any, "toolChoice.any"),
        (large2407, named, "toolChoice.tool"), ("deepseek.v3-v1%3A0", named, "toolChoice.tool"),
        ("moonshot.kimi-k2-thinking", any, "toolChoice.any"),
        (mistral7b, tools(), "doesn't support tool use"),
        ("us.deepseek.r1-v1%3A0", tools(), "doesn't support tool use"),
        (mistral7b, #","system":[{"text":"s"}]"#, "doesn't support system messages"),
        ("mistral.mixtral-8x7b-instruct-v0%3A1", #","system":[{"text":"s"}]"#, "doesn't support system messages"),
        ("amazon.titan-text-express-v1", #","system":[{"text":"s"}]"#, "doesn't support system messages"),
        (novaLite, stops(5), "takes 4 stopSequences"), (large2407, stops(11), "takes 10 stopSequences"),
        ("amazon.titan-text-express-v1", stops(1), "does not match pattern"),
        (gpt6, inference(#""maxTokens":15"#), "minimum of 16"), (grok, inference(#""maxTokens":15"#), "minimum of 16"),
        ("moonshotai.kimi-k3", inference(#""maxTokens":15"#), "minimum of 16"),
        ("us.deepseek.r1-v1%3A0", fields(#""reasoning_effort":"low""#), "reasoning_effort: Extra inputs"),
    ]

    @Test(arguments: refusals)
    func whatTheModelHasNoPlaceForIsNamed(model: String, more: String, fragment: String) throws {
        let message = try Self.refusal(model, more)
        #expect(message?.contains(fragment) == true, "\(model) \(more): \(message ?? "accepted")")
    }

    /// The counterparts: the same with a model that takes it.
    private static let accepted: [(String, String)] = [
        (haiku45, inference(#""temperature":0.5"#)), (haiku45, inference(#""topP":0.5"#)),
        ("anthropic.claude-3-7-sonnet-20250219-v1%3A0", inference(#""temperature":0.5,"topP":0.5"#)),
        (opus48, fields(#""thinking":{"type":"adaptive"}"#)), (opus48, fields(#""thinking":{"type":"disabled"}"#)),
        (sonnet46, fields(#""thinking":{"type":"enabled","budget_tokens":1024}"#)), (sonnet46, any), (opus48, named),
        (novaLite, named), (large2407, any), ("deepseek.v3-v1%3A0", any), (llama33, tools()),
        (llama33, #","system":[{"text":"s"}]"#), (novaLite, stops(4)), (large2407, stops(10)),
        ("amazon.titan-text-express-v1", inference(#""stopSequences":["User:"]"#)),
        (gpt6, inference(#""maxTokens":16"#)), ("openai.gpt-oss-120b-1%3A0", inference(#""maxTokens":1,"topP":1"#)),
        (gpt6, inference(#""temperature":0.5"#) + fields(#""reasoning":{"effort":"none"}"#)),
        (profile, inference(#""temperature":0.5,"topP":0.5"#) + named),
    ]

    @Test(arguments: accepted) func whatTheModelTakesIsAccepted(model: String, more: String) throws {
        #expect(try Self.refusal(model, more) == nil, "\(model) \(more)")
    }

    @Test func toolsAndStreamsExcludeEachOtherOnOlderLlamas() throws {
        let refused = try Self.refusal(Self.llama33, Self.tools(), operation: .converseStream)
        #expect(refused == "This model doesn't support tool use in streaming mode.")
        #expect(try Self.refusal(Self.llama33, operation: .converseStream) == nil)
        #expect(try Self.refusal(Self.novaLite, Self.tools(), operation: .converseStream) == nil)
    }

    @Test func resultsComeFirstOnClaudeAndAloneElsewhere() throws {
        func turns(_ content: String) -> String { "\(Self.hi),\(Self.use),\(Self.user(content))" }
        let behind = turns("\(Self.result),\(Self.text("and"))")
        let before = turns("\(Self.text("and")),\(Self.result)")
        #expect(try Self.refusal(Self.haiku45, Self.tools(), messages: behind) == nil)
        let late = try Self.refusal(Self.haiku45, Self.tools(), messages: before)
        #expect(late?.contains("without `tool_result` blocks immediately after") == true)
        for messages in [behind, before] {
            let mixed = try Self.refusal(Self.llama33, Self.tools(), messages: messages)
            #expect(mixed?.contains("Conversation blocks and tool result blocks cannot be provided") == true)
        }
        #expect(try Self.refusal(Self.llama33, Self.tools(), messages: turns(Self.result)) == nil)
        #expect(try Self.refusal(Self.novaLite, Self.tools(), messages: behind) == nil)
    }

    @Test func aBegunAnswerIsForModelsThatGoOnWithIt() throws {
        let begun = "\(Self.hi),\(Self.assistant(Self.text("{")))"
        let open = "\(Self.hi),\(Self.assistant(Self.text("Well ")))"
        #expect(try Self.refusal(Self.haiku45, messages: begun) == nil)
        #expect(try Self.refusal(Self.novaLite, messages: open) == nil)
        #expect(try Self.refusal(Self.haiku45, messages: open)?.contains("trailing whitespace") == true)
        #expect(try Self.refusal(Self.sonnet46, messages: begun)?.contains("assistant message prefill") == true)
        let thinking = Self.fields(#""thinking":{"type":"enabled","budget_tokens":1024}"#)
        #expect(try Self.refusal(Self.haiku45, thinking, messages: begun)?.contains("When `thinking` is") == true)
    }

    @Test func reasoningGoesBackToClaudeOnly() throws {
        let thought = #"{"reasoningContent":{"reasoningText":{"text":"a"}}}"#
        let messages = "\(Self.hi),\(Self.assistant("\(thought),\(Self.text("b"))")),\(Self.hi)"
        for model in [Self.llama33, Self.novaLite, Self.gpt6, "us.deepseek.r1-v1%3A0"] {
            let message = try Self.refusal(model, messages: messages)
            #expect(message?.contains("doesn't support the reasoningContent field") == true, "\(model)")
        }
    }

    @Test func fiveDocumentsAreEnough() throws {
        let five = (1...5).map(Self.document).joined(separator: ",")
        #expect(try Self.refusal(Self.haiku45, messages: Self.user("\(five),\(Self.text("x"))")) == nil)
        let later = [
            Self.user("\(five),\(Self.text("x"))"), Self.assistant(Self.text("y")),
            Self.user("\(Self.document(6)),\(Self.text("z"))"),
        ]
        let message = try Self.refusal(Self.haiku45, messages: later.joined(separator: ","))
        #expect(message?.contains("messages.2.content.0 is one too many") == true)
    }

    @Test func imagesInToolResultsAreNotForOpenAIsModels() throws {
        let image = #"{"image":{"format":"png","source":{"bytes":"iVBORw=="}}}"#
        let shown = Self.user(#"{"toolResult":{"toolUseId":"t1","content":[\#(image)]}}"#)
        let messages = "\(Self.hi),\(Self.use),\(shown)"
        #expect(try Self.refusal(Self.haiku45, Self.tools(), messages: messages) == nil)
        #expect(try Self.refusal(Self.gpt6, Self.tools(), messages: messages)?.contains("toolResult") == true)
    }

    @Test func picturesAndFilesAreForModelsThatSeeThem() throws {
        let image = #"{"image":{"format":"png","source":{"bytes":"iVBORw=="}}}"#
        let seen = Self.user("\(image),\(Self.text("x"))")
        let read = Self.user("\(Self.document(1)),\(Self.text("x"))")
        let novaMicro = "us.amazon.nova-micro-v1%3A0"
        #expect(try Self.refusal(Self.novaLite, messages: seen) == nil)
        #expect(try Self.refusal(Self.llama33, messages: read) == nil)
        #expect(try Self.refusal(Self.llama33, messages: seen)?.contains("the image content block") == true)
        #expect(try Self.refusal(novaMicro, messages: read)?.contains("the document content block") == true)
    }
}
