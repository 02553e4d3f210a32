import JSON

/// Makes the answer to a prompt: the same one each time.
struct AnswerComposer {
    let prompt: Prompt
    let directives: Directives
    let call: SimulatedCall

    /// Makes the answer.
    func answer() -> Answer {
        var answer = Answer(usage: Usage(of: prompt))
        if directives.isEmpty { return answer }
        if directives.isRedacted { answer.blocks.append(.redacted(Thinking.redacted)) }
        if prompt.thinks || directives.thinks {
            answer.blocks.append(
                .thinking(Thinking.pieces, signature: Thinking.signature(of: Thinking.pieces.joined()))
            )
        }
        let calls = toolCalls()
        if let events = directives.events {
            answer.blocks.append(.numbers(upTo: events == .max ? nil : events))
            answer.usage.output = events == .max ? 0 : events
        } else if !calls.isEmpty {
            if prompt.lastUserText.contains("then use the tool") || directives.isInterleaved {
                answer.blocks.append(.text(["I will ", "use the ", "tool."]))
            }
            answer.blocks += calls
            answer.stop = directives.endsTurnWithTools ? .endTurn : .toolUse
        } else {
            say(text(), in: &answer)
        }
        if directives.isInterleaved {
            if calls.isEmpty { answer.blocks.append(.text(["Another ", "block ", "of text."])) }
            answer.isInterleaved = true
        }
        if directives.isGuardrail { answer.stop = .guardrail }
        if directives.isRefusal { answer.stop = .refusal }
        if directives.events == nil { answer.usage.output = answer.blocks.reduce(0) { $0 + Self.size($1) } }
        return answer
    }

    private static func size(_ block: Answer.Block) -> Int {
        switch block {
        case .thinking(let pieces, _), .text(let pieces): pieces.count
        case .tool(_, _, let arguments): arguments.count + 1
        case .redacted: 8
        case .numbers: 0
        }
    }

    /// Adds a text, cut at a stop sequence or at the maximum of words.
    private func say(_ text: String, in answer: inout Answer) {
        var text = text
        if let (cut, sequence) = Self.firstStop(in: text, of: prompt.stopSequences) {
            text = cut
            answer.stop = .stopSequence(sequence)
        }
        var pieces = directives.isUnicode ? Self.scalars(of: text) : Self.words(of: text)
        if let maximum = prompt.maximumTokens, pieces.count > maximum {
            pieces.removeLast(pieces.count - maximum)
            answer.stop = .maximumTokens
        }
        if !pieces.isEmpty { answer.blocks.append(.text(pieces)) }
    }
}

// MARK: Text

extension AnswerComposer {
    /// Han, Hangul, kana, emoji with modifiers and joiners, flags, right-to-left letters, stacked marks, and what JSON escapes.
    static let unicode =
        "\u{4F60}\u{597D}\u{FF0C}\u{4E16}\u{754C}\u{3002} \u{C548}\u{B155} \u{3053}\u{3093}\u{306B}\u{3061}\u{306F} "
        + "\u{1F44D}\u{1F3FD} \u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467} \u{1F1EF}\u{1F1F5} \u{5E9}\u{5DC}\u{5D5}\u{5DD} "
        + "\u{645}\u{631}\u{62D}\u{628}\u{627} Z\u{30A}\u{324}e\u{301} \u{20000} \"\\/\t\u{1}\u{2028} end"

    private func text() -> String {
        if directives.echoesBody { return BodyEcho.text(of: call) }
        if directives.isGuardrail { return "The simulated guardrail stopped this conversation." }
        if directives.isRefusal { return "The simulator was told to refuse." }
        if directives.isUnicode { return Self.unicode }
        if let schema = prompt.schema { return SchemaExample.text(for: schema) }
        var text = "This is the Bedrock simulator, not a model."
        if !prompt.lastUserText.isEmpty { text += " You said: \"\(prompt.lastUserText.prefix(200))\"" }
        for kind in ["image", "document", "audio", "video"] {
            let own = prompt.attachments.filter { $0.kind == kind }
            guard !own.isEmpty else { continue }
            let list = own.map {
                ($0.details + [$0.bytes.map { "\($0) bytes" } ?? "elsewhere"]).joined(separator: ", ")
            }
            text += " I see \(own.count) \(kind)\(own.count == 1 ? "" : "s") (\(list.joined(separator: "; ")))."
        }
        for result in prompt.toolResults { text += " The tool answered: \"\(result.prefix(200))\"" }
        if directives.tellsSystem { text += " The system prompt is: \"\(prompt.system.joined(separator: "\n"))\"" }
        return text
    }

    /// Splits a text after each space.
    static func words(of text: String) -> [String] {
        var words: [String] = []
        words.reserveCapacity(text.utf8.count / 5 + 1)
        let bytes = text.utf8
        var start = bytes.startIndex
        while start < bytes.endIndex {
            var end = bytes[start...].firstIndex(of: 0x20) ?? bytes.endIndex
            if end < bytes.endIndex { end = bytes.index(after: end) }
            words.append(String(text[start..<end]))
            start = end
        }
        return words
    }

    /// Splits a text into pieces of one, two and three code points in turn, so that some fall inside what looks like one character.
    private static func scalars(of text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        for scalar in text.unicodeScalars {
            piece.unicodeScalars.append(scalar)
            if piece.unicodeScalars.count > pieces.count % 3 {
                pieces.append(piece)
                piece = ""
            }
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }

    /// The text before the stop sequence that comes first, and that sequence.
    static func firstStop(in text: String, of sequences: [String]) -> (text: String, sequence: String)? {
        var found: (start: Int, sequence: String)?
        let bytes = Array(text.utf8)
        for sequence in sequences {
            let wanted = Array(sequence.utf8)
            guard !wanted.isEmpty, wanted.count <= bytes.count else { continue }
            let last = min(bytes.count - wanted.count, (found?.start ?? Int.max) - 1)
            guard last >= 0 else { continue }
            if let start = (0...last).first(where: { bytes[$0...].starts(with: wanted) }) { found = (start, sequence) }
        }
        return found.map { (String(decoding: bytes[..<$0.start], as: UTF8.self), $0.sequence) }
    }
}

// MARK: Tools

extension AnswerComposer {
    private func toolCalls() -> [Answer.Block] {
        guard !prompt.tools.isEmpty else { return [] }
        let text = prompt.lastUserText
        let twice = text.contains("call tools twice")
        let isAsked =
            twice || text.contains("use the tool") || directives.hasEmptyArguments || directives.isInterleaved
            || directives.endsTurnWithTools
        var first = prompt.tools[0]
        switch prompt.toolChoice {
        case .none: return []
        case .auto where !isAsked: return []
        case .named(let name): first = prompt.tools.first { $0.name == name } ?? first
        case .auto, .any: first = prompt.tools.first { text.contains($0.name) } ?? first
        }
        var tools = [first]
        if twice || directives.isInterleaved, prompt.maximumToolCalls > 1 {
            tools.append(prompt.tools.first { $0.name != first.name } ?? first)
        }
        return tools.enumerated().map { index, tool in
            .tool(id: identifier(of: tool.name, index), name: tool.name, arguments: arguments(of: tool))
        }
    }

    private func arguments(of tool: Prompt.Tool) -> [String] {
        if directives.hasEmptyArguments { return [] }
        let text = SchemaExample.text(for: tool.schema)
        // Pieces of seven bytes: the boundaries fall inside keys and values. Only what JSON allows to be split is split.
        var pieces: [String] = []
        var piece = ""
        for character in text {
            piece.append(character)
            if piece.utf8.count >= 7 {
                pieces.append(piece)
                piece = ""
            }
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }

    /// An id that differs from turn to turn and call to call, and is the same for the same request.
    private func identifier(of name: String, _ index: Int) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(prompt.turns)/\(index)/\(name)/\(prompt.lastUserText)".utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        let digits = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        var text = "tooluse_"
        for _ in 0..<22 {
            hash = hash &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            text.unicodeScalars.append(Unicode.Scalar(digits[Int(hash >> 33) % 62]))
        }
        return text
    }
}
