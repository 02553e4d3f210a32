public import JSON
public import NIOCore

/// A function that the model may call.
public struct Tool: Sendable {
    /// The name as Bedrock sees it: 1 to 64 of `[a-zA-Z0-9_-]`.
    public var name: JSONText
    /// What it does; nil rather than blank.
    public var description: JSONText?
    /// The JSON Schema of its arguments, an object schema, as the client spelled it.
    public var inputSchema: ByteBuffer
    /// Whether alternatives (`anyOf` and its like) stand at the schema's root.
    public var isComposed: Bool
    /// Whether the arguments must follow the schema exactly.
    public var strict: Bool
    /// Whether the tools up to and including this one are to be cached.
    public var cacheMark: CacheMark?

    /// Creates a tool.
    public init(
        name: JSONText,
        description: JSONText? = nil,
        inputSchema: ByteBuffer,
        isComposed: Bool = false,
        strict: Bool = false,
        cacheMark: CacheMark? = nil
    ) {
        self.name = name
        self.description = description
        self.inputSchema = inputSchema
        self.isComposed = isComposed
        self.strict = strict
        self.cacheMark = cacheMark
    }

    /// The schema of a tool without arguments.
    public static let emptySchema = ByteBuffer(string: #"{"type":"object","properties":{}}"#)
}

/// Which tools must or may be called.
public enum ToolChoice: Sendable, Hashable {
    /// The model decides.
    case automatic
    /// Some tool must be called.
    case required
    /// This tool must be called.
    case named(JSONText)
    /// No tool may be called, though the history holds calls.
    case none
}

/// The shape that the answer must have.
public enum OutputFormat: Sendable {
    /// Anything.
    case text
    /// Some JSON object.
    case jsonObject
    /// JSON that follows a schema.
    case jsonSchema(JSONSchemaFormat)
}

/// A JSON Schema that the answer must follow.
public struct JSONSchemaFormat: Sendable {
    /// The schema's name.
    public var name: JSONText
    /// What it is for.
    public var description: JSONText?
    /// The schema as the client spelled it.
    public var schema: ByteBuffer
    /// Whether alternatives (`anyOf` and its like) stand at the schema's root.
    public var isComposed: Bool
    /// Whether the client asked for strict adherence.
    public var strict: Bool

    /// Creates a format.
    public init(
        name: JSONText,
        description: JSONText? = nil,
        schema: ByteBuffer,
        isComposed: Bool = false,
        strict: Bool = false
    ) {
        self.name = name
        self.description = description
        self.schema = schema
        self.isComposed = isComposed
        self.strict = strict
    }

    /// Whether the schema says what an answer holds; models that are made to fill in another answer `{}`.
    var hasProperties: Bool {
        isComposed || (try? JSONValue.parse(schema))?["properties"]?.count ?? 0 > 0
    }
}
