public import NIOCore

/// Writes JSON into a buffer, without white space, and puts the commas.
///
/// It trusts its caller to close what was opened and to write a key before each member's value.
///
/// Brackets, commas and colons go out together with the text that follows them, since a write of one byte costs as much as
/// one of a hundred.
public struct JSONWriter {
    private var written: ByteBuffer
    /// Punctuation that is not written yet, the first in the lowest byte.
    private var pending: UInt64 = 0
    private var pendingCount = 0
    private var depth = 0
    private var needsComma = false

    /// Starts writing at the end of a buffer.
    public init(_ buffer: ByteBuffer = ByteBuffer()) {
        written = buffer
    }

    /// Starts writing into a new buffer of at least a number of bytes.
    public init(capacity: Int) {
        written = ByteBufferAllocator().buffer(capacity: capacity)
    }

    /// What has been written so far.
    ///
    /// Reading it is free once the outermost value is closed.
    public var buffer: ByteBuffer {
        guard pendingCount > 0 else { return written }
        var writer = self
        writer.flush()
        return writer.written
    }

    /// The number of bytes written so far.
    public var count: Int { written.readableBytes + pendingCount }

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
        punctuate(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a member's key that is already escaped.
    @_disfavoredOverload
    public mutating func key(_ key: JSONText) {
        key.escaped.withUnsafeReadableBytes { writeQuoted($0, isKey: true) }
    }

    /// Writes a string, escaping it.
    public mutating func string(_ string: String) {
        beginString()
        written.writeEscapedJSON(string)
        endString()
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
        beginString()
        for text in texts { written.writeImmutableBuffer(text.escaped) }
        endString()
    }

    /// Writes a string that holds other JSON text, escaping it: what a tool call's `arguments` are.
    public mutating func string(escaping bytes: ByteBuffer) {
        beginString()
        bytes.withUnsafeReadableBytes { written.writeEscapedJSON($0) }
        endString()
    }

    /// Writes a whole number.
    public mutating func int(_ value: Int) {
        beginValue()
        written.writeDecimal(value)
    }

    /// Writes a number in the shortest spelling that reads back the same; a whole one without a fraction.
    ///
    /// JSON has no infinities: a number that is not finite is written as `null`.
    public mutating func double(_ value: Double) {
        beginValue()
        if let whole = Int(exactly: value), whole.magnitude < 1 << 53, whole != 0 || value.sign == .plus {
            written.writeDecimal(whole)
        } else if let thousandths = Self.thousandths(of: value) {
            written.writeDecimal(thousandths: thousandths)
        } else {
            written.writeString(value.isFinite ? value.description : "null")
        }
    }

    /// How many thousandths a number between 0 and a million is, if it is the number that is nearest to so many.
    ///
    /// Then its shortest spelling has up to three places, and needs no search.
    private static func thousandths(of value: Double) -> Int? {
        guard value > 0, value < 1_000_000 else { return nil }
        let scaled = (value * 1_000).rounded()
        return scaled / 1_000 == value ? Int(scaled) : nil
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) {
        beginValue()
        written.writeStaticString(value ? "true" : "false")
    }

    /// Writes `null`.
    public mutating func null() {
        beginValue()
        written.writeStaticString("null")
    }

    /// Writes a parsed value exactly as it was spelled.
    public mutating func raw(_ value: JSONValue) {
        raw(value.rawBytes)
    }

    /// Writes bytes that are known to be one JSON value.
    public mutating func raw(_ bytes: ByteBuffer) {
        beginValue()
        written.writeImmutableBuffer(bytes)
    }

    /// Writes a comma if one is due, bytes between quotes, and a colon after a key, in one go with what is pending.
    private mutating func writeQuoted(_ bytes: UnsafeRawBufferPointer, isKey: Bool) {
        separate()
        punctuate(UInt8(ascii: "\""))
        let punctuation = pending.littleEndian
        let length = pendingCount
        written.writeWithUnsafeMutableBytes(minimumWritableBytes: bytes.count + 9) { target in
            target.storeBytes(of: punctuation, as: UInt64.self)
            UnsafeMutableRawBufferPointer(rebasing: target[length...]).copyMemory(from: bytes)
            target[length + bytes.count] = UInt8(ascii: "\"")
            return length + bytes.count + 1
        }
        pending = 0
        pendingCount = 0
        guard isKey else { return }
        punctuate(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Punctuation

    @inline(__always)
    private mutating func punctuate(_ byte: UInt8) {
        if pendingCount == 8 { flush() }
        pending |= UInt64(byte) << UInt64(pendingCount * 8)
        pendingCount += 1
    }

    /// Writes what is pending.
    private mutating func flush() {
        guard pendingCount > 0 else { return }
        let punctuation = pending.littleEndian
        let length = pendingCount
        written.writeWithUnsafeMutableBytes(minimumWritableBytes: 8) { target in
            target.storeBytes(of: punctuation, as: UInt64.self)
            return length
        }
        pending = 0
        pendingCount = 0
    }

    @inline(__always)
    private mutating func separate() {
        if needsComma { punctuate(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Makes ready for a value that is written as it is.
    private mutating func beginValue() {
        separate()
        flush()
    }

    private mutating func beginString() {
        separate()
        punctuate(UInt8(ascii: "\""))
        flush()
    }

    private mutating func endString() {
        punctuate(UInt8(ascii: "\""))
        if depth == 0 { flush() }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        punctuate(bracket)
        needsComma = false
        depth += 1
    }

    private mutating func close(_ bracket: UInt8) {
        punctuate(bracket)
        needsComma = true
        depth -= 1
        if depth == 0 { flush() }
    }
}
