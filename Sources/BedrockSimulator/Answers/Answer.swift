/// What the simulator says, before a dialect spells it.
struct Answer {
    /// One part of an answer.
    enum Block {
        case thinking([String], signature: String)
        /// Thinking that only the model can read, as base64.
        case redacted(String)
        case text([String])
        /// The numbers from 1 up to a limit, or without end: the text of `simulate:events` and `simulate:endless`.
        case numbers(upTo: Int?)
        /// A call with its arguments, JSON in pieces.
        case tool(id: String, name: String, arguments: [String])
    }

    /// Why an answer ends.
    enum Stop {
        case endTurn
        case toolUse
        case maximumTokens
        case stopSequence(String)
        case guardrail
        case refusal
    }

    var blocks: [Block] = []
    var stop = Stop.endTurn
    var usage: Usage
    /// Whether the pieces of all blocks alternate in a stream.
    var isInterleaved = false

    /// Writes the number that stands in place `number` of a block of numbers.
    static func numberText(_ number: Int) -> String { "\(number) " }

    /// The text of all text blocks.
    var text: String {
        blocks.reduce(into: "") { text, block in
            switch block {
            case .text(let pieces): for piece in pieces { text += piece }
            case .numbers(let limit?) where limit > 0: for number in 1...limit { text += Self.numberText(number) }
            default: break
            }
        }
    }

    /// The thinking that can be read.
    var thinking: String {
        blocks.reduce(into: "") { text, block in
            if case .thinking(let pieces, _) = block { text += pieces.joined() }
        }
    }
}

/// One step of a streamed answer.
enum AnswerEvent {
    case start
    case open(Int, Answer.Block)
    case text(Int, String)
    case thinking(Int, String)
    case signature(Int, String)
    case arguments(Int, String)
    case close(Int, Answer.Block)
    case stop

    /// Whether it carries a piece of a block.
    var isDelta: Bool {
        switch self {
        case .text, .thinking, .signature, .arguments: true
        case .start, .open, .close, .stop: false
        }
    }
}

/// The steps of a streamed answer, in order; those of a block of numbers are made when they are needed.
struct AnswerEvents: IteratorProtocol {
    private var events: [AnswerEvent] = [.start]
    private var position = 0
    private var number = 0

    init(_ answer: Answer) {
        events.reserveCapacity(32)
        if answer.isInterleaved {
            interleave(answer.blocks)
        } else {
            for (index, block) in answer.blocks.enumerated() {
                events.append(.open(index, block))
                events += Self.pieces(of: block, at: index)
                events.append(.close(index, block))
            }
        }
        events.append(.stop)
    }

    mutating func next() -> AnswerEvent? {
        guard position < events.count else { return nil }
        let event = events[position]
        if case .open(let index, .numbers(let limit)) = event {
            defer { number += 1 }
            if number == 0 { return event }
            if limit.map({ number <= $0 }) ?? true { return .text(index, Answer.numberText(number)) }
            position += 1
            return next()
        }
        position += 1
        return event
    }

    /// Opens all blocks, under numbers that skip some, and lets their pieces alternate.
    private mutating func interleave(_ blocks: [Answer.Block]) {
        for (index, block) in blocks.enumerated() { events.append(.open(index * 2, block)) }
        let pieces = blocks.enumerated().map { Self.pieces(of: $1, at: $0 * 2) }
        for round in 0..<(pieces.map(\.count).max() ?? 0) {
            for own in pieces where round < own.count { events.append(own[round]) }
        }
        for (index, block) in blocks.enumerated() { events.append(.close(index * 2, block)) }
    }

    private static func pieces(of block: Answer.Block, at index: Int) -> [AnswerEvent] {
        switch block {
        case .thinking(let pieces, let signature):
            pieces.map { .thinking(index, $0) } + [.signature(index, signature)]
        case .text(let pieces): pieces.map { .text(index, $0) }
        case .tool(_, _, let arguments): arguments.map { .arguments(index, $0) }
        case .redacted, .numbers: []
        }
    }
}
