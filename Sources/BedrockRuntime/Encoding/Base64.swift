public import NIOCore

/// Base64 with the standard alphabet and padding (RFC 4648 §4), as JSON bodies of AWS and OpenAI carry bytes.
///
/// Decoding is strict: no white space, no other alphabet, padding required and only at the end. Unused bits of the last
/// character may be set, as most decoders allow.
public enum Base64 {
    /// How long the text for so many bytes is.
    public static func encodedLength(of count: Int) -> Int { (count + 2) / 3 * 4 }

    /// The text for a buffer's readable bytes.
    public static func encode(_ bytes: ByteBuffer) -> ByteBuffer {
        var text = ByteBufferAllocator().buffer(capacity: encodedLength(of: bytes.readableBytes))
        bytes.withUnsafeReadableBytes { encode($0, into: &text) }
        return text
    }

    /// Appends the text for bytes to a buffer.
    public static func encode(_ bytes: UnsafeRawBufferPointer, into text: inout ByteBuffer) {
        let needed = encodedLength(of: bytes.count)
        text.writeWithUnsafeMutableBytes(minimumWritableBytes: needed) { target in
            let alphabet = Self.alphabet
            var source = 0
            var at = 0
            func store(_ value: Int, _ digits: Int) {
                for digit in 0..<4 {
                    target[at + digit] =
                        digit < digits ? alphabet[value >> (18 - 6 * digit) & 63] : UInt8(ascii: "=")
                }
                at += 4
            }
            while source + 3 <= bytes.count {
                store(Int(bytes[source]) << 16 | Int(bytes[source + 1]) << 8 | Int(bytes[source + 2]), 4)
                source += 3
            }
            switch bytes.count - source {
            case 1: store(Int(bytes[source]) << 16, 2)
            case 2: store(Int(bytes[source]) << 16 | Int(bytes[source + 1]) << 8, 3)
            default: break
            }
            return needed
        }
    }

    /// The bytes that a text stands for; nil when it is malformed.
    public static func decode(_ text: ByteBuffer) -> ByteBuffer? {
        var bytes = ByteBufferAllocator().buffer(capacity: text.readableBytes / 4 * 3)
        return text.withUnsafeReadableBytes { decode($0, into: &bytes) } ? bytes : nil
    }

    /// Appends the bytes that a text stands for to a buffer.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - bytes: The buffer, which stays as it was when the text is malformed.
    /// - Returns: Whether the text is well formed.
    public static func decode(_ text: UnsafeRawBufferPointer, into bytes: inout ByteBuffer) -> Bool {
        guard let length = decodedLength(text) else { return false }
        guard length > 0 else { return true }
        var isValid = false
        bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { target in
            isValid = decode(text, to: target)
            return isValid ? length : 0
        }
        return isValid
    }

    /// Whether a text is well formed, without decoding it.
    public static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        guard decodedLength(text) != nil else { return false }
        let values = Self.values
        var seen: UInt32 = 0
        for byte in text.dropLast(padding(of: text)) { seen |= values[Int(byte)] }
        return seen & invalid == 0
    }

    /// Whether a buffer's readable bytes are well-formed Base64, without decoding them.
    public static func isValid(_ text: ByteBuffer) -> Bool {
        text.withUnsafeReadableBytes { isValid($0) }
    }

    /// How many bytes a text stands for if its characters are right; nil when its length cannot be.
    public static func decodedLength(_ text: UnsafeRawBufferPointer) -> Int? {
        text.count % 4 == 0 ? text.count / 4 * 3 - padding(of: text) : nil
    }

    private static func padding(of text: UnsafeRawBufferPointer) -> Int {
        guard text.count >= 4, text[text.count - 1] == UInt8(ascii: "=") else { return 0 }
        return text[text.count - 2] == UInt8(ascii: "=") ? 2 : 1
    }

    /// Decodes to memory that has room; says whether every character was of the alphabet.
    private static func decode(_ text: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Bool {
        guard let source = text.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return text.isEmpty }
        let values = Self.values
        // Invalid characters set bit 31, which no shift below loses: one look at the end is enough.
        var seen: UInt32 = 0
        let padding = padding(of: text)
        let whole = padding == 0 ? text.count : text.count - 4
        var at = 0
        var position = 0
        while position < whole {
            let first = values[Int(source[position])]
            let second = values[Int(source[position + 1])]
            let third = values[Int(source[position + 2])]
            let fourth = values[Int(source[position + 3])]
            seen |= first | second | third | fourth
            let group = first << 18 | second << 12 | third << 6 | fourth
            out[at] = UInt8(truncatingIfNeeded: group >> 16)
            out[at + 1] = UInt8(truncatingIfNeeded: group >> 8)
            out[at + 2] = UInt8(truncatingIfNeeded: group)
            at += 3
            position += 4
        }
        if padding > 0 {
            let first = values[Int(source[position])]
            let second = values[Int(source[position + 1])]
            let third = padding == 1 ? values[Int(source[position + 2])] : 0
            seen |= first | second | third
            let group = first << 18 | second << 12 | third << 6
            out[at] = UInt8(truncatingIfNeeded: group >> 16)
            if padding == 1 { out[at + 1] = UInt8(truncatingIfNeeded: group >> 8) }
        }
        return seen & invalid == 0
    }

    private static let invalid: UInt32 = 1 << 31

    // Plain memory that is never freed: an array would be checked at each use.
    nonisolated(unsafe) private static let alphabet: UnsafePointer<UInt8> = {
        let text: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        return text.utf8Start
    }()

    nonisolated(unsafe) private static let values: UnsafePointer<UInt32> = {
        let values = UnsafeMutablePointer<UInt32>.allocate(capacity: 256)
        values.initialize(repeating: invalid, count: 256)
        for value in 0..<64 { values[Int(alphabet[value])] = UInt32(value) }
        return UnsafePointer(values)
    }()
}
