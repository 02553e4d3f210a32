import JSON
import NIOCore

/// Ids of tool calls as OpenAI-shaped models make and take them.
enum OpenAICallID {
    /// The nine letters and digits that stand for an id: the id itself where it is such already.
    ///
    /// The same id gets the same nine in the call and in its answer, in every request.
    static func nineCharacters(for id: JSONText) -> JSONText {
        if !id.hasEscapes, id.escaped.readableBytes == 9, id.escaped.readableBytesView.allSatisfy(isAlphanumeric) {
            return id
        }
        let digits = StableName.of(id.string).suffix(9)
        return JSONText(String(repeating: "0", count: 9 - digits.count) + digits)
    }

    /// The id under which a client sees a call.
    ///
    /// Some models count their calls (`call_0`, or just `0`) or give no id at all; clients keep calls of many answers apart
    /// by id, so such an id is replaced by one made of the answer's own id and the call's place.
    ///
    /// - Parameters:
    ///   - id: What the model gave.
    ///   - answer: The answer's id.
    ///   - index: The call's place in the answer.
    ///   - taken: The ids of the answer's earlier calls.
    /// - Returns: The model's id, or one that is always the same for the same answer and place.
    static func unique(_ id: JSONText?, answer: String, index: Int, taken: Set<JSONText>) -> JSONText {
        if let id, !isPositional(id), !taken.contains(id) { return id }
        return JSONText("call_" + StableName.of("\(answer)/\(index)"))
    }

    /// Whether an id is empty, or a number of up to three digits, alone or behind a word and `_` or `-`.
    private static func isPositional(_ id: JSONText) -> Bool {
        guard !id.hasEscapes else { return false }
        let bytes = id.escaped.readableBytesView
        let digits = bytes.reversed().prefix { isDigit($0) }.count
        if digits == bytes.count { return digits <= 3 }
        guard 1...3 ~= digits else { return false }
        let word = bytes.dropLast(digits)
        guard word.last == UInt8(ascii: "_") || word.last == UInt8(ascii: "-") else { return false }
        return word.dropLast().allSatisfy { isLetter($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
