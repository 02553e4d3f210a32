import Catalog

extension CapabilityPolicy {
    /// The most documents that Converse takes in one request (CONVERSE.md §2.3); InvokeModel has no such limit.
    static let maximumDocuments = 5

    /// Refuses more documents than Converse takes.
    ///
    /// - Throws: `AdapterError.unsupported` that names the first part that is too many.
    func checkDocuments(_ conversation: borrowing Conversation) throws(AdapterError) {
        guard api == .converse, model.capabilities.contains(.documents) else { return }
        var count = 0
        for turn in conversation.turns where turn.role == .user {
            try countDocuments(in: turn.blocks, &count)
        }
    }

    private func countDocuments(in blocks: [ContentBlock], _ count: inout Int) throws(AdapterError) {
        for block in blocks {
            switch block {
            case .toolResult(let result): try countDocuments(in: result.content, &count)
            case .document(let document):
                count += 1
                guard count > Self.maximumDocuments else { continue }
                throw .unsupported(
                    param: document.part ?? "messages",
                    message:
                        "Converse takes \(Self.maximumDocuments) documents in a request, earlier messages included. "
                        + "Leave some out, or send their text as text."
                )
            default: continue
            }
        }
    }
}
