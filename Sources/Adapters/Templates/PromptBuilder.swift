import JSON
import NIOCore

/// Writes a prompt, still escaped, from a template's literals and a client's texts, and keeps the texts from forging
/// the literals.
///
/// Special tokens are looked for in the decoded text and across every seam: between two texts, and between a text and
/// a literal on either side. An occurrence that holds no byte of a client is the template's own and stays. Texts that
/// hold none are copied as they were written, without being decoded.
///
/// The work is linear in the text: each byte is looked at once, and where a token may begin at most ``SpecialTokens/longest`` more.
struct PromptBuilder {
    /// The prompt so far, as the inside of a JSON string.
    private(set) var escaped: ByteBuffer
    /// Whether some special token was broken.
    private(set) var hasBroken = false

    private let tokens: SpecialTokens
    /// The end of the prompt, decoded, as long as a token may reach back.
    private var tail: [UInt8]
    /// How many bytes of the tail stand before the end of the client's last byte; 0 when all are the template's.
    private var clientEnd = 0

    /// Starts a prompt; its beginning counts as the beginning of a line.
    init(tokens: SpecialTokens, capacity: Int) {
        self.tokens = tokens
        escaped = ByteBufferAllocator().buffer(capacity: capacity)
        tail = [UInt8(ascii: "\n")]
        tail.reserveCapacity(4 * tokens.longest)
    }

    // MARK: Appending

    /// Appends text of the template.
    mutating func append(_ literal: PromptLiteral) {
        guard !literal.isEmpty else { return }
        literal.bytes.withUnsafeBufferPointer { bytes in
            if clientEnd > 0, seamHoldsToken(bytes, from: clientEnd) { breakSeam() }
            escaped.writeImmutableBuffer(literal.escaped)
            remember(bytes, isClient: false)
        }
    }

    /// Appends text of the client.
    mutating func append(_ text: JSONText) {
        guard !text.isEmpty else { return }
        let clean = text.escaped.withUnsafeReadableBytes { raw in
            appendIfClean(raw.bindMemory(to: UInt8.self), escaped: text.escaped, hasEscapes: text.hasEscapes)
        }
        guard !clean else { return }
        let decoded = text.decodedBytes
        decoded.withUnsafeReadableBytes { raw in
            let bytes = raw.bindMemory(to: UInt8.self)
            if seamHoldsToken(bytes, from: tail.count) { breakSeam() }
            writeBreaking(bytes)
            remember(bytes, isClient: true)
        }
    }

    /// Appends a text as it was written if that shows that it holds no token.
    private mutating func appendIfClean(
        _ bytes: UnsafeBufferPointer<UInt8>,
        escaped text: ByteBuffer,
        hasEscapes: Bool
    ) -> Bool {
        if hasEscapes, tokens.haveEscapes || Self.hidesCharacters(bytes) { return false }
        // Only escapes that stand for no character of any token are left: they can stay what they are.
        guard !holdsToken(bytes) else { return false }
        if seamHoldsToken(bytes, from: tail.count) { breakSeam() }
        escaped.writeImmutableBuffer(text)
        remember(bytes, isClient: true)
        return true
    }

    /// Whether an escape may stand for a printable character: `\u…` or `\/`.
    private static func hidesCharacters(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var position = 0
        while position + 1 < bytes.count {
            guard bytes[position] == UInt8(ascii: "\\") else {
                position += 1
                continue
            }
            let letter = bytes[position + 1]
            if letter == UInt8(ascii: "u") || letter == UInt8(ascii: "/") { return true }
            position += 2
        }
        return false
    }

    // MARK: Looking

    private func holdsToken(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        tokens.starts.withUnsafeBufferPointer { starts in
            for position in 0..<bytes.count where starts[Int(bytes[position])] != 0 {
                if tokens.match(bytes, at: position) != nil { return true }
            }
            return false
        }
    }

    /// Whether a token begins in the first bytes of the tail and ends in what follows it.
    private func seamHoldsToken(_ next: UnsafeBufferPointer<UInt8>, from limit: Int) -> Bool {
        guard tail.prefix(limit).contains(where: { tokens.starts[Int($0)] != 0 }) else { return false }
        let joined = tail + next.prefix(tokens.longest)
        return joined.withUnsafeBufferPointer { joined in
            for start in 0..<limit where tokens.match(joined, at: start, endingAfter: tail.count) != nil {
                return true
            }
            return false
        }
    }

    // MARK: Breaking

    private mutating func breakSeam() {
        escaped.writeInteger(tokens.separator)
        hasBroken = true
        // No token reaches across a separator.
        tail.removeAll(keepingCapacity: true)
        clientEnd = 0
    }

    /// Writes a text with a separator behind the first character of every token in it, overlapping ones too.
    private mutating func writeBreaking(_ bytes: UnsafeBufferPointer<UInt8>) {
        var written = 0
        for start in 0..<bytes.count where tokens.match(bytes, at: start) != nil {
            let end = start + SpecialTokens.width(of: bytes[start])
            escaped.writeEscapedJSON(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[written..<end])))
            escaped.writeInteger(tokens.separator)
            hasBroken = true
            written = end
        }
        escaped.writeEscapedJSON(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[written...])))
    }

    private mutating func remember(_ bytes: UnsafeBufferPointer<UInt8>, isClient: Bool) {
        let reach = max(tokens.longest - 1, 1)
        if bytes.count >= reach {
            tail.removeAll(keepingCapacity: true)
            clientEnd = 0
            tail.append(contentsOf: bytes[(bytes.count - reach)...])
        } else {
            tail.append(contentsOf: bytes)
            let surplus = max(tail.count - reach, 0)
            tail.removeFirst(surplus)
            clientEnd = max(clientEnd - surplus, 0)
        }
        if isClient { clientEnd = tail.count }
    }
}
