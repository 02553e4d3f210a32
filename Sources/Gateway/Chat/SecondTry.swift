import Adapters
import BedrockRuntime
import Catalog
import JSON
import OpenAISchema

/// A second attempt at a call that Bedrock refused for something the request can do without (ERRORS.md §6).
///
/// The catalog should have known: an attempt is told in the log as well as to the client. It holds the request's bytes, so it
/// is kept only where such a refusal can come, for small bodies without images to fetch, and until an answer begins.
struct SecondTry: Sendable {
    /// What Bedrock refused, and the note that tells so.
    struct Lack: Equatable {
        var field: String
        var note: String
    }

    let decoded: ChatPreparation.Decoded
    let caller: CallerKey
    let preparation: ChatPreparation

    /// Keeps a request.
    ///
    /// Nil when it is to be sent as it is, when it holds nothing that could be left out, and for models of the catalog that do
    /// not follow Claude's rules: the refusals that can be mended are Claude's.
    init?(_ decoded: ChatPreparation.Decoded, _ caller: CallerKey, _ preparation: ChatPreparation) {
        guard !preparation.isStrict,
            decoded.resolved.isUncatalogued || decoded.resolved.model.followsClaudesRules
        else { return nil }
        let samples =
            decoded.request.temperature != nil || decoded.request.topP != nil || decoded.request.topK != nil
        guard samples || (Self.canStopThinking(decoded) && decoded.request.messages.contains(where: Self.hasCalls))
        else { return nil }
        self.decoded = decoded
        self.caller = caller
        self.preparation = preparation
    }

    /// Whether the model is asked to think, by the request or by its entry, and can be kept from it.
    private static func canStopThinking(_ decoded: ChatPreparation.Decoded) -> Bool {
        let model = decoded.resolved.model
        guard model.followsClaudesRules, model.thinking.style != .none, !model.thinking.alwaysOn else { return false }
        if let wish = decoded.request.reasoning { return wish != .off }
        return model.thinking.enabledByDefault || model.thinking.budgetTokens != nil
            || model.thinking.defaultEffort != nil
    }

    /// Whether a message of the history calls tools, in any of the ways to write that.
    private static func hasCalls(_ message: ChatMessage) -> Bool {
        if !message.toolCalls.isEmpty || message.functionCall != nil { return true }
        guard case .parts(let parts) = message.content else { return false }
        return parts.contains { if case .toolUse = $0 { true } else { false } }
    }

    /// Translates the request without what an error is about.
    ///
    /// - Parameter error: What Bedrock answered to the first attempt.
    /// - Returns: The call, and what it lacks; nil for an error that has another cause.
    func prepared(after error: BedrockError) -> (prepared: ChatPreparation.Prepared, lack: Lack)? {
        guard error.code == "ValidationException", let lack = Self.lack(in: error.message) else { return nil }
        // What the client sends past the gateway would be refused again.
        let extras = decoded.request.additionalFields
        guard ["temperature", "top_p", "top_k"].allSatisfy({ extras?[$0] == nil }) else { return nil }
        // Read again from its bytes: a request has one owner, and this one is to change.
        guard var request = try? ChatCompletionRequest.decode(decoded.request.body) else { return nil }
        switch lack.field {
        case "top_p": request.topP = nil
        case "temperature":
            request.temperature = nil
            request.topP = nil
            request.topK = nil
        default:
            guard Self.canStopThinking(decoded) else { return nil }
            request.reasoning = .off
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
