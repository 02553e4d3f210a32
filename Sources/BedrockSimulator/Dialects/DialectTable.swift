import JSON

/// Which dialect a call is written in.
enum DialectTable {
    private static let converse = ConverseDialect()
    private static let anthropic = AnthropicDialect()
    private static let nova = NovaDialect()
    private static let chat = OpenAIChatDialect()
    private static let native = OpenAINativeDialect()
    private static let llama = TextDialect(family: .llama)
    private static let mistral = TextDialect(family: .mistral)
    private static let deepSeek = TextDialect(family: .deepSeek)
    private static let titan = TextDialect(family: .titan)

    /// The families by the start of their models' names; the first that fits counts.
    private static let families: [(name: String, dialect: any Dialect)] = [
        ("anthropic.", anthropic), ("amazon.nova", nova), ("amazon.titan-t", titan), ("meta.llama", llama),
        ("deepseek.r1", deepSeek), ("mistral.mistral-7b", mistral), ("mistral.mixtral", mistral),
        ("mistral.mistral-large-2402", mistral), ("mistral.mistral-small-2402", mistral), ("mistral.", chat),
        ("openai.", chat), ("qwen.", chat), ("deepseek.", chat), ("google.", chat), ("minimax.", chat),
        ("moonshot", chat),
        ("nvidia.", chat), ("writer.", chat), ("zai.", chat), ("xai.", chat), ("ai21.jamba", chat),
    ]

    /// Finds the dialect: by the operation, then by the model's name, then, for an ARN, by what the body looks like.
    static func dialect(for call: SimulatedCall) throws(SimulatorError) -> any Dialect {
        if call.operation.isConverse { return converse }
        if call.operation == .chat { return native }
        if let family = families.first(where: { call.model.name.hasPrefix($0.name) }) { return family.dialect }
        guard call.model.raw.hasPrefix("arn:") else { throw .invalidModel }
        let body = call.body
        if body["anthropic_version"] != nil { return anthropic }
        if body["schemaVersion"] != nil || body["inferenceConfig"] != nil { return nova }
        if body["messages"] != nil { return chat }
        if body["inputText"] != nil { return titan }
        if body["max_gen_len"] != nil { return llama }
        return mistral
    }
}
