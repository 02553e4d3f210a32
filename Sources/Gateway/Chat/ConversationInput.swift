import Adapters
import Catalog
import JSON
import OpenAISchema

/// What normalising a request needs beside the request itself.
///
/// A class, so that what reads it shares one copy of the request and the model.
final class ConversationInput {
    /// The request.
    let request: ChatCompletionRequest
    /// The catalog entry and the id to call.
    let resolved: ResolvedModel
    /// Images that were fetched, by the URL in the request.
    let images: [String: ImageBlock]
    /// Finds the thinking that led to a tool call, for clients that do not give it back.
    let rememberedThinking: (JSONText) -> [ThinkingBlock]?
    /// The guardrail that the operator set; a client's own never replaces it.
    let operatorGuardrail: Guardrail?
    /// The guardrail that the client named in headers.
    let headerGuardrail: Guardrail?
    /// Names of models that can see, for the error that a blind one causes.
    let visionExamples: [String]

    init(
        request: ChatCompletionRequest,
        resolved: ResolvedModel,
        images: [String: ImageBlock],
        rememberedThinking: @escaping (JSONText) -> [ThinkingBlock]?,
        operatorGuardrail: Guardrail?,
        headerGuardrail: Guardrail?,
        visionExamples: [String]
    ) {
        self.request = request
        self.resolved = resolved
        self.images = images
        self.rememberedThinking = rememberedThinking
        self.headerGuardrail = headerGuardrail
        self.operatorGuardrail = operatorGuardrail
        self.visionExamples = visionExamples
    }
}
