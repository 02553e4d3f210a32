public import JSON
import NIOCore

/// Text that waits until it is known what becomes of it: thinking for its signature, words for the call that may follow them.
///
/// Its bytes are copied into one buffer: a slice would keep its event in memory for as long as the answer streams.
public struct HeldText: Sendable {
    private var bytes = ByteBuffer()
    private var hasEscapes = false

    /// Creates a text without anything in it.
    public init() {}

    /// Whether nothing waits.
    public var isEmpty: Bool { bytes.readableBytes == 0 }

    /// Adds a piece.
    public mutating func append(_ piece: JSONText) {
        bytes.writeImmutableBuffer(piece.escaped)
        hasEscapes = hasEscapes || piece.hasEscapes
    }

    /// Hands over what waits.
    public mutating func take() -> JSONText {
        let text = JSONText(validEscaped: bytes, hasEscapes: hasEscapes)
        drop()
        return text
    }

    /// Lets go of what waits.
    public mutating func drop() {
        guard !isEmpty else { return }
        bytes = ByteBuffer()
        hasEscapes = false
    }
}
