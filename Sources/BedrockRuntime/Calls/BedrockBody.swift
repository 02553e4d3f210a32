public import JSON
public import NIOCore

/// The body of a call: one buffer, or several where something very long was passed on without being copied.
///
/// It holds a prompt, so it is not described.
public struct BedrockBody: Sendable {
    /// The first part, which is nearly always all of it.
    public let first: ByteBuffer
    /// The parts behind it.
    public let rest: [ByteBuffer]

    /// Takes buffers for a body.
    public init(_ first: ByteBuffer, rest: [ByteBuffer] = []) {
        self.first = first
        self.rest = rest
    }

    /// Takes what was written for a body.
    public init(_ writer: consuming JSONWriter) {
        if writer.isInParts {
            let parts = writer.parts
            self.init(parts[0], rest: Array(parts.dropFirst()))
        } else {
            self.init(writer.buffer)
        }
    }

    /// The length in bytes.
    public var count: Int { rest.reduce(first.readableBytes) { $0 + $1.readableBytes } }

    /// All of it in order.
    public var parts: [ByteBuffer] { [first] + rest }

    /// All of it in one buffer; copied together if it is in parts.
    public var joined: ByteBuffer { rest.isEmpty ? first : ByteBuffer(joining: parts) }
}

extension BedrockBody: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The length only.
    public var description: String { "\(count) bytes" }
    /// The length only.
    public var debugDescription: String { description }
    /// A mirror without the bytes.
    public var customMirror: Mirror { Mirror(self, children: ["count": count]) }
}
