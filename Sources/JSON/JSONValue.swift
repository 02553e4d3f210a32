public import NIOCore

/// A value inside a parsed JSON document.
///
/// It is a view: it shares the document's bytes and copies nothing until a `String` is asked for. Order,
/// number spelling and unread parts stay exactly as they were written; ``rawBytes`` gives them back.
public struct JSONValue: Sendable {
    @usableFromInline let document: JSONDocument
    @usableFromInline let index: Int

    @inlinable
    init(document: JSONDocument, index: Int) {
        self.document = document
        self.index = index
    }

    @inlinable
    var node: JSONNode { document.node(at: index) }

    /// What kind of value this is.
    @inlinable
    public var kind: JSONKind { node.kind }

    /// Whether this is `null`.
    @inlinable
    public var isNull: Bool { node.kind == .null }

    /// The value of `true` or `false`; nil for every other kind.
    public var bool: Bool? {
        let node = node
        // "true" has four bytes and "false" five.
        return node.kind == .bool ? node.end - node.start == 4 : nil
    }

    /// The decoded text of a string; nil for every other kind.
    public var string: String? {
        let node = node
        guard node.kind == .string else { return nil }
        guard !node.hasEscapes else { return text?.string }
        return document.withBytes(Int(node.start) + 1, Int(node.end) - 1) { String(decoding: $0, as: UTF8.self) }
    }

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
    @inlinable
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

    /// Whether this is a string whose decoded text equals another, scalar by scalar.
    ///
    /// Unlike `String`'s `==` it tells composed and decomposed accents apart, as every JSON parser does with keys.
    public func equals(_ other: StaticString) -> Bool {
        node.kind == .string && document.isString(at: index, equalTo: other.bytes)
    }

    /// The same for a text that is not known beforehand.
    @_disfavoredOverload
    @inlinable
    public func equals(_ other: String) -> Bool {
        guard node.kind == .string else { return false }
        var other = other
        return other.withUTF8 { document.isString(at: index, equalTo: UnsafeRawBufferPointer($0)) }
    }
}

// MARK: Containers

extension JSONValue {
    /// The member of an object with a key; nil when there is none, or when this is not an object.
    ///
    /// A repeated key's last value wins, as in JavaScript, Python and Foundation.
    public subscript(key: StaticString) -> JSONValue? {
        place(of: key.bytes).map { JSONValue(document: document, index: $0) }
    }

    /// The same for a key that is not known beforehand.
    @_disfavoredOverload
    public subscript(key: String) -> JSONValue? {
        var key = key
        return key.withUTF8 { place(of: UnsafeRawBufferPointer($0)) }.map { JSONValue(document: document, index: $0) }
    }

    /// The content of the string that is the value of a key, as `self[key]?.text` gives it.
    public func text(_ key: StaticString) -> JSONText? {
        guard let place = place(of: key.bytes) else { return nil }
        let node = document.node(at: place)
        guard node.kind == .string else { return nil }
        return JSONText(
            validEscaped: document.slice(Int(node.start) + 1, Int(node.end) - 1),
            hasEscapes: node.hasEscapes
        )
    }

    /// Whether the value of a key is a string with some text, as `self[key]?.equals(text) == true` says.
    public func member(_ key: StaticString, equals text: StaticString) -> Bool {
        guard let place = place(of: key.bytes), document.node(at: place).kind == .string else { return false }
        return document.isString(at: place, equalTo: text.bytes)
    }

    /// The tape index of the value of a key.
    func place(of key: UnsafeRawBufferPointer) -> Int? {
        let object = node
        guard object.kind == .object else { return nil }
        var found: Int?
        var child = index + 1
        for _ in 0..<object.count {
            let value = child + 1
            if document.isString(at: child, equalTo: key) { found = value }
            child = Int(document.node(at: value).next)
        }
        return found
    }

    /// The members of an object in the order they were written, repeated keys included; empty for every other kind.
    @inlinable
    public var members: Members { Members(value: self) }

    /// The elements of an array in order; empty for every other kind.
    @inlinable
    public var elements: Elements { Elements(value: self) }

    /// The members of an object in document order.
    public struct Members: Sequence, IteratorProtocol, Sendable {
        @usableFromInline let document: JSONDocument
        @usableFromInline var child: Int
        @usableFromInline var remaining: Int

        @inlinable
        init(value: JSONValue) {
            document = value.document
            child = value.index + 1
            remaining = value.kind == .object ? value.count : 0
        }

        /// Returns the next member: its key as a string value, and its value.
        @inlinable
        public mutating func next() -> (key: JSONValue, value: JSONValue)? {
            guard remaining > 0 else { return nil }
            remaining -= 1
            let key = JSONValue(document: document, index: child)
            let value = JSONValue(document: document, index: child + 1)
            child = Int(document.node(at: child + 1).next)
            return (key, value)
        }
    }

    /// The elements of an array in order.
    public struct Elements: Sequence, IteratorProtocol, Sendable {
        @usableFromInline let document: JSONDocument
        @usableFromInline var child: Int
        @usableFromInline var remaining: Int

        @inlinable
        init(value: JSONValue) {
            document = value.document
            child = value.index + 1
            remaining = value.kind == .array ? value.count : 0
        }

        /// Returns the next element.
        @inlinable
        public mutating func next() -> JSONValue? {
            guard remaining > 0 else { return nil }
            remaining -= 1
            let value = JSONValue(document: document, index: child)
            child = Int(document.node(at: child).next)
            return value
        }
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as it was written.
    ///
    /// It may hold a prompt: keep it out of logs.
    public var description: String { withRawBytes { String(decoding: $0, as: UTF8.self) } }
}

extension StaticString {
    /// The bytes of the text.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
