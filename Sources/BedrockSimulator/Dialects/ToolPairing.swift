/// Checks that every tool call is answered in the next turn, and nothing else is.
struct ToolPairing {
    /// Whether the turn being read has a thinking block.
    var hasThinking = false
    private var uses: [String] = []
    private var results: [String] = []
    private var open: [String] = []
    /// The loop that is going on.
    private(set) var loop = OpenLoop()

    mutating func use(_ id: String, place: String) throws(SimulatorError) {
        guard !uses.contains(id) else {
            throw .validation("The toolUse block at \(place) has an Id that is already used in the same turn: \(id)")
        }
        uses.append(id)
    }

    mutating func result(of id: String) {
        results.append(id)
    }

    /// Compares a turn with the one before it.
    mutating func endTurn(role: String, place: String) throws(SimulatorError) {
        defer {
            uses = []
            results = []
            hasThinking = false
        }
        guard role == "user" else {
            open = uses
            loop.assistant(thinks: hasThinking)
            return
        }
        if results.count > open.count {
            throw .validation(
                "The number of toolResult blocks at \(place) exceeds the number of toolUse blocks of previous turn."
            )
        }
        let missing = open.filter { !results.contains($0) }
        guard missing.isEmpty else {
            throw .validation(
                "Expected toolResult blocks at \(place) for the following Ids: \(missing.joined(separator: ", "))"
            )
        }
        loop.user(answersCalls: !open.isEmpty)
        open = []
    }

    /// Requires that no call is left without its answer.
    func end(place: String) throws(SimulatorError) {
        guard open.isEmpty else {
            throw .validation(
                "Expected toolResult blocks at \(place) for the following Ids: \(open.joined(separator: ", "))"
            )
        }
    }
}
