/// How a model is held to a JSON schema.
public enum StructuredOutput: String, Hashable, Sendable, CaseIterable {
    /// Converse's `outputConfig.textFormat`, or the same in the family's own body.
    case native
    /// As ``native``, but only together with thinking.
    case nativeWithThinking = "native_with_thinking"
    /// `response_format` of the OpenAI-shaped endpoints; elsewhere as ``tool``.
    case responseFormat = "response_format"
    /// A tool with that schema which the model is made to call.
    case tool
    /// Only words in the prompt.
    case none
}
