import JSON
import NIOCore

extension PromptTemplate {
    /// A conversation as a prompt.
    struct Prompt {
        /// The prompt.
        var text: JSONText
        /// The images in the order of their places in the prompt, in base64.
        var images: [JSONText]
        /// Whether the prompt ends in an answer that was begun for the model, instead of with `reply`.
        var continuesAnswer: Bool
    }

    /// Writes a conversation.
    ///
    /// - Parameters:
    ///   - conversation: Its turns alternate; a last one of the assistant's is left open for the model to continue.
    ///   - reasoningTags: The names of the tags around thinking, to leave former thinking out.
    ///   - report: Gets a note for special tokens that were broken, and for thinking that was left out.
    /// - Returns: The prompt and its images.
    /// - Throws: `AdapterError.cannotSay` for what a prompt has no words for.
    func prompt(
        for conversation: borrowing Conversation,
        reasoningTags: [String],
        report: inout TranslationReport
    ) throws(AdapterError) -> Prompt {
        var writer = PromptWriter(template: self, reasoningTags: reasoningTags, size: Self.size(of: conversation))
        let prompt = try writer.write(conversation)
        report.add(writer.report)
        return prompt
    }

    /// About how many bytes a prompt takes.
    private static func size(of conversation: borrowing Conversation) -> Int {
        var size = 256
        for block in conversation.system { size += block.text.escaped.readableBytes + 64 }
        for turn in conversation.turns {
            size += 128
            for case .text(let text) in turn.blocks { size += text.escaped.readableBytes + 16 }
        }
        return size
    }
}

/// The writing of one prompt, turn by turn.
private struct PromptWriter {
    private let template: PromptTemplate
    private let reasoningTags: [String]
    private var builder: PromptBuilder
    private var images: [JSONText] = []
    private(set) var report = TranslationReport()

    init(template: PromptTemplate, reasoningTags: [String], size: Int) {
        self.template = template
        self.reasoningTags = reasoningTags
        builder = PromptBuilder(tokens: template.tokens, capacity: size)
    }

    mutating func write(_ conversation: borrowing Conversation) throws(AdapterError) -> PromptTemplate.Prompt {
        var system = conversation.system.map { ContentBlock.text($0.text) }
        builder.append(template.begin)
        if let wrapper = template.system, !system.isEmpty {
            try append(system, within: wrapper, of: .user)
            system = []
        }
        var continuesAnswer = false
        for (index, turn) in conversation.turns.enumerated() {
            switch turn.role {
            case .user:
                try appendUser(turn.blocks, with: system)
                system = []
            case .assistant:
                continuesAnswer = index == conversation.turns.count - 1
                let blocks = withoutThinking(turn.blocks)
                builder.append(template.assistant.prefix)
                try append(blocks, of: .assistant)
                if !continuesAnswer { builder.append(template.assistant.suffix) }
            }
        }
        if !continuesAnswer { builder.append(template.reply) }
        if builder.hasBroken { report.adjust("special tokens neutralised") }
        return PromptTemplate.Prompt(
            text: JSONText(validEscaped: builder.escaped, hasEscapes: true),
            images: images,
            continuesAnswer: continuesAnswer
        )
    }

    private mutating func appendUser(_ blocks: [ContentBlock], with system: [ContentBlock]) throws(AdapterError) {
        guard !system.isEmpty, let places = template.userWithSystem else {
            return try append(system + blocks, within: template.user, of: .user)
        }
        builder.append(places.before)
        try append(system, of: .user)
        builder.append(places.between)
        try append(blocks, of: .user)
        builder.append(places.behind)
    }

    private mutating func append(
        _ blocks: [ContentBlock],
        within wrapper: PromptTemplate.Wrapper,
        of role: TurnRole
    ) throws(AdapterError) {
        builder.append(wrapper.prefix)
        try append(blocks, of: role)
        builder.append(wrapper.suffix)
    }

    private mutating func append(_ blocks: [ContentBlock], of role: TurnRole) throws(AdapterError) {
        var followsText = false
        for block in blocks {
            switch block {
            case .text(let text):
                if followsText { builder.append(template.join) }
                builder.append(text)
                followsText = true
            case .image(let block):
                guard role == .user, let image = template.image else { throw .cannotSay("images") }
                guard case .base64(let data) = block.source else { throw .cannotSay("images in S3") }
                builder.append(image)
                images.append(data)
                followsText = false
            case .thinking: report.drop("thinking_blocks")
            case .cacheMark: continue
            case .document: throw .cannotSay("documents")
            case .media(let media): throw .cannotSay(media.kind.rawValue)
            case .toolUse, .toolResult: throw .cannotSay("tools")
            }
        }
    }

    /// An assistant's words without the thinking that came back in them: models want former thinking left out.
    private mutating func withoutThinking(_ blocks: [ContentBlock]) -> [ContentBlock] {
        guard !reasoningTags.isEmpty, case .text(let text)? = blocks.first else { return blocks }
        let content = text.string.drop(while: \.isWhitespace)
        for tag in reasoningTags where content.hasPrefix("<\(tag)>") {
            guard let close = content.firstRange(of: "</\(tag)>") else { continue }
            report.drop("thinking in the history")
            let answer = content[close.upperBound...].drop(while: \.isWhitespace)
            return [.text(JSONText(String(answer)))] + blocks.dropFirst()
        }
        return blocks
    }
}
