import JSON
import NIOCore

/// How a conversation is written as one prompt: the `prompt` map of an entry's options.
///
/// ```yaml
/// prompt:
///   begin: "<s>"                                     # once, in front of everything
///   system: "…{text}…"                               # the instructions, in a turn of their own
///   user: "[INST] {text} [/INST]"                    # a user's turn
///   user_with_system: "[INST] {system}\n\n{text} [/INST]"   # the first one, where instructions stand inside it
///   assistant: " {text}</s> "                        # an assistant's turn
///   reply: ""                                        # what the model continues
///   join: "\n\n"                                     # between the texts of one turn
///   image: "<|image|>"                               # what stands for an image
///   special_tokens: ["<|…|>", "<unk>"]               # more texts that no client may write
/// ```
///
/// Instructions go, in order of precedence: 1. into `system`; 2. into `user_with_system`; 3. in front of the first user's
/// text. Every special token of the template is found by itself (``SpecialTokens/discover(in:beginsLine:)``) and neutralised
/// in whatever a client writes.
struct PromptTemplate: Sendable {
    /// What stands around a text.
    struct Wrapper: Sendable {
        var prefix: PromptLiteral
        var suffix: PromptLiteral
    }

    static let keys = [
        "begin", "system", "user", "user_with_system", "assistant", "reply", "join", "image", "special_tokens",
    ]

    let begin: PromptLiteral
    let system: Wrapper?
    let user: Wrapper
    /// Around the instructions and the first user's text: before, between, behind.
    let userWithSystem: (before: PromptLiteral, between: PromptLiteral, behind: PromptLiteral)?
    let assistant: Wrapper
    let reply: PromptLiteral
    let join: PromptLiteral
    let image: PromptLiteral?
    let tokens: SpecialTokens

    /// Reads a template and checks that each turn ends recognisably.
    ///
    /// - Parameters:
    ///   - options: The `prompt` map.
    ///   - reasoningTags: The names of the tags around thinking, which are special too.
    /// - Throws: `AdapterError.badOption` with the key.
    init(_ options: PromptOptions, reasoningTags: [String]) throws(AdapterError) {
        begin = PromptLiteral(try options.text("begin") ?? "")
        system = try Self.wrapper("system", options)
        guard let user = try Self.wrapper("user", options) else { throw options.failure("user", "is missing") }
        guard let assistant = try Self.wrapper("assistant", options) else {
            throw options.failure("assistant", "is missing")
        }
        self.user = user
        self.assistant = assistant
        userWithSystem = try Self.userWithSystem(options)
        reply = PromptLiteral(try options.text("reply") ?? "")
        join = PromptLiteral(try options.text("join") ?? "\n\n")
        image = try options.text("image").map { PromptLiteral($0) }
        if system != nil, userWithSystem != nil {
            throw options.failure("user_with_system", "cannot stand beside 'system': instructions have one place")
        }
        var special = try options.texts("special_tokens")?.map { SpecialTokens.Token($0) } ?? []
        for tag in reasoningTags { special += [SpecialTokens.Token("<\(tag)>"), SpecialTokens.Token("</\(tag)>")] }
        special += Self.discover(
            begin: begin,
            system: system,
            user: user,
            userWithSystem: userWithSystem,
            assistant: assistant,
            reply: reply,
            image: image
        )
        do throws(SpecialTokens.Refusal) {
            tokens = try SpecialTokens(special)
        } catch {
            throw options.failure("special_tokens", error.reason)
        }
        try checkTurns(options)
    }

    /// What ends one turn and begins the next must be visible to the model, or a text could pass for both.
    private func checkTurns(_ options: PromptOptions) throws(AdapterError) {
        if user.suffix.isBlank, assistant.prefix.isBlank {
            throw options.failure("user", "nothing ends the user's turn and begins the assistant's")
        }
        if user.suffix.isBlank, reply.isBlank {
            throw options.failure("reply", "nothing ends the user's turn and begins the reply")
        }
        if assistant.suffix.isBlank, user.prefix.isBlank {
            throw options.failure("assistant", "nothing ends the assistant's turn and begins the user's")
        }
        if let system, system.suffix.isBlank, user.prefix.isBlank {
            throw options.failure("system", "nothing ends the instructions and begins the user's turn")
        }
        if let userWithSystem {
            if userWithSystem.behind.isBlank, assistant.prefix.isBlank || reply.isBlank {
                throw options.failure("user_with_system", "nothing ends the user's turn")
            }
            if assistant.suffix.isBlank, userWithSystem.before.isBlank {
                throw options.failure("user_with_system", "nothing begins the user's turn")
            }
        }
    }

    // MARK: Reading

    private static let placeholder = "{text}"

    /// Splits a turn at its `{text}`.
    private static func wrapper(_ key: String, _ options: PromptOptions) throws(AdapterError) -> Wrapper? {
        guard let text = try options.text(key) else { return nil }
        let parts = text.parts(around: placeholder)
        guard parts.count == 2 else { throw options.failure(key, "must hold {text} once") }
        return Wrapper(prefix: PromptLiteral(parts[0]), suffix: PromptLiteral(parts[1]))
    }

    private static func userWithSystem(
        _ options: PromptOptions
    ) throws(AdapterError) -> (before: PromptLiteral, between: PromptLiteral, behind: PromptLiteral)? {
        guard let text = try options.text("user_with_system") else { return nil }
        let outer = text.parts(around: "{system}")
        let inner = outer.count == 2 ? outer[1].parts(around: placeholder) : []
        guard inner.count == 2, outer[0].parts(around: placeholder).count == 1 else {
            throw options.failure("user_with_system", "must hold {system} once and then {text} once")
        }
        return (PromptLiteral(outer[0]), PromptLiteral(inner[0]), PromptLiteral(inner[1]))
    }

    private static func discover(
        begin: PromptLiteral,
        system: Wrapper?,
        user: Wrapper,
        userWithSystem: (before: PromptLiteral, between: PromptLiteral, behind: PromptLiteral)?,
        assistant: Wrapper,
        reply: PromptLiteral,
        image: PromptLiteral?
    ) -> [SpecialTokens.Token] {
        // The prompt's own beginning begins a line.
        let beginsFirstLine = begin.isEmpty || begin.endsLine
        let beginsUser =
            beginsFirstLine && assistant.suffix.endsLine && (system?.suffix.endsLine ?? true)
        var places: [(literal: PromptLiteral?, beginsLine: Bool)] = [
            (begin, true),
            (system?.prefix, beginsFirstLine),
            (system?.suffix, false),
            (user.prefix, beginsUser),
            (user.suffix, false),
            (assistant.prefix, user.suffix.endsLine),
            (assistant.suffix, false),
            (reply, user.suffix.endsLine),
            (image, false),
        ]
        if let userWithSystem {
            places += [
                (userWithSystem.before, beginsFirstLine), (userWithSystem.between, false),
                (userWithSystem.behind, false),
            ]
        }
        return places.flatMap { place in
            place.literal.map { SpecialTokens.discover(in: $0.text, beginsLine: place.beginsLine) } ?? []
        }
    }
}

extension String {
    /// The parts of a text between the occurrences of another.
    fileprivate func parts(around separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let found = rest.firstRange(of: separator) {
            parts.append(String(rest[..<found.lowerBound]))
            rest = rest[found.upperBound...]
        }
        parts.append(String(rest))
        return parts
    }
}
