/// The tool loop that is going on: what an assistant said, and what answered its calls, since the user last spoke.
///
/// Claude takes all of it for one turn, and looks for thinking at its beginning.
struct OpenLoop {
    /// Whether it begins with thinking; nil before it has begun.
    private var beginsWithThinking: Bool?
    /// Whether there is thinking anywhere in it.
    private(set) var holdsThinking = false
    private var answersCalls = false

    /// Whether calls were just answered in a loop that did not begin with thinking.
    var lacksThinking: Bool { answersCalls && beginsWithThinking == false }

    /// Takes an assistant's turn.
    mutating func assistant(thinks: Bool) {
        beginsWithThinking = beginsWithThinking ?? thinks
        holdsThinking = holdsThinking || thinks
        answersCalls = false
    }

    /// Takes a user's turn, which ends the loop unless it answers calls.
    mutating func user(answersCalls: Bool) {
        if answersCalls { self.answersCalls = true } else { self = OpenLoop() }
    }
}
