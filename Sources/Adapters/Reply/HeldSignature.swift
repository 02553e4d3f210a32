import JSON

/// The signature of the thinking block that is being streamed, until it is whole: it may come in pieces.
struct HeldSignature: Sendable {
    private var block = 0
    private var pieces: [JSONText] = []

    /// Takes a piece of a block's signature; a signature of another block ends here.
    mutating func append(_ piece: JSONText?, block: Int, _ events: inout [ChatEvent]) {
        guard let piece, !piece.isEmpty else { return }
        if block != self.block { release(&events) }
        self.block = block
        pieces.append(piece)
    }

    /// Says the whole signature, if there is one.
    mutating func release(_ events: inout [ChatEvent]) {
        guard !pieces.isEmpty else { return }
        events.append(.thinkingSignature(JSONText(joining: pieces)))
        pieces = []
    }
}
