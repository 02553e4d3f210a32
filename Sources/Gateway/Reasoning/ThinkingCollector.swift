import Adapters
import JSON

/// Watches an answer of a model that signs its thinking for thinking that leads to tool calls.
struct ThinkingCollector: Sendable {
    private var text = HeldText()
    private(set) var blocks: [ThinkingBlock] = []
    /// The ids of the answer's tool calls.
    private(set) var toolCallIDs: [JSONText] = []

    /// Takes note of what an event says.
    mutating func observe(_ event: ChatEvent) {
        switch event {
        case .thinking(let piece): text.append(piece)
        case .thinkingSignature(let signature): blocks.append(.signed(text: text.take(), signature: signature))
        case .redactedThinking(let data): blocks.append(.redacted(data))
        case .toolCallStarted(_, let id, _): toolCallIDs.append(id)
        default: break
        }
    }

    /// Whether there is something to keep.
    var isWorthKeeping: Bool { !blocks.isEmpty && !toolCallIDs.isEmpty }
}
