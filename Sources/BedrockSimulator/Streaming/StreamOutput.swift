import JSON
import NIOCore

/// Bytes of a streamed answer on their way out.
struct StreamOutput {
    /// How events become bytes.
    enum Framing {
        case eventStream
        case serverSentEvents

        var contentType: String {
            switch self {
            case .eventStream: "application/vnd.amazon.eventstream"
            case .serverSentEvents: "text/event-stream"
            }
        }
    }

    private static let chunk = FrameWriter.Headers.event("chunk")

    let framing: Framing
    /// Whether events carry `p`, text of varying length that hides how long their content is.
    let isPadded: Bool
    /// What was written and not yet taken.
    var buffer = ByteBuffer()
    /// How many pieces of text were written, where a dialect counts them.
    var pieces = 0
    private var count = 0

    init(framing: Framing, isPadded: Bool) {
        self.framing = framing
        self.isPadded = isPadded
    }

    /// Writes an event of the service's own: the closure writes the members of its payload.
    mutating func event(_ headers: FrameWriter.Headers, _ members: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(capacity: 192)
        writer.beginObject()
        members(&writer)
        pad(&writer)
        writer.endObject()
        FrameWriter.write(headers, to: &buffer) { $0.writeImmutableBuffer(writer.buffer) }
    }

    /// Writes one object of a model's own stream: the closure writes its members.
    mutating func chunk(_ members: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        members(&writer)
        writer.endObject()
        switch framing {
        case .eventStream:
            var wrapper = JSONWriter()
            if isPadded { pad(&wrapper) }
            FrameWriter.write(Self.chunk, to: &buffer) { buffer in
                buffer.writeStaticString("{\"bytes\":\"")
                writer.buffer.withUnsafeReadableBytes { Base64.write($0, to: &buffer) }
                buffer.writeStaticString("\"")
                if isPadded {
                    buffer.writeStaticString(",")
                    buffer.writeImmutableBuffer(wrapper.buffer)
                }
                buffer.writeStaticString("}")
            }
        case .serverSentEvents:
            buffer.writeStaticString("data: ")
            buffer.writeImmutableBuffer(writer.buffer)
            buffer.writeStaticString("\n\n")
        }
    }

    /// Writes the line that ends a stream of server-sent events; an event stream just ends.
    mutating func done() {
        if framing == .serverSentEvents { buffer.writeStaticString("data: [DONE]\n\n") }
    }

    /// Writes an error in the midst of a stream.
    mutating func exception(_ error: SimulatorError) {
        switch framing {
        case .eventStream:
            FrameWriter.write(.exception(error.streamName), to: &buffer) { $0.writeImmutableBuffer(error.body) }
        case .serverSentEvents:
            buffer.writeStaticString("data: ")
            buffer.writeImmutableBuffer(OpenAIFailure.body(of: error))
            buffer.writeStaticString("\n\n")
        }
    }

    private mutating func pad(_ writer: inout JSONWriter) {
        guard isPadded else { return }
        count += 1
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        writer.key("p")
        writer.string(String(letters.prefix(count * 7 % 41 + 1)))
    }
}
