import Glibc

/// Tells which of a few fixed names a string of a document is, without making a `String` of it.
///
/// It costs one look into a table and one comparison, however many names there are; a `switch` over strings tries one after
/// the other.
public struct JSONNameIndex: Sendable {
    /// Where a name's bytes lie, and its place among the names; a count of 0 marks a slot that is free.
    private struct Slot {
        var start: UInt32 = 0
        var count: UInt32 = 0
        var name: Int = 0
    }

    private let slots: [Slot]
    private let bytes: [UInt8]

    /// Makes the table; the names must be different, and none of them empty.
    public init(_ names: [String]) {
        var size = 4
        while size < names.count * 4 { size *= 2 }
        var slots = [Slot](repeating: Slot(), count: size)
        var bytes: [UInt8] = []
        for (index, name) in names.enumerated() {
            precondition(
                !name.isEmpty && names.firstIndex(of: name) == index,
                "'\(name)' cannot be told from another name"
            )
            let utf8 = Array(name.utf8)
            var place = utf8.withUnsafeBytes { Self.hash($0) } & (size - 1)
            while slots[place].count > 0 { place = (place + 1) & (size - 1) }
            slots[place] = Slot(start: UInt32(bytes.count), count: UInt32(utf8.count), name: index)
            bytes += utf8
        }
        self.slots = slots
        self.bytes = bytes
    }

    /// The place among the names of the text of a value; nil for any other text, and for what is no string.
    public func index(of value: JSONValue) -> Int? { index(at: value.index, in: value.document) }

    /// The place among the names of the text that is the value of a key.
    public func index(of key: StaticString, in object: JSONValue) -> Int? {
        object.place(of: key.bytes).flatMap { index(at: $0, in: object.document) }
    }

    @inline(__always)
    private func index(at place: Int, in document: JSONDocument) -> Int? {
        let node = document.node(at: place)
        guard node.kind == .string else { return nil }
        return document.withBytes(Int(node.start) + 1, Int(node.end) - 1) { text in
            node.hasEscapes ? unescapeJSON(text).withUnsafeBytes { index(of: $0) } : index(of: text)
        }
    }

    @inline(__always)
    private func index(of text: UnsafeRawBufferPointer) -> Int? {
        guard let start = text.baseAddress, text.count > 0 else { return nil }
        return slots.withUnsafeBufferPointer { slots in
            bytes.withUnsafeBytes { bytes in
                var place = Self.hash(text) & (slots.count - 1)
                while slots[place].count > 0 {
                    let slot = slots[place]
                    if Int(slot.count) == text.count,
                        memcmp(bytes.baseAddress.unsafelyUnwrapped + Int(slot.start), start, text.count) == 0
                    {
                        return slot.name
                    }
                    place = (place + 1) & (slots.count - 1)
                }
                return nil
            }
        }
    }

    /// Mixes the length with the first, the middle and the last byte; never negative.
    @inline(__always)
    private static func hash(_ text: UnsafeRawBufferPointer) -> Int {
        let count = text.count
        let mixed =
            UInt64(text[0]) | UInt64(text[count / 2]) << 8 | UInt64(text[count - 1]) << 16 | UInt64(count & 255) << 24
        return Int(truncatingIfNeeded: (mixed &* 0x9E37_79B9_7F4A_7C15) >> 40)
    }
}

/// Tells which case of an enumeration of names a string of a document is.
public struct JSONNames<Name: RawRepresentable<String> & CaseIterable & Sendable>: Sendable {
    @usableFromInline let index: JSONNameIndex
    @usableFromInline let names: [Name]

    /// Makes the table of all cases.
    public init(_ type: Name.Type = Name.self) {
        names = Array(Name.allCases)
        index = JSONNameIndex(names.map(\.rawValue))
    }

    /// The case that the text of a value names; nil for any other text, and for what is no string.
    @inlinable
    public subscript(value: JSONValue) -> Name? {
        index.index(of: value).map { names[$0] }
    }

    /// The case that the text of an object's member names, as `self[object[key]]` would give it.
    @inlinable
    public subscript(key: StaticString, of object: JSONValue) -> Name? {
        index.index(of: key, in: object).map { names[$0] }
    }
}
