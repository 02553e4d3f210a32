import Adapters
import Catalog
import JSON
import OpenAISchema

/// What normalising a request needs.
///
/// A class, so that all that reads it shares it.
final class ConversationInput {
    /// The request, and the model that it names.
    let decoded: ChatPreparation.Decoded
    /// Images that were fetched, by the URL in the request.
    let images: [JSONText: ImageBlock]
    /// The thinking of earlier answers, for clients that do not give it back; nil for a model that signs none.
    let memory: ThinkingMemory?
    /// What was known before the request was read.
    let preparation: ChatPreparation

    /// The request.
    var request: ChatCompletionRequest { _read { yield decoded.request } }
    /// The catalog entry and the id to call.
    var resolved: ResolvedModel { _read { yield decoded.resolved } }

    /// Finds the thinking that led to a tool call.
    func rememberedThinking(_ call: JSONText) -> [ThinkingBlock]? {
        memory?.blocks(for: call, model: resolved.model.name)
    }

    init(
        decoded: ChatPreparation.Decoded,
        images: [JSONText: ImageBlock],
        memory: ThinkingMemory?,
        preparation: ChatPreparation
    ) {
        self.decoded = decoded
        self.images = images
        self.memory = memory
        self.preparation = preparation
    }
}
