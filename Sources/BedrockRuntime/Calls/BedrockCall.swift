public import NIOCore

/// The hosts that serve models.
public enum BedrockHost: String, Hashable, Sendable {
    /// `bedrock-runtime.{region}.{suffix}`.
    case runtime
    /// `bedrock-mantle.{region}.api.aws`.
    case mantle
}

/// What is asked of Bedrock.
public enum BedrockOperation: String, Hashable, Sendable {
    case invoke
    case invokeStream
    case converse
    case converseStream
    /// OpenAI's own chat completions body, whole or as server-sent events.
    case chatCompletions
}

/// How the bytes of an answer are framed.
public enum BedrockFraming: Hashable, Sendable {
    /// One body, read to its end.
    case whole
    /// `application/vnd.amazon.eventstream`.
    case eventStream
    /// `text/event-stream`.
    case serverSentEvents
}

/// One call to Bedrock, complete but for the credentials, the region's host and the signature.
public struct BedrockCall: Sendable {
    /// Which host serves it.
    public var host: BedrockHost
    /// What is asked.
    public var operation: BedrockOperation
    /// The path, percent-encoded exactly once, beginning with a slash: `/model/…%3A0/converse`.
    public var path: String
    /// Headers beyond those that every call has, all of which are signed: `X-Amzn-Bedrock-…`.
    public var headers: [(name: String, value: String)]
    /// The JSON body.
    public var body: BedrockBody
    /// How the answer is framed.
    public var framing: BedrockFraming

    /// Creates a call.
    public init(
        host: BedrockHost = .runtime,
        operation: BedrockOperation,
        path: String,
        headers: [(name: String, value: String)] = [],
        body: BedrockBody,
        framing: BedrockFraming
    ) {
        self.host = host
        self.operation = operation
        self.path = path
        self.headers = headers
        self.body = body
        self.framing = framing
    }
}

/// A complete, successful answer of Bedrock.
public struct BedrockReply: Sendable {
    /// The response headers, names in any case; some families count tokens only there.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: ByteBuffer

    /// The header in which InvokeModel names the service tier that served the call (WIRE.md §3.2).
    public static let serviceTierHeader = "x-amzn-bedrock-service-tier"

    /// Creates a reply.
    public init(headers: [(name: String, value: String)] = [], body: ByteBuffer) {
        self.headers = headers
        self.body = body
    }

    /// The value of a header, found without regard to case.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}
