public import NIOCore

/// Writes JSON into a buffer, without white space, and puts the commas.
///
/// It trusts its caller to close what was opened and to write a key before each member's value.
public struct JSONWriter {
    /// What has been written so far.
    public private(set) var buffer: ByteBuffer
    private var needsComma = false

    /// Starts writing at the end of a buffer.
    public init(_ buffer: ByteBuffer = ByteBuffer()) {
        self.buffer = buffer
    }

    /// Starts writing into a new buffer of at least a number of bytes.
    public init(capacity: Int) {
        buffer = ByteBufferAllocator().buffer(capacity: capacity)
    }

    /// Opens an object.
    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    /// Closes the innermost object.
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    /// Opens an array.
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    /// Closes the innermost array.
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Writes a member's key that needs no escaping: a literal is taken for one.
    public mutating func key(_ key: StaticString) {
        let count = key.utf8CodeUnitCount
        assert(firstSpecialByte(in: key.utf8Start, from: 0, to: count, stopsAtMultibyte: false) == count)
        writeQuoted(UnsafeRawBufferPointer(start: key.utf8Start, count: count), isKey: true)
    }

    /// Writes a member's key, escaping it.
    @_disfavoredOverload
    public mutating func key(_ key: String) {
        string(key)
        buffer.writeInteger(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a member's key that is already escaped.
    @_disfavoredOverload
    public mutating func key(_ key: JSONText) {
        key.escaped.withUnsafeReadableBytes { writeQuoted($0, isKey: true) }
    }

    /// Writes a string, escaping it.
    public mutating func string(_ string: String) {
        separate()
        buffer.writeInteger(UInt8(ascii: "\""))
        buffer.writeEscapedJSON(string)
        buffer.writeInteger(UInt8(ascii: "\""))
    }

    /// Writes a string that needs no escaping.
    public mutating func string(literal string: StaticString) {
        writeQuoted(UnsafeRawBufferPointer(start: string.utf8Start, count: string.utf8CodeUnitCount), isKey: false)
    }

    /// Writes a string that is already escaped.
    public mutating func string(_ text: JSONText) {
        text.escaped.withUnsafeReadableBytes { writeQuoted($0, isKey: false) }
    }

    /// Writes a string whose content is given in several already escaped pieces.
    public mutating func string(joining texts: some Sequence<JSONText>) {
        separate()
        buffer.writeInteger(UInt8(ascii: "\""))
        for text in texts { buffer.writeImmutableBuffer(text.escaped) }
        buffer.writeInteger(UInt8(ascii: "\""))
    }

    /// Writes a string that holds other JSON text, escaping it: what a tool call's `arguments` are.
    public mutating func string(escaping bytes: ByteBuffer) {
        separate()
        buffer.writeInteger(UInt8(ascii: "\""))
        bytes.withUnsafeReadableBytes { buffer.writeEscapedJSON($0) }
        buffer.writeInteger(UInt8(ascii: "\""))
    }

    /// Writes a whole number.
    public mutating func int(_ value: Int) {
        separate()
        buffer.writeDecimal(value)
    }

    /// Writes a number in the shortest spelling that reads back the same; a whole one without a fraction.
    ///
    /// JSON has no infinities: a number that is not finite is written as `null`.
    public mutating func double(_ value: Double) {
        separate()
        if let whole = Int(exactly: value), whole.magnitude < 1 << 53, whole != 0 || value.sign == .plus {
            buffer.writeDecimal(whole)
        } else {
            buffer.writeString(value.isFinite ? value.description : "null")
        }
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) {
        separate()
        buffer.writeStaticString(value ? "true" : "false")
    }

    /// Writes `null`.
    public mutating func null() {
        separate()
        buffer.writeStaticString("null")
    }

    /// Writes a parsed value exactly as it was spelled.
    public mutating func raw(_ value: JSONValue) {
        raw(value.rawBytes)
    }

    /// Writes bytes that are known to be one JSON value.
    public mutating func raw(_ bytes: ByteBuffer) {
        separate()
        buffer.writeImmutableBuffer(bytes)
    }

    /// Writes members that are known to be valid, with commas between them but none around them.
    public mutating func rawMembers(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0 else { return }
        separate()
        buffer.writeImmutableBuffer(bytes)
    }

    /// Writes a comma if one is due, bytes between quotes, and a colon after a key, in one go.
    private mutating func writeQuoted(_ bytes: UnsafeRawBufferPointer, isKey: Bool) {
        let comma = needsComma
        needsComma = !isKey
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: bytes.count + 4) { target in
            var at = 0
            if comma {
                target[0] = UInt8(ascii: ",")
                at = 1
            }
            target[at] = UInt8(ascii: "\"")
            at += 1
            UnsafeMutableRawBufferPointer(rebasing: target[at...]).copyMemory(from: bytes)
            at += bytes.count
            target[at] = UInt8(ascii: "\"")
            at += 1
            if isKey {
                target[at] = UInt8(ascii: ":")
                at += 1
            }
            return at
        }
    }

    @inline(__always)
    private mutating func separate() {
        if needsComma { buffer.writeInteger(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        if needsComma {
            buffer.writeInteger(UInt16(UInt8(ascii: ",")) << 8 | UInt16(bracket))
        } else {
            buffer.writeInteger(bracket)
        }
        needsComma = false
    }

    @inline(__always)
    private mutating func close(_ bracket: UInt8) {
        buffer.writeInteger(bracket)
        needsComma = true
    }
}
