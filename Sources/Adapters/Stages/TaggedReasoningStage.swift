import JSON
import NIOCore

/// How a model marks its thinking inside its text.
public struct ReasoningTags: Sendable, Hashable {
    /// The names that a tag may have: `think` for `<think>…</think>`.
    public var names: [String]
    /// Whether the answer begins inside the thinking, because the prompt ended with the opening tag.
    public var opensInside: Bool
    /// Whether thinking that only the prompt opened, and that the model never closed, is given as the answer too.
    public var unclosedIsAnswer: Bool

    /// Describes the tags of a model.
    public init(names: [String], opensInside: Bool = false, unclosedIsAnswer: Bool = false) {
        self.names = names
        self.opensInside = opensInside
        self.unclosedIsAnswer = unclosedIsAnswer
    }
}

/// Tells thinking between tags from the answer, also when a tag arrives in pieces.
///
/// Only a tag that opens the answer counts, or one that follows thinking or a tool call: a tag that the answer speaks of
/// stays in it. Tags never appear in the output; white space around them is dropped, white space elsewhere is kept.
/// Thinking that is never closed is thinking to its end. But a model may not think at all although its prompt opens the
/// thinking: where ``ReasoningTags/unclosedIsAnswer`` says so, and it ended of its own will, what it said is its answer too.
struct TaggedReasoningStage: Sendable {
    private enum State: Equatable {
        /// Nothing but white space and perhaps a part of an opening tag has come.
        case beginning(dropsSpace: Bool)
        /// Behind an opening tag; the number is that of its name, nil when the prompt held the tag.
        case inside(Int?)
        /// In the answer.
        case answer
    }

    private let openings: [[UInt8]]
    private let closings: [[UInt8]]
    private var state: State
    /// Whether nothing but white space has come of the thinking that is open.
    private var isThinkingBlank = true
    private var pending: [UInt8] = []
    /// What was said inside thinking that only the prompt opened.
    private var unopened = HeldText()

    /// White space that is longer than this is not held back: it is no longer the edge of anything.
    private static let mostHeldSpace = 64

    private let unclosedIsAnswer: Bool

    init(tags: [String], opensInside: Bool, unclosedIsAnswer: Bool = false) {
        self.unclosedIsAnswer = unclosedIsAnswer
        openings = tags.map { Array("<\($0)>".utf8) }
        closings = tags.map { Array("</\($0)>".utf8) }
        state = opensInside ? .inside(nil) : .beginning(dropsSpace: false)
    }

    init(_ tags: ReasoningTags) {
        self.init(tags: tags.names, opensInside: tags.opensInside, unclosedIsAnswer: tags.unclosedIsAnswer)
    }

    mutating func process(_ events: inout [ChatEvent]) {
        guard state != .answer || events.contains(where: Self.isToolCall) else { return }
        var processed: [ChatEvent] = []
        processed.reserveCapacity(events.count + 1)
        for event in events {
            switch event {
            case .text(let text):
                if state == .answer || isPlainThinking(text) {
                    if unclosedIsAnswer, state == .inside(nil) { unopened.append(text) }
                    processed.append(state == .answer ? event : .thinking(text))
                    continue
                }
                pending += text.decodedBytes.readableBytesView
                advance(into: &processed)
            case .thinking where state == .inside(nil) && isThinkingBlank && pending.isEmpty:
                // The model keeps its thinking apart: the text is the answer.
                state = .answer
                processed.append(event)
            case .toolCallStarted:
                flush(into: &processed)
                state = .beginning(dropsSpace: false)
                processed.append(event)
            case .finished(let reason):
                flush(into: &processed)
                let endedItself = reason == .stop || reason == .contentFilter
                if endedItself, state == .inside(nil), !unopened.isEmpty { processed.append(.text(unopened.take())) }
                unopened.drop()
                processed.append(event)
            default: processed.append(event)
            }
        }
        events = processed
    }

    private static func isToolCall(_ event: ChatEvent) -> Bool {
        if case .toolCallStarted = event { true } else { false }
    }

    /// Whether a piece is thinking from its first to its last byte, so that it need not be copied.
    private func isPlainThinking(_ text: JSONText) -> Bool {
        guard case .inside = state, !isThinkingBlank, pending.isEmpty, !text.hasEscapes else { return false }
        let bytes = text.escaped.readableBytesView
        guard let last = bytes.last, !Self.isSpace(last) else { return false }
        return !bytes.contains(UInt8(ascii: "<"))
    }

    private mutating func advance(into events: inout [ChatEvent]) {
        while true {
            let before = state
            switch state {
            case .beginning(let dropsSpace): begin(dropsSpace, into: &events)
            case .inside(let name): think(name, into: &events)
            case .answer: return emit(pending.count, as: ChatEvent.text, into: &events)
            }
            if state == before { return }
        }
    }

    private mutating func begin(_ dropsSpace: Bool, into events: inout [ChatEvent]) {
        let content = pending.drop(while: Self.isSpace)
        if let name = openings.firstIndex(where: { content.starts(with: $0) }) {
            pending = Array(content.dropFirst(openings[name].count))
            isThinkingBlank = true
            state = .inside(name)
            return
        }
        if content.isEmpty, dropsSpace || pending.count <= Self.mostHeldSpace {
            if dropsSpace { pending = [] }
            return
        }
        if openings.contains(where: { $0.starts(with: content) }) { return }
        if dropsSpace { pending = Array(content) }
        state = .answer
    }

    private mutating func think(_ name: Int?, into events: inout [ChatEvent]) {
        if isThinkingBlank {
            pending = Array(pending.drop(while: Self.isSpace))
            // Some models write the tag although the prompt held it.
            if name == nil {
                if let written = openings.firstIndex(where: { pending.starts(with: $0) }) {
                    pending.removeFirst(openings[written].count)
                    state = .inside(written)
                    return
                }
                if openings.contains(where: { $0.starts(with: pending) }) { return }
            }
        }
        if let (start, length) = firstClosing(name) {
            var end = start
            while end > 0, Self.isSpace(pending[end - 1]) { end -= 1 }
            let rest = Array(pending.dropFirst(start + length))
            emitThinking(end, into: &events)
            pending = rest
            unopened.drop()
            state = .beginning(dropsSpace: true)
            return
        }
        var end = pending.count - longestOpenEnd(name)
        let edge = end
        while end > 0, edge - end < Self.mostHeldSpace, Self.isSpace(pending[end - 1]) { end -= 1 }
        emitThinking(end, into: &events)
    }

    /// The first closing tag that may close the thinking that is open, and its length.
    private func firstClosing(_ name: Int?) -> (start: Int, length: Int)? {
        for start in pending.indices where pending[start] == UInt8(ascii: "<") {
            for closing in closings(of: name) where pending[start...].starts(with: closing) {
                return (start, closing.count)
            }
        }
        return nil
    }

    /// The length of the end that a closing tag could begin with; `<` stands only at a tag's beginning.
    private func longestOpenEnd(_ name: Int?) -> Int {
        guard let start = pending.lastIndex(of: UInt8(ascii: "<")) else { return 0 }
        let end = pending[start...]
        return closings(of: name).contains { $0.starts(with: end) } ? end.count : 0
    }

    private func closings(of name: Int?) -> ArraySlice<[UInt8]> {
        name.map { closings[$0...$0] } ?? closings[...]
    }

    private mutating func flush(into events: inout [ChatEvent]) {
        switch state {
        case .inside: emitThinking(pending.count, into: &events)
        case .beginning, .answer: emit(pending.count, as: ChatEvent.text, into: &events)
        }
    }

    private mutating func emitThinking(_ count: Int, into events: inout [ChatEvent]) {
        if count > 0 { isThinkingBlank = false }
        emit(count, as: ChatEvent.thinking, into: &events)
        if unclosedIsAnswer, state == .inside(nil), count > 0, case .thinking(let text)? = events.last {
            unopened.append(text)
        }
    }

    private mutating func emit(_ count: Int, as event: (JSONText) -> ChatEvent, into events: inout [ChatEvent]) {
        guard count > 0 else { return }
        events.append(event(JSONText(String(decoding: pending.prefix(count), as: UTF8.self))))
        pending.removeFirst(count)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
}
