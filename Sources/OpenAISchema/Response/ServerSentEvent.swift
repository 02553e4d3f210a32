import JSON
public import NIOCore

/// The events of a stream that are not chunks.
public enum ServerSentEvent {
    /// The content type that clients look for.
    public static let contentType = "text/event-stream; charset=utf-8"

    /// Writes the end of a complete stream.
    public static func done(into output: inout ByteBuffer) {
        output.writeStaticString("data: [DONE]\n\n")
    }

    /// Writes a failure in mid-stream.
    ///
    /// Nothing may follow it, least of all `[DONE]`.
    public static func failure(_ error: OpenAIError, into output: inout ByteBuffer) {
        output.writeStaticString("data: ")
        output.writeImmutableBuffer(error.body())
        output.writeStaticString("\n\n")
    }

    /// Writes a comment that keeps the connection open.
    ///
    /// The wording matters: one client takes a line that begins with `: ping` for the end of a batch.
    public static func keepAlive(into output: inout ByteBuffer) {
        output.writeStaticString(": keep-alive\n\n")
    }
}
