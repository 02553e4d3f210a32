import BedrockRuntime
import Catalog
import HTTPServer

/// The second attempt at a call that Bedrock refused.
extension ChatExchange {
    /// Takes note that an answer begins: the request is no longer needed.
    func accepted() {
        second = nil
        exchange.releaseBody()
    }

    /// Sends the call again without what Bedrock refused, once, and only while the client has seen nothing.
    ///
    /// - Parameters:
    ///   - error: What Bedrock answered.
    ///   - refused: The choice that it refused; the others are cancelled with it.
    /// - Returns: Whether another call is under way, and the failure of the first is no longer of interest.
    func triesAgain(after error: BedrockError, of refused: BedrockExchange) -> Bool {
        guard !hasEnded, !exchange.hasBegun, let second, let (prepared, lack) = second.prepared(after: error) else {
            return false
        }
        self.second = nil
        noteRetries()
        for choice in choices where !choice.isDone { choice.cancel() }
        choices = []
        shared.log.noteCatalogGap(
            model: prepared.model.name,
            isCatalogued: !prepared.resolved.isUncatalogued,
            lack.note,
            request: record.id,
            refused: refused.requestID
        )
        send(prepared, second.caller, digest: nil)
        return true
    }

    /// Keeps in the record whether a choice that is let go went out twice.
    func noteRetries() {
        record.wasRetried = record.wasRetried || choices.contains(where: \.wasRetried)
    }
}
