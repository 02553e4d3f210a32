public import NIOCore

/// One event of a streamed answer, unframed and checked; exceptions are thrown as ``BedrockError`` instead.
public struct BedrockEvent: Sendable {
    /// The event types of ConverseStream and InvokeModelWithResponseStream.
    public enum Kind: UInt8, Sendable {
        case messageStart
        case contentBlockStart
        case contentBlockDelta
        case contentBlockStop
        case messageStop
        case metadata
        /// One object of a model's native stream, its base64 wrapping already removed.
        case chunk
        /// One `data:` payload of a server-sent event stream.
        case data
        /// A type that this version does not know. Decoders skip it.
        case unknown
    }

    /// What kind of event this is.
    public var kind: Kind
    /// The event's JSON.
    public var payload: ByteBuffer

    /// Creates an event.
    public init(_ kind: Kind, payload: ByteBuffer) {
        self.kind = kind
        self.payload = payload
    }
}
