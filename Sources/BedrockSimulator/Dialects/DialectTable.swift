import JSON

/// Which dialect a call is written in.
enum DialectTable {
    private static let converse = ConverseDialect()
    private static let anthropic = AnthropicDialect()

    /// Finds the dialect: by the operation, then by the model's name, then by what the body looks like.
    static func dialect(for call: SimulatedCall) throws(SimulatorError) -> any Dialect {
        if call.operation.isConverse { return converse }
        if call.model.isClaude || call.body["anthropic_version"] != nil { return anthropic }
        throw .invalidModel
    }
}
