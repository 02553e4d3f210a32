/// The end of a streamed answer, held back until nothing more can be said about it.
///
/// InvokeModel may say behind the end that a guardrail stepped in: beside the counts of its last chunk, or in a chunk of its
/// own. What the client is told of the end is then another reason.
struct HeldEnd: Sendable {
    private var reason: FinishReason?
    private var isTold = false
    /// Whether a guardrail stepped in.
    var isIntervened = false

    /// Whether the answer ended, be it told or not.
    var isReached: Bool { reason != nil }

    /// Takes note that the answer ended; the first time counts.
    mutating func hold(_ reason: FinishReason) {
        if self.reason == nil { self.reason = reason }
    }

    /// Tells the end, once; nothing where it was not reached.
    mutating func tell(_ events: inout [ChatEvent]) {
        guard let reason, !isTold else { return }
        isTold = true
        events.append(.finished(isIntervened ? .contentFilter : reason))
    }
}
