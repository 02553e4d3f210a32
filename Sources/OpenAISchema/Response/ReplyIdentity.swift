public import JSON

/// What is the same in every chunk of one answer.
public struct ReplyIdentity: Sendable {
    /// `chatcmpl-…`.
    public var id: String
    /// When the answer was made, in seconds since 1970.
    public var created: Int
    /// The model as the client named it.
    public var model: String

    /// Creates an identity.
    public init(id: String, created: Int, model: String) {
        self.id = id
        self.created = created
        self.model = model
    }

    /// Writes the members that every object of an answer begins with.
    func writeMembers(object: StaticString, to writer: inout JSONWriter) {
        writer.key("id")
        writer.string(id)
        writer.key("object")
        writer.string(literal: object)
        writer.key("created")
        writer.int(created)
        writer.key("model")
        writer.string(model)
    }
}

/// A thinking block that the client may give back in `thinking_blocks`.
public enum ReplyThinkingBlock: Sendable {
    case signed(text: [JSONText], signature: JSONText)
    case redacted(JSONText)

    /// Writes the block, with its place among the blocks of a stream.
    func write(index: Int? = nil, to writer: inout JSONWriter) {
        writer.beginObject()
        if let index {
            writer.key("index")
            writer.int(index)
        }
        writer.key("type")
        switch self {
        case .signed(let text, let signature):
            writer.string(literal: "thinking")
            writer.key("thinking")
            writer.string(joining: text)
            writer.key("signature")
            writer.string(signature)
        case .redacted(let data):
            writer.string(literal: "redacted_thinking")
            writer.key("data")
            writer.string(data)
        }
        writer.endObject()
    }
}
