import NIOCore

/// The kinds of JSON value.
public enum JSONKind: UInt8, Sendable {
    case null, bool, number, string, array, object
}

/// One entry of a parsed document's tape: a value's place in the bytes, and where its siblings start.
///
/// Children follow their container in document order; an object's are key, value, key, value.
struct JSONNode {
    /// The first byte of the value; for a string its opening quote.
    var start: UInt32
    /// One past the last byte of the value.
    var end: UInt32 = 0
    /// The tape index just after this value and everything in it.
    var next: UInt32 = 0
    /// Members of an object or elements of an array.
    var count: UInt32 = 0
    var kind: JSONKind
    /// A string that holds at least one backslash.
    var hasEscapes = false
}

/// The bytes of a document and the tape that indexes them.
///
/// Immutable once made.
final class JSONDocument: Sendable {
    let bytes: ByteBuffer
    let nodes: [JSONNode]

    init(bytes: ByteBuffer, nodes: [JSONNode]) {
        self.bytes = bytes
        self.nodes = nodes
    }

    /// The bytes of a range of offsets, sharing memory with the document.
    func slice(_ start: Int, _ end: Int) -> ByteBuffer {
        bytes.getSlice(at: bytes.readerIndex + start, length: end - start) ?? ByteBuffer()
    }

    /// Calls a closure with the bytes of a range of offsets.
    @inline(__always)
    func withBytes<Result>(_ start: Int, _ end: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeReadableBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
    }
}
