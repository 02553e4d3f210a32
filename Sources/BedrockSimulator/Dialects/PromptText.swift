/// Finds the last user turn in a prompt that a template made.
enum PromptText {
    /// What stands before and after a user turn in the templates of the families that take one text.
    private static let marks: [(start: String, end: String)] = [
        ("<|start_header_id|>user<|end_header_id|>\n\n", "<|eot_id|>"),
        ("<|header_start|>user<|header_end|>\n\n", "<|eot|>"),
        ("<|im_start|>user\n", "<|im_end|>"),
        ("<\u{FF5C}User\u{FF5C}>", "<\u{FF5C}Assistant\u{FF5C}>"),
        ("[INST]", "[/INST]"),
        ("\n\nHuman:", "\n\nAssistant:"),
        ("User:", "\nBot:"),
    ]

    /// The text of the last user turn; the whole prompt if no template is recognised.
    static func lastUserTurn(of prompt: String) -> String {
        let bytes = Array(prompt.utf8)
        for (start, end) in marks {
            let start = Array(start.utf8)
            guard let found = place(of: start, in: bytes[...], last: true) else { continue }
            var turn = bytes[(found + start.count)...]
            if let stop = place(of: Array(end.utf8), in: turn, last: false) { turn = turn[..<stop] }
            // Llama 2 puts the system prompt inside the first user turn.
            let system = Array("<</SYS>>".utf8)
            if let close = place(of: system, in: turn, last: true) { turn = turn[(close + system.count)...] }
            while let first = turn.first, first == 0x20 || first == 0x0A { turn.removeFirst() }
            while let last = turn.last, last == 0x20 || last == 0x0A { turn.removeLast() }
            return String(decoding: turn, as: UTF8.self)
        }
        return prompt
    }

    private static func place(of wanted: [UInt8], in bytes: ArraySlice<UInt8>, last: Bool) -> Int? {
        guard bytes.count >= wanted.count else { return nil }
        let places = bytes.startIndex...(bytes.endIndex - wanted.count)
        func isHere(_ place: Int) -> Bool {
            bytes[place] == wanted[0] && bytes[place...].starts(with: wanted)
        }
        return last ? places.last(where: isHere) : places.first(where: isHere)
    }
}
