import Adapters
import Catalog
import JSON
import OpenAISchema

/// What normalising a request needs beside the request itself.
struct ConversationInput {
    /// The request.
    var request: ChatCompletionRequest
    /// The catalog entry and the id to call.
    var resolved: ResolvedModel
    /// Images that were fetched, by the URL in the request.
    var images: [String: ImageBlock] = [:]
    /// Finds the thinking that led to a tool call, for clients that do not give it back.
    var rememberedThinking: (JSONText) -> [ThinkingBlock]? = { _ in nil }
    /// The guardrail that the operator set; a client's own never replaces it.
    var operatorGuardrail: Guardrail?
    /// The guardrail that the client named in headers.
    var headerGuardrail: Guardrail?
    /// Names of models that can see, for the error that a blind one causes.
    var visionExamples: [String] = []
}
