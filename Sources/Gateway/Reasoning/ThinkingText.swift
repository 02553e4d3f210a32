import JSON
import NIOCore

/// Thinking that waits for its signature.
///
/// Its bytes are copied into one buffer: a slice would keep its event in memory for as long as the answer streams.
struct ThinkingText: Sendable {
    private var bytes = ByteBuffer()
    private var hasEscapes = false

    /// Whether nothing waits.
    var isEmpty: Bool { bytes.readableBytes == 0 }

    /// Adds a piece.
    mutating func append(_ piece: JSONText) {
        bytes.writeImmutableBuffer(piece.escaped)
        hasEscapes = hasEscapes || piece.hasEscapes
    }

    /// Hands over what waits, for its signature has come.
    mutating func take() -> JSONText {
        let text = JSONText(validEscaped: bytes, hasEscapes: hasEscapes)
        drop()
        return text
    }

    /// Lets go of what waits: the model went on without signing it.
    mutating func drop() {
        guard !isEmpty else { return }
        bytes = ByteBuffer()
        hasEscapes = false
    }
}
