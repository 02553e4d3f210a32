extension SpecialTokens {
    /// The tokens that a template's own text holds.
    ///
    /// Whatever stands in angle or square brackets without white space is one: `<|im_start|>`, `[/INST]`, `<<SYS>>`,
    /// `<｜User｜>`. Text without brackets, such as `Human:`, is one as a whole, without the white space around it; where it
    /// always begins a line it counts only there, so that prose may say `User:`.
    ///
    /// - Parameters:
    ///   - text: The template's text.
    ///   - beginsLine: Whether the text follows a line break wherever the template puts it.
    /// - Returns: The tokens, in order.
    static func discover(in text: String, beginsLine: Bool) -> [Token] {
        let bracketed = bracketed(in: Array(text.utf8))
        if !bracketed.isEmpty { return bracketed.map { Token($0) } }
        let isAtLineStart = beginsLine || text.prefix(while: \.isWhitespace).contains(where: \.isNewline)
        let words = text.trimmed()
        guard !words.isEmpty else { return [] }
        return [Token((isAtLineStart ? "\n" : "") + words)]
    }

    private static func bracketed(in text: [UInt8]) -> [String] {
        var found: [String] = []
        var position = 0
        while position < text.count {
            let closer: UInt8
            switch text[position] {
            case UInt8(ascii: "<"): closer = UInt8(ascii: ">")
            case UInt8(ascii: "["): closer = UInt8(ascii: "]")
            default:
                position += 1
                continue
            }
            guard
                let inner = text[position...].firstIndex(where: { $0 == closer || $0 <= 0x20 }),
                text[inner] == closer
            else {
                position += 1
                continue
            }
            // As many brackets close as have opened.
            let opened = text[position...].prefix { $0 == text[position] }.count
            let closed = text[inner...].prefix { $0 == closer }.count
            let end = inner + min(opened, closed)
            found.append(String(decoding: text[position..<end], as: UTF8.self))
            position = end
        }
        return found
    }
}

extension String {
    /// The text without white space at its ends.
    func trimmed() -> String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
