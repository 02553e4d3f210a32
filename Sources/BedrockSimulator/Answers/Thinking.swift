/// The thinking that the simulator shows, and the signature under it.
enum Thinking {
    /// What it thinks, in the pieces of a stream.
    static let pieces = ["The user ", "wrote to ", "a simulator, ", "so I ", "answer as one."]

    /// The signature of a text: what must come back, unchanged, with it.
    static func signature(of text: String) -> String {
        Base64.string(Digest.sha256("BedrockSimulator thinking\n" + text))
    }

    /// Thinking that is not shown.
    static let redacted = Base64.string(Digest.sha256("BedrockSimulator redacted thinking"))
}
