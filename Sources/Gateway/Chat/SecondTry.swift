import BedrockRuntime
import Catalog
import OpenAISchema

/// A second attempt at a call that Bedrock refused for something the request can do without (ERRORS.md §6).
///
/// The catalog should have known: an attempt is told in the log as well as to the client. It is kept for small bodies, and
/// until Bedrock begins to answer.
struct SecondTry: Sendable {
    /// What Bedrock refused, and the note that tells so.
    struct Lack: Equatable {
        var field: String
        var note: String
    }

    let decoded: ChatPreparation.Decoded
    let caller: CallerKey
    let preparation: ChatPreparation

    /// Keeps a request; nil when it is to be sent as it is, or holds nothing that could be left out.
    init?(_ decoded: ChatPreparation.Decoded, _ caller: CallerKey, _ preparation: ChatPreparation) {
        guard !preparation.isStrict else { return nil }
        let samples =
            decoded.request.temperature != nil || decoded.request.topP != nil || decoded.request.topK != nil
        let mayThink = decoded.resolved.model.thinking.style != .none
        guard samples || (mayThink && decoded.request.messages.contains { !$0.toolCalls.isEmpty }) else { return nil }
        self.decoded = decoded
        self.caller = caller
        self.preparation = preparation
    }

    /// Translates the request without what an error is about.
    ///
    /// - Parameter error: What Bedrock answered to the first attempt.
    /// - Returns: The call, and what it lacks; nil for an error that has another cause.
    func prepared(after error: BedrockError) -> (prepared: ChatPreparation.Prepared, lack: Lack)? {
        guard error.code == "ValidationException", let lack = Self.lack(in: error.message) else { return nil }
        var request = decoded.request
        switch lack.field {
        case "top_p": request.topP = nil
        case "temperature":
            request.temperature = nil
            request.topP = nil
            request.topK = nil
        default: request.reasoning = .off
        }
        let decoded = ChatPreparation.Decoded(
            request: request,
            resolved: decoded.resolved,
            remoteImages: [],
            lacks: decoded.lacks + [lack.note]
        )
        guard let prepared = try? preparation.translate(decoded, images: [:]) else { return nil }
        return (prepared, lack)
    }

    private static func lack(in message: String) -> Lack? {
        let lower = message.lowercased().filter { $0 != "`" }
        func says(_ phrase: String) -> Bool { lower.contains(phrase) }
        if says("temperature"), says("top_p"), says("cannot both") {
            // Temperature is the one that clients mean.
            return Lack(field: "top_p", note: "top_p=off (refused beside temperature)")
        }
        if says("is deprecated for this model"), says("temperature") || says("top_p") || says("top_k") {
            return Lack(field: "temperature", note: "temperature=off (refused with all sampling)")
        }
        if says("expected thinking or redacted_thinking"), says("found tool_use") {
            return Lack(field: "reasoning", note: "reasoning=off (history without its thinking)")
        }
        return nil
    }
}
