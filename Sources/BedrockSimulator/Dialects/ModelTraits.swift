/// What a model refuses that others take, on whichever way it is called.
///
/// The rows are those of MODELS.tsv that are certain; a column that says `unverified`, or nothing, gives no trait.
struct ModelTraits: OptionSet {
    let rawValue: Int

    /// It has no place for a system prompt.
    static let noSystem = ModelTraits(rawValue: 1 << 0)
    /// It takes no tools.
    static let noTools = ModelTraits(rawValue: 1 << 1)
    /// It does not stream while tools are offered.
    static let noStreamedTools = ModelTraits(rawValue: 1 << 2)
    /// It can't be told to call some tool.
    static let noAnyTool = ModelTraits(rawValue: 1 << 3)
    /// It can't be told to call a particular tool.
    static let noNamedTool = ModelTraits(rawValue: 1 << 4)
    /// The last turn must be the user's.
    static let noPrefill = ModelTraits(rawValue: 1 << 5)
    /// It takes a temperature or `top_p`, not both.
    static let eitherSampling = ModelTraits(rawValue: 1 << 6)
    /// It takes no sampling parameters.
    static let noSampling = ModelTraits(rawValue: 1 << 7)
    /// It thinks within a budget, and knows no other way.
    static let budgetOnly = ModelTraits(rawValue: 1 << 8)
    /// It decides by itself how much to think, and takes no budget.
    static let adaptiveOnly = ModelTraits(rawValue: 1 << 9)
    /// Its thinking can't be switched off.
    static let alwaysThinks = ModelTraits(rawValue: 1 << 10)
    /// It does not think.
    static let noThinking = ModelTraits(rawValue: 1 << 11)
    /// An answer of fewer than 16 tokens is too short for it (CONVERSE.md §1).
    static let longAnswers = ModelTraits(rawValue: 1 << 12)

    private static let automaticTools: ModelTraits = [.noAnyTool, .noNamedTool]
    private static let adaptive: ModelTraits = [.adaptiveOnly, .noSampling, .noPrefill]
    private static let textOnly: ModelTraits = [.noSystem, .noTools]

    /// The rows by the start of their models' names; the first that fits counts.
    private static let rows: [(name: String, traits: ModelTraits)] = [
        ("anthropic.claude-fable-5-1", [.adaptive, .alwaysThinks, .automaticTools]),
        ("anthropic.claude-fable-5", [.adaptive, .alwaysThinks]),
        ("anthropic.claude-mythos-5", [.adaptive, .alwaysThinks]),
        ("anthropic.claude-mythos-preview", [.adaptiveOnly, .alwaysThinks]),
        ("anthropic.claude-opus-5-5", [.adaptive, .alwaysThinks, .automaticTools]),
        ("anthropic.claude-sonnet-5-5", [.adaptive, .alwaysThinks, .automaticTools]),
        ("anthropic.claude-haiku-5-5", .adaptive),
        ("anthropic.claude-opus-5", .adaptive),
        ("anthropic.claude-sonnet-5", .adaptive),
        ("anthropic.claude-opus-4-8", .adaptive),
        ("anthropic.claude-opus-4-7", .adaptive),
        ("anthropic.claude-opus-4-6", [.eitherSampling, .noPrefill]),
        ("anthropic.claude-sonnet-4-6", [.eitherSampling, .noPrefill]),
        ("anthropic.claude-opus-4-", [.eitherSampling, .budgetOnly]),
        ("anthropic.claude-sonnet-4-", [.eitherSampling, .budgetOnly]),
        ("anthropic.claude-haiku-4-", [.eitherSampling, .budgetOnly]),
        ("anthropic.claude-3-7", .budgetOnly),
        ("anthropic.claude-3-", .noThinking),
        ("amazon.titan-t", .textOnly),
        ("meta.llama2", .noTools),
        ("meta.llama3-8b", .noTools),
        ("meta.llama3-70b", .noTools),
        ("meta.llama3-", [.automaticTools, .noStreamedTools]),
        ("meta.llama4", .automaticTools),
        ("mistral.mistral-7b", .textOnly),
        ("mistral.mixtral", .textOnly),
        ("mistral.mistral-large-240", .noNamedTool),
        ("deepseek.r1", .noTools),
        ("deepseek.v3-v1", .noNamedTool),
        ("moonshot.kimi-k2", .noAnyTool),
        ("moonshotai.kimi-k2", .noAnyTool),
        ("moonshotai.kimi-k3", .longAnswers),
        ("cohere.command-r", .automaticTools),
        ("cohere.command", .textOnly),
        ("ai21.j2", .textOnly),
        ("ai21.jamba-instruct", .noTools),
        ("ai21.jamba", .automaticTools),
        ("writer.palmyra-vision", .noTools),
        ("openai.gpt-oss", []),
        ("openai.gpt-6-astra", [.noSampling, .longAnswers, .alwaysThinks]),
        ("openai.gpt-6.1-sol", [.noSampling, .longAnswers, .alwaysThinks]),
        ("openai.gpt-", [.noSampling, .longAnswers]),
        ("xai.grok-4.3", .longAnswers),
        ("xai.grok", [.longAnswers, .alwaysThinks]),
    ]

    /// Finds what a model refuses; nothing for one that hides behind an ARN.
    init(of model: ModelID) {
        self = Self.rows.first { model.name.hasPrefix($0.name) }?.traits ?? []
    }

    init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Whether a model of OpenAI's or xAI's own takes a reasoning effort: none of them takes `minimal`, and those that
    /// always reason don't take `none` (CONVERSE.md §7.3, WIRE.md §8).
    func takesEffort(_ effort: String, of model: ModelID) -> Bool {
        guard contains(.longAnswers), !model.name.hasPrefix("moonshot") else { return true }
        return effort != "minimal" && !(effort == "none" && contains(.alwaysThinks))
    }
}
