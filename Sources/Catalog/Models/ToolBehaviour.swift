/// What a model takes in the turn that answers its tool calls.
public struct ToolResultSupport: Hashable, Sendable {
    /// Whether an answer may hold images; otherwise they follow it in the same turn.
    public var images = false
    /// Whether text may stand beside answers in one turn; otherwise it gets a turn of its own.
    public var withText = false

    /// Creates the support of a model that takes nothing but text in answers, and nothing beside them.
    public init() {}
}

/// The JSON Schemas that a model's tools may have.
public enum ToolSchemaStyle: String, Hashable, Sendable, CaseIterable {
    /// Whatever JSON Schema says.
    case any
    /// Without `$ref`: definitions are written out where they are used.
    case inlined
    /// As ``inlined``, and nothing at the root but `type`, `properties` and `required`.
    case plainRoot = "plain_root"
}
