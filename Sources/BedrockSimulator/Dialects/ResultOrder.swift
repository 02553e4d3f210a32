/// Where tool results stand in a user's turn of a Converse body (CONVERSE.md §2.1).
struct ResultOrder {
    private var hasResult = false
    private var hasOther = false
    private var hasLateResult = false

    /// Takes note of the next block; cache points do not count.
    mutating func meet(_ kind: String) {
        if kind == "toolResult" {
            hasResult = true
            hasLateResult = hasLateResult || hasOther
        } else {
            hasOther = true
        }
    }

    /// Requires results before anything else on Claude, and alone elsewhere; Nova's rule is not known.
    func check(_ model: ModelID, place: String) throws(SimulatorError) {
        guard hasResult, hasOther, !model.raw.hasPrefix("arn:"), !model.name.hasPrefix("amazon.nova") else { return }
        guard model.isClaude else {
            throw .validation(
                "\(place): Conversation blocks and tool result blocks cannot be provided in the same turn."
            )
        }
        guard !hasLateResult else {
            throw .validation(
                "The model returned the following errors: \(place): `tool_use` ids were found without `tool_result` blocks "
                    + "immediately after."
            )
        }
    }
}
