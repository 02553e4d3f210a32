import NIOCore

/// The texts that mean something to a model's tokenizer, so that no client may write them.
///
/// A token is a literal text, or one with a `…` in it: `<|…|>` stands for any name of up to 64 letters, digits, `_`, `-`,
/// `.` and characters beyond ASCII between its two ends. Letter case counts, as it does for tokenizers.
///
/// A token that a client wrote is *broken*: ``separator`` goes in after its first character, so `<|eot_id|>` becomes
/// `< |eot_id|>`. A person still reads it, the tokenizer sees plain text, nothing is lost, and doing it again changes
/// nothing. No token contains the separator, therefore breaking one can never make another.
struct SpecialTokens: Sendable {
    /// One token.
    struct Token: Sendable, Hashable {
        /// The whole literal, or what stands before the `…`.
        let opening: [UInt8]
        /// What stands behind the `…`; nil for a literal.
        let closing: [UInt8]?

        init(_ text: String) {
            let parts = text.split(separator: "…", maxSplits: 1, omittingEmptySubsequences: false)
            opening = Array(parts[0].utf8)
            closing = parts.count > 1 ? Array(parts[1].utf8) : nil
        }

        /// The most bytes that an occurrence can have.
        var longest: Int { opening.count + (closing.map { $0.count + SpecialTokens.longestName } ?? 0) }
        fileprivate var characters: [UInt8] { opening + (closing ?? []) }
    }

    /// The most bytes that the name in a `…` can have.
    static let longestName = 64

    /// What breaks a token: one ASCII character.
    let separator: UInt8
    /// The most bytes that any token can have.
    let longest: Int
    /// For each byte 0 when no token begins with it, else the number of its list in ``groups`` and 1.
    let starts: [UInt8]
    private let groups: [[Token]]
    /// Whether some token holds a character that JSON writes with a backslash, other than a slash.
    let haveEscapes: Bool

    /// Why tokens could not be used.
    struct Refusal: Error {
        var reason: String
    }

    init(_ tokens: [Token]) throws(Refusal) {
        var starts = [UInt8](repeating: 0, count: 256)
        var groups: [[Token]] = []
        var used = Set<UInt8>()
        var longest = 0
        for token in Set(tokens) {
            try Self.check(token)
            used.formUnion(token.characters)
            longest = max(longest, token.longest)
            let first = Int(token.opening[0])
            if starts[first] == 0 {
                groups.append([])
                starts[first] = UInt8(groups.count)
            }
            groups[Int(starts[first]) - 1].append(token)
        }
        guard let separator = " ~'`^".utf8.first(where: { !used.contains($0) }) else {
            throw Refusal(reason: "the special tokens leave no character to break them with")
        }
        self.separator = separator
        self.longest = longest
        self.starts = starts
        self.groups = groups
        haveEscapes = used.contains { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
    }

    private static func check(_ token: Token) throws(Refusal) {
        let text = String(decoding: token.characters, as: UTF8.self)
        guard token.opening.count > Self.width(of: token.opening.first ?? 0), token.closing != [] else {
            throw Refusal(reason: "the special token '\(text)' is too short to be told from text")
        }
        if let closing = token.closing, isNameByte(closing[0]), closing[0] < 0x80 {
            throw Refusal(reason: "what follows '…' in the special token '\(text)' could belong to the name")
        }
    }

    /// The end of some occurrence that begins at an offset and ends behind another; nil when there is none.
    @inline(__always)
    func match(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, endingAfter least: Int = 0) -> Int? {
        let group = starts[Int(bytes[start])]
        return group == 0 ? nil : match(bytes, at: start, endingAfter: least, group: Int(group) - 1)
    }

    private func match(
        _ bytes: UnsafeBufferPointer<UInt8>,
        at start: Int,
        endingAfter least: Int,
        group: Int
    ) -> Int? {
        for token in groups[group] {
            guard Self.stands(token.opening, at: start, in: bytes) else { continue }
            var end = start + token.opening.count
            if let closing = token.closing {
                guard let close = Self.end(ofName: closing, from: end, in: bytes) else { continue }
                end = close
            }
            if end > least { return end }
        }
        return nil
    }

    /// The end of a name and the closing text behind it.
    private static func end(ofName closing: [UInt8], from start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var position = start
        let limit = min(bytes.count, start + longestName + 1)
        while position < limit {
            if position > start, stands(closing, at: position, in: bytes) { return position + closing.count }
            guard isNameByte(bytes[position]) else { return nil }
            position += 1
        }
        return nil
    }

    @inline(__always)
    private static func stands(_ text: [UInt8], at start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard start + text.count <= bytes.count else { return false }
        for offset in 0..<text.count where bytes[start + offset] != text[offset] { return false }
        return true
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            0x80...:
            true
        default: false
        }
    }

    /// The bytes of the character that begins with a byte.
    static func width(of byte: UInt8) -> Int {
        switch byte {
        case 0xF0...: 4
        case 0xE0...: 3
        case 0xC0...: 2
        default: 1
        }
    }
}
