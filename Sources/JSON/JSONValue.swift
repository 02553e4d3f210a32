public import NIOCore

/// A value inside a parsed JSON document.
///
/// It is a view: it shares the document's bytes and copies nothing until a `String` is asked for. Order,
/// number spelling and unread parts stay exactly as they were written; ``rawBytes`` gives them back.
public struct JSONValue: Sendable {
    let document: JSONDocument
    let index: Int

    init(document: JSONDocument, index: Int) {
        self.document = document
        self.index = index
    }

    @inline(__always)
    var node: JSONNode { document.nodes[index] }

    /// What kind of value this is.
    public var kind: JSONKind { node.kind }

    /// Whether this is `null`.
    public var isNull: Bool { node.kind == .null }

    /// The value of `true` or `false`; nil for every other kind.
    public var bool: Bool? {
        let node = node
        // "true" has four bytes and "false" five.
        return node.kind == .bool ? node.end - node.start == 4 : nil
    }

    /// The decoded text of a string; nil for every other kind.
    public var string: String? { text?.string }

    /// The content of a string as it was written, still escaped and without copying; nil for every other kind.
    public var text: JSONText? {
        let node = node
        guard node.kind == .string else { return nil }
        return JSONText(
            validEscaped: document.slice(Int(node.start) + 1, Int(node.end) - 1),
            hasEscapes: node.hasEscapes
        )
    }

    /// How many members an object or elements an array has; 0 for every other kind.
    ///
    /// Repeated keys count each time.
    public var count: Int { Int(node.count) }

    /// The bytes of this value exactly as they were written, sharing memory with the document.
    public var rawBytes: ByteBuffer {
        let node = node
        return document.slice(Int(node.start), Int(node.end))
    }

    /// The value's place in the document, in bytes from its start.
    public var byteRange: Range<Int> {
        let node = node
        return Int(node.start)..<Int(node.end)
    }

    /// Calls a closure with the bytes of this value as they were written.
    public func withRawBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let node = node
        return document.withBytes(Int(node.start), Int(node.end), body)
    }

    /// Whether this is a string whose decoded text equals another.
    public func equals(_ other: String) -> Bool {
        let node = node
        guard node.kind == .string else { return false }
        if node.hasEscapes { return string == other }
        var other = other
        return document.withBytes(Int(node.start) + 1, Int(node.end) - 1) { mine in
            other.withUTF8 { theirs in
                mine.count == theirs.count && mine.elementsEqual(theirs)
            }
        }
    }
}

// MARK: Containers

extension JSONValue {
    /// The member of an object with a key; nil when there is none, or when this is not an object.
    ///
    /// A repeated key's last value wins, as in JavaScript, Python and Foundation.
    public subscript(key: String) -> JSONValue? {
        guard node.kind == .object else { return nil }
        var found: JSONValue?
        var child = index + 1
        for _ in 0..<Int(node.count) {
            let value = Int(document.nodes[child].next)
            if JSONValue(document: document, index: child).equals(key) {
                found = JSONValue(document: document, index: value)
            }
            child = Int(document.nodes[value].next)
        }
        return found
    }

    /// The members of an object in the order they were written, repeated keys included; empty for every other kind.
    public var members: Members { Members(value: self) }

    /// The elements of an array in order; empty for every other kind.
    public var elements: Elements { Elements(value: self) }

    /// The members of an object in document order.
    public struct Members: Sequence, IteratorProtocol, Sendable {
        private let document: JSONDocument
        private var child: Int
        private var remaining: Int

        init(value: JSONValue) {
            document = value.document
            child = value.index + 1
            remaining = value.kind == .object ? value.count : 0
        }

        /// Returns the next member: its key as a string value, and its value.
        public mutating func next() -> (key: JSONValue, value: JSONValue)? {
            guard remaining > 0 else { return nil }
            remaining -= 1
            let key = JSONValue(document: document, index: child)
            let value = JSONValue(document: document, index: Int(document.nodes[child].next))
            child = Int(value.node.next)
            return (key, value)
        }
    }

    /// The elements of an array in order.
    public struct Elements: Sequence, IteratorProtocol, Sendable {
        private let document: JSONDocument
        private var child: Int
        private var remaining: Int

        init(value: JSONValue) {
            document = value.document
            child = value.index + 1
            remaining = value.kind == .array ? value.count : 0
        }

        /// Returns the next element.
        public mutating func next() -> JSONValue? {
            guard remaining > 0 else { return nil }
            remaining -= 1
            let value = JSONValue(document: document, index: child)
            child = Int(value.node.next)
            return value
        }
    }
}

// MARK: Numbers

extension JSONValue {
    /// The value of a number in double precision; nil for every other kind.
    ///
    /// A number beyond the range of a `Double` is infinite.
    public var double: Double? {
        guard node.kind == .number else { return nil }
        return Double(withRawBytes { String(decoding: $0, as: UTF8.self) })
    }

    /// The value of a whole number, however it is spelled (`3`, `3.0`, `3e0`); nil when it is not whole or does not fit.
    public var int: Int? {
        guard node.kind == .number else { return nil }
        let plain: Int? = withRawBytes { bytes in
            var value = 0
            let negative = bytes.first == UInt8(ascii: "-")
            guard bytes.count <= 18 else { return nil }
            for byte in bytes.dropFirst(negative ? 1 : 0) {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return negative ? -value : value
        }
        return plain ?? double.flatMap { Int(exactly: $0) }
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as it was written.
    ///
    /// It may hold a prompt: keep it out of logs.
    public var description: String { withRawBytes { String(decoding: $0, as: UTF8.self) } }
}
