import Glibc
import NIOCore

/// The bytes of a document and the tape that indexes them.
///
/// Immutable once made, which is what makes it safe to share between threads. Indices into the tape come only from the
/// tape itself, so they are not checked again.
@usableFromInline
final class JSONDocument: @unchecked Sendable {
    let bytes: ByteBuffer
    /// Where the readable bytes begin.
    ///
    /// They cannot move: whoever else writes to a buffer that this one shares writes to a copy.
    private let base: UnsafeRawPointer
    @usableFromInline let nodes: UnsafePointer<JSONNode>

    /// Takes ownership of a finished tape, whose offsets count from `base`, the first of the readable bytes.
    init(bytes: ByteBuffer, base: UnsafeRawPointer, tape: JSONTape) {
        self.bytes = bytes
        self.base = base
        nodes = UnsafePointer(tape.nodes)
    }

    deinit { JSONTape.free(nodes) }

    /// The node at a tape index; the document outlives the look at its memory.
    @inlinable
    func node(at index: Int) -> JSONNode { withExtendedLifetime(self) { nodes[index] } }

    /// The bytes of a range of offsets, sharing memory with the document.
    func slice(_ start: Int, _ end: Int) -> ByteBuffer {
        bytes.getSlice(at: bytes.readerIndex + start, length: end - start) ?? ByteBuffer()
    }

    /// Calls a closure with the bytes of a range of offsets.
    @inline(__always)
    func withBytes<Result>(_ start: Int, _ end: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withExtendedLifetime(self) { body(UnsafeRawBufferPointer(start: base + start, count: end - start)) }
    }

    /// Whether the string at a tape index decodes to some UTF-8 bytes.
    @usableFromInline
    func isString(at index: Int, equalTo other: UnsafeRawBufferPointer) -> Bool {
        let node = node(at: index)
        let length = Int(node.end &- node.start) &- 2
        // Escapes are never shorter than what they stand for.
        guard length >= other.count else { return false }
        if node.hasEscapes { return isEscapedString(node, equalTo: other) }
        guard length == other.count else { return false }
        guard let theirs = other.baseAddress else { return true }
        return withExtendedLifetime(self) { memcmp(base + Int(node.start) + 1, theirs, length) == 0 }
    }

    @inline(never)
    private func isEscapedString(_ node: JSONNode, equalTo other: UnsafeRawBufferPointer) -> Bool {
        withBytes(Int(node.start) + 1, Int(node.end) - 1) { unescapeJSON($0).elementsEqual(other) }
    }
}

/// The growing tape of a document that is being parsed.
///
/// It owns its memory by hand: whoever finishes parsing either gives it to a ``JSONDocument`` or frees it.
struct JSONTape {
    private(set) var nodes: UnsafeMutablePointer<JSONNode>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int) {
        self.capacity = Swift.max(1, capacity)
        nodes = Self.allocate(self.capacity)
    }

    /// Memory for nodes, from `malloc` itself: Swift's own `allocate` asks for an alignment, which costs four times as much.
    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<JSONNode> {
        guard let memory = malloc(capacity * MemoryLayout<JSONNode>.stride) else { fatalError("out of memory") }
        return memory.bindMemory(to: JSONNode.self, capacity: capacity)
    }

    /// Gives a tape's memory back.
    static func free(_ nodes: UnsafePointer<JSONNode>) { Glibc.free(UnsafeMutablePointer(mutating: nodes)) }

    /// Adds a node and gives its index.
    @inline(__always)
    @discardableResult
    mutating func append(_ node: JSONNode) -> Int {
        if count == capacity { grow() }
        (nodes + count).initialize(to: node)
        count &+= 1
        return count &- 1
    }

    @inline(never)
    private mutating func grow() {
        let larger = Self.allocate(capacity * 2)
        larger.moveInitialize(from: nodes, count: count)
        free()
        nodes = larger
        capacity *= 2
    }

    /// Gives the memory back when parsing failed.
    func free() { Self.free(nodes) }
}
