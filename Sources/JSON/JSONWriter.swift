public import NIOCore

/// Writes JSON into a buffer, without white space, and puts the commas.
///
/// It trusts its caller to close what was opened and to write a key before each member's value.
///
/// What is short waits, and goes out together with the next long text. An escaped text or a raw value that is very long is not
/// copied: it becomes a part of its own between what was written before it and what comes behind.
public struct JSONWriter {
    /// From how many bytes on an escaped text or a raw value is passed on as it is.
    public static let passesOnFrom = 65_536

    /// The parts that are complete.
    private var finished: [ByteBuffer] = []
    private var written: ByteBuffer
    private var staged = StagedBytes()
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
    /// Reading it is free once the outermost value is closed, in a writer that was made with a capacity or a buffer;
    /// otherwise each reading makes a buffer.
    /// In several parts it is copied together.
    public var buffer: ByteBuffer {
        if staged.count == 0, finished.isEmpty { return written }
        var writer = self
        writer.flush()
        return finished.isEmpty ? writer.written : ByteBuffer(joining: writer.finished + [writer.written])
    }

    /// What has been written so far, in parts: one, unless something very long was written.
    public var parts: [ByteBuffer] {
        guard !finished.isEmpty else { return [buffer] }
        var writer = self
        writer.flush()
        return writer.finished + [writer.written]
    }

    /// Whether there is more than one part.
    public var isInParts: Bool { !finished.isEmpty }

    /// The number of bytes written so far.
    public var count: Int { finished.reduce(written.readableBytes + staged.count) { $0 + $1.readableBytes } }

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
        writeQuoted(key.bytes, isKey: true)
    }

    /// Writes a member's key, escaping it.
    @_disfavoredOverload
    public mutating func key(_ key: String) {
        string(key, isKey: true)
    }

    /// Writes a member's key that is already escaped.
    @_disfavoredOverload
    public mutating func key(_ key: JSONText) {
        key.escaped.withUnsafeReadableBytes { writeQuoted($0, isKey: true) }
    }

    /// Writes a member whose value is an object, unless that turns out empty.
    ///
    /// - Parameters:
    ///   - key: The member's key, which needs no escaping.
    ///   - body: Writes the members of the object.
    public mutating func object(unlessEmpty key: StaticString, _ body: (inout JSONWriter) -> Void) {
        let (before, neededComma) = (count, needsComma)
        self.key(key)
        beginObject()
        let opened = count
        body(&self)
        guard count == opened else { return endObject() }
        depth -= 1
        needsComma = neededComma
        let staged = min(self.staged.count, opened - before)
        self.staged.removeLast(staged)
        written.moveWriterIndex(to: written.writerIndex - (opened - before - staged))
    }

    /// Writes a string, escaping it.
    public mutating func string(_ string: String) {
        self.string(string, isKey: false)
    }

    private mutating func string(_ string: String, isKey: Bool) {
        var string = string
        string.withUTF8 { bytes in
            let isClean =
                bytes.baseAddress.map {
                    firstSpecialByte(in: $0, from: 0, to: bytes.count, stopsAtMultibyte: false) == bytes.count
                } ?? true
            if isClean { return writeQuoted(UnsafeRawBufferPointer(bytes), isKey: isKey) }
            beginString()
            written.writeEscapedJSON(UnsafeRawBufferPointer(bytes))
            endString(isKey: isKey)
        }
    }

    /// Writes a string that needs no escaping.
    public mutating func string(literal string: StaticString) {
        writeQuoted(string.bytes, isKey: false)
    }

    /// Writes a string that is already escaped.
    public mutating func string(_ text: JSONText) {
        guard text.escaped.readableBytes >= Self.passesOnFrom else {
            return text.escaped.withUnsafeReadableBytes { writeQuoted($0, isKey: false) }
        }
        beginString()
        passOn(text.escaped)
        endString()
    }

    /// Writes a string whose content is given in several already escaped pieces.
    public mutating func string(joining texts: some Sequence<JSONText>) {
        beginString()
        for text in texts {
            if text.escaped.readableBytes >= Self.passesOnFrom {
                passOn(text.escaped)
            } else {
                written.writeImmutableBuffer(text.escaped)
            }
        }
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
        separate(reserving: 20)
        staged.append(decimal: value)
        endValue()
    }

    /// Writes a number in the shortest spelling that reads back the same; a whole one without a fraction.
    ///
    /// JSON has no infinities: a number that is not finite is written as `null`.
    public mutating func double(_ value: Double) {
        if let whole = Int(exactly: value), whole.magnitude < 1 << 53, whole != 0 || value.sign == .plus {
            int(whole)
        } else if let thousandths = Self.thousandths(of: value) {
            separate(reserving: 24)
            staged.append(decimal: thousandths / 1_000)
            staged.append(UInt8(ascii: "."))
            var rest = thousandths % 1_000
            while rest > 0 {
                staged.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / 100))
                rest = rest % 100 * 10
            }
            endValue()
        } else {
            var text = value.isFinite ? value.description : "null"
            text.withUTF8 { raw(UnsafeRawBufferPointer($0)) }
        }
    }

    /// How many thousandths a fraction between 0 and a million is, if it is the number that is nearest to so many.
    ///
    /// Then its shortest spelling has up to three places, and needs no search.
    private static func thousandths(of value: Double) -> Int? {
        guard value > 0, value < 1_000_000 else { return nil }
        let scaled = (value * 1_000).rounded()
        return scaled / 1_000 == value ? Int(scaled) : nil
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

    /// Writes `null`.
    public mutating func null() { literal("null") }

    /// Writes a parsed value exactly as it was spelled.
    public mutating func raw(_ value: JSONValue) {
        guard value.byteRange.count >= Self.passesOnFrom else { return value.withRawBytes { raw($0) } }
        raw(value.rawBytes)
    }

    /// Writes bytes that are known to be one JSON value.
    public mutating func raw(_ bytes: ByteBuffer) {
        guard bytes.readableBytes >= Self.passesOnFrom else { return bytes.withUnsafeReadableBytes { raw($0) } }
        separate(reserving: 0)
        passOn(bytes)
        endValue()
    }

    /// Writes bytes that are known to be one JSON value, given in several pieces.
    public mutating func raw(joining pieces: some Sequence<ByteBuffer>) {
        separate(reserving: 0)
        for piece in pieces {
            if piece.readableBytes >= Self.passesOnFrom {
                passOn(piece)
            } else {
                piece.withUnsafeReadableBytes { write($0) }
            }
        }
        endValue()
    }

    private mutating func literal(_ text: StaticString) {
        raw(text.bytes)
    }

    private mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        separate(reserving: 1)
        write(bytes)
        endValue()
    }

    /// Writes a comma if one is due, bytes between quotes, and a colon after a key.
    private mutating func writeQuoted(_ bytes: UnsafeRawBufferPointer, isKey: Bool) {
        separate(reserving: 1)
        staged.append(UInt8(ascii: "\""))
        write(bytes)
        endString(isKey: isKey)
    }

    // MARK: Bytes

    /// Makes bytes a part of their own.
    private mutating func passOn(_ bytes: ByteBuffer) {
        flush()
        if written.readableBytes > 0 { finished.append(written) }
        finished.append(bytes)
        written = ByteBuffer()
    }

    /// Writes bytes with what is staged, or stages them if they are few.
    @inline(__always)
    private mutating func write(_ bytes: UnsafeRawBufferPointer) {
        if staged.hasRoom(for: bytes.count) { staged.append(bytes) } else { staged.move(to: &written, then: bytes) }
    }

    /// Stages a byte.
    @inline(__always)
    private mutating func punctuate(_ byte: UInt8) {
        if !staged.hasRoom(for: 1) { flush() }
        staged.append(byte)
    }

    /// Writes what is staged.
    private mutating func flush() { staged.move(to: &written) }

    // MARK: Punctuation

    /// Puts a comma in front of a value if one is due, and makes room for so many bytes behind it.
    @inline(__always)
    private mutating func separate(reserving count: Int) {
        if !staged.hasRoom(for: count + 1) { flush() }
        if needsComma { staged.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    @inline(__always)
    private mutating func endValue() {
        // A buffer without memory gets some when it is asked for: what is written may be so little that nobody does.
        if depth == 0, written.capacity > 0 { flush() }
    }

    /// Begins a string that is written to the buffer itself.
    private mutating func beginString() {
        separate(reserving: 1)
        staged.append(UInt8(ascii: "\""))
        flush()
    }

    @inline(__always)
    private mutating func endString(isKey: Bool = false) {
        punctuate(UInt8(ascii: "\""))
        guard isKey else { return endValue() }
        punctuate(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func open(_ bracket: UInt8) {
        separate(reserving: 1)
        staged.append(bracket)
        needsComma = false
        depth += 1
    }

    private mutating func close(_ bracket: UInt8) {
        punctuate(bracket)
        needsComma = true
        depth -= 1
        endValue()
    }
}
