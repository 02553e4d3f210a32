import JSON

/// The reasoning in a client's own messages, found again for the turns that those messages became.
///
/// ```
/// {"role":"assistant","content":null,"reasoning_content":"I must call f.","tool_calls":[{"id":"call_0",…}]}
/// ```
///
/// A conversation holds only reasoning that is signed. An endpoint that takes `reasoning_content` gets it back even where
/// its messages have to be written anew: some models lose the thread of a tool loop without it.
struct ReasoningHistory {
    /// What tells a message from others: the ids of its calls, and its words.
    private enum Mark: Hashable {
        case call(JSONText)
        case words(JSONText)
    }

    /// The reasoning of each assistant's message, in order; nil for one without.
    private var reasoning: [JSONText?] = []
    /// The messages that bear a mark, the latest first.
    private var places: [Mark: [Int]] = [:]
    /// Messages before this one have had their turn.
    private var next = 0
    /// How many messages have reasoning that no turn has taken.
    private var left = 0

    /// A history without any reasoning.
    init() {}

    /// Reads the messages of a body; those of one without any reasoning are not looked at.
    init(_ messages: JSONValue?) {
        guard let messages, messages.elements.contains(where: { Self.reasoning(of: $0) != nil }) else { return }
        for message in messages.elements where message["role"]?.equals("assistant") == true {
            for mark in Self.marks(of: message) { places[mark, default: []].append(reasoning.count) }
            let thoughts = Self.reasoning(of: message)
            reasoning.append(thoughts)
            if thoughts != nil { left += 1 }
        }
        for mark in places.keys { places[mark]?.reverse() }
    }

    /// Whether there is reasoning that no turn has taken.
    var isLeft: Bool { left > 0 }

    /// Takes the reasoning of the messages that became an assistant's turn; a turn may be several messages.
    ///
    /// Turns ask in their order: ids and words may come again, and then the next message that bears them is meant.
    mutating func take(for blocks: [ContentBlock]) -> [JSONText] {
        guard isLeft else { return [] }
        let found = Set(blocks.compactMap { block in Self.mark(of: block).flatMap { place(of: $0) } }).sorted()
        guard let last = found.last else { return [] }
        next = last + 1
        let texts = found.compactMap { reasoning[$0] }
        left -= texts.count
        return texts
    }

    private mutating func place(of mark: Mark) -> Int? {
        while let place = places[mark]?.popLast() {
            if place >= next { return place }
        }
        return nil
    }

    private static func reasoning(of message: JSONValue) -> JSONText? {
        guard message["role"]?.equals("assistant") == true else { return nil }
        return message["reasoning_content"]?.text.flatMap { $0.isBlank ? nil : $0 }
    }

    private static func marks(of message: JSONValue) -> [Mark] {
        let calls = message["tool_calls"]?.elements.compactMap { $0["id"]?.text.map { Mark.call($0) } } ?? []
        let content = message["content"]
        let words = content?.text ?? content?.elements.first { _ in true }?["text"]?.text
        return calls + (words.map { [.words($0)] } ?? [])
    }

    private static func mark(of block: ContentBlock) -> Mark? {
        switch block {
        case .toolUse(let use): .call(use.id)
        case .text(let text): .words(text)
        default: nil
        }
    }
}
