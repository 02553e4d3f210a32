import Adapters
import BedrockRuntime
import Catalog
import Glibc
import JSON
import NIOCore
import Testing

/// No text can forge a template: for every prompt dialect, every special token, every role and every way to write one.
struct PromptForgeryTests {
    /// A dialect and the texts that its tokenizer takes for more than text.
    struct Dialect: Sendable, CustomTestStringConvertible {
        var name: String
        var tokens: [String]
        /// What the body calls the prompt.
        var member = "prompt"
        /// The options of a dialect that is not shipped.
        var options: String?

        var testDescription: String { name }

        func model() throws -> Model {
            if let options { return try PromptModels.text(options) }
            return name.hasPrefix("imported") ? try PromptModels.imported(name) : try PromptModels.shipped(name)
        }
    }

    static let dialects = [
        Dialect(
            name: "Llama-3-1-8b",
            tokens: [
                "<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>",
                "<|eom_id|>",
                "<|python_tag|>", "<|image|>", "<|finetune_right_pad_id|>", "<|reserved_special_token_7|>",
            ]
        ),
        Dialect(
            name: "Llama-4-Scout-17b",
            tokens: [
                "<|begin_of_text|>", "<|header_start|>", "<|header_end|>", "<|eot|>", "<|eom|>", "<|step|>",
                "<|image|>",
                "<|image_start|>", "<|python_start|>",
            ]
        ),
        Dialect(name: "Mistral-7b", tokens: ["<s>", "</s>", "<unk>", "[INST]", "[/INST]", "[TOOL_CALLS]"]),
        Dialect(
            name: "DeepSeek-R1",
            tokens: [
                "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>", "<think>", "</think>",
                "<｜tool▁calls▁begin｜>", "<|EOT|>",
            ]
        ),
        Dialect(name: "Titan-Text-Large", tokens: ["\nUser:", "\nBot:"], member: "inputText"),
        Dialect(name: "imported-qwen", tokens: ["<|im_start|>", "<|im_end|>", "<|endoftext|>"]),
        Dialect(name: "imported-llama-3", tokens: ["<|start_header_id|>", "<|eot_id|>"]),
        Dialect(
            name: "Llama 2",
            tokens: ["<s>", "</s>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>"],
            options: #"""
                {prompt: {user: "<s>[INST] {text} [/INST]", assistant: " {text} </s>",
                 user_with_system: "<s>[INST] <<SYS>>\n{system}\n<</SYS>>\n\n{text} [/INST]", join: ""}}
                """#
        ),
        Dialect(
            name: "Claude 2",
            tokens: ["\nHuman:", "\nAssistant:", "\n\nHuman:"],
            options: #"""
                {prompt: {system: "{text}", user: "\n\nHuman: {text}", assistant: "\n\nAssistant: {text}",
                 reply: "\n\nAssistant:", join: ""}}
                """#
        ),
        Dialect(
            name: "Alpaca",
            tokens: ["\n### Instruction:", "\n### Response:"],
            options: #"""
                {prompt: {system: "{text}\n\n", user: "### Instruction:\n{text}\n\n",
                 assistant: "### Response:\n{text}\n\n", reply: "### Response:\n", join: "\n"}}
                """#
        ),
        Dialect(
            name: "completing",
            tokens: ["<|id|>", "<u>", "<a>"],
            options: #"""
                {prompt: {system: "{text}id|></s>", user: "<u>{text}id|></u>", assistant: "<a>{text}|></a>", reply: "<a>",
                 special_tokens: ["<|id|>"], join: "|"}}
                """#
        ),
        Dialect(
            name: "glued",
            tokens: ["<|a|>", "<|b|>", "<|c|>"],
            options:
                #"{prompt: {system: "{text}<|a|>", user: "{text}<|b|>", assistant: "{text}<|c|>", reply: "<|a|>", join: ""}}"#
        ),
    ]

    static func count(_ token: String, in text: String) -> Int {
        let (token, text) = (Array(token.utf8), Array(text.utf8))
        return token.withUnsafeBytes { token in
            text.withUnsafeBytes { text in
                guard let start = text.baseAddress, let wanted = token.baseAddress else { return 0 }
                var count = 0
                var offset = 0
                while offset + token.count <= text.count {
                    guard let found = memchr(start + offset, Int32(token[0]), text.count - token.count - offset + 1)
                    else { break }
                    if memcmp(found, wanted, token.count) == 0 { count += 1 }
                    offset = start.distance(to: UnsafeRawPointer(found)) + 1
                }
                return count
            }
        }
    }

    /// Checks that a conversation's prompt has each token as often as the same conversation of harmless words.
    static func check(
        _ talk: Talk,
        _ dialect: Dialect,
        _ adapter: any ModelAdapter,
        _ comment: @autoclosure () -> String,
        location: Testing.SourceLocation = #_sourceLocation
    ) throws {
        var harmless = talk
        for index in harmless.system.indices { harmless.system[index].text = "x" }
        for turn in harmless.turns.indices {
            for block in harmless.turns[turn].blocks.indices {
                harmless.turns[turn].blocks[block] = .text("x")
            }
        }
        let prompt = try talk.prompt(by: adapter, member: dialect.member)
        let expected = try harmless.prompt(by: adapter, member: dialect.member)
        for token in dialect.tokens where count(token, in: prompt) != count(token, in: expected) {
            Issue.record("\(comment()): '\(token)' in \(prompt.debugDescription)", sourceLocation: location)
        }
    }

    /// Conversations in which a role says some parts.
    static func talks(saying parts: [String]) -> [Talk] {
        [
            Talk(system: parts, (.user, ["x"])),
            Talk(system: ["x"], (.user, parts), (.assistant, ["x"]), (.user, ["x"])),
            Talk((.user, ["x"]), (.assistant, parts), (.user, ["x"])),
            Talk((.user, ["x"]), (.assistant, ["x"]), (.user, parts)),
        ]
    }

    @Test(arguments: dialects)
    func tokensAreBrokenInEveryRole(dialect: Dialect) throws {
        let adapter = try PromptModels.adapter(dialect.model())
        for token in dialect.tokens {
            for text in [token, "a\(token)b", token + token, String(token.dropLast()) + token, token + "\n" + token] {
                for talk in Self.talks(saying: [text]) { try Self.check(talk, dialect, adapter, text) }
            }
        }
    }

    @Test(arguments: dialects)
    func tokensAreBrokenAtEverySplitAcrossParts(dialect: Dialect) throws {
        let adapter = try PromptModels.adapter(dialect.model())
        for token in dialect.tokens {
            for cut in 1..<token.unicodeScalars.count {
                let end = token.unicodeScalars.index(token.unicodeScalars.startIndex, offsetBy: cut)
                let parts = ["a" + token[..<end], token[end...] + "b"].map { String($0) }
                for talk in Self.talks(saying: parts) { try Self.check(talk, dialect, adapter, "\(parts)") }
            }
            for talk in Self.talks(saying: token.map { String($0) }) {
                try Self.check(talk, dialect, adapter, "letters of \(token)")
            }
        }
    }

    @Test(arguments: dialects)
    func tokensAreNotMadeWithTheTemplatesHelp(dialect: Dialect) throws {
        let adapter = try PromptModels.adapter(dialect.model())
        for token in dialect.tokens {
            for cut in 0...token.unicodeScalars.count {
                let end = token.unicodeScalars.index(token.unicodeScalars.startIndex, offsetBy: cut)
                let (head, rest) = (String(token[..<end]), String(token[end...]))
                for text in [head, rest, rest + head] {
                    for talk in Self.talks(saying: [text]) + Self.talks(saying: [text, text]) {
                        try Self.check(talk, dialect, adapter, text)
                    }
                }
                // One role ends what the next one begins.
                let talk = Talk(
                    system: [rest + head],
                    (.user, [rest + head]),
                    (.assistant, [rest + head]),
                    (.user, [rest])
                )
                try Self.check(talk, dialect, adapter, "\(rest)…\(head)")
            }
        }
    }

    /// The ways in which JSON can spell a text.
    static func spellings(of token: String) -> [String] {
        let units = token.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        let plain = token.replacing("\n", with: "\\n")
        return [
            units.joined(), units.map { $0.uppercased().replacing("\\U", with: "\\u") }.joined(),
            units[0] + token.dropFirst().replacing("\n", with: "\\n"),
            plain.replacing("/", with: "\\/"), "\\\"\\t" + plain, plain + "\\u0041",
        ]
    }

    @Test(arguments: dialects)
    func tokensAreFoundHoweverTheyAreEscaped(dialect: Dialect) throws {
        let adapter = try PromptModels.adapter(dialect.model())
        for token in dialect.tokens {
            for spelling in Self.spellings(of: token) {
                let text = try JSONValueText(spelling).text
                for var talk in Self.talks(saying: ["x"]) {
                    if talk.system.count == 1, talk.turns.count == 1 {
                        talk.system[0].text = text
                    } else {
                        let last = talk.turns.count - 1
                        talk.turns[last].blocks = [.text(text)]
                    }
                    try Self.check(talk, dialect, adapter, spelling)
                }
            }
        }
    }

    @Test(arguments: dialects)
    func nonsenseNeverForges(dialect: Dialect) throws {
        let adapter = try PromptModels.adapter(dialect.model())
        var random = SplitMix(state: 42)
        let pieces =
            dialect.tokens.flatMap { token in
                [
                    token, String(token.dropFirst()), String(token.dropLast()), String(token.prefix(2)),
                    String(token.suffix(2)),
                ]
            } + ["\n", " ", "<", "|", ">", "x", "é", "\\", "\"", "｜"]
        func text() -> String {
            (0..<Int(random.next() % 6)).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
        }
        for _ in 0..<100 {
            let talk = Talk(
                system: [text(), text()],
                (.user, [text(), text(), text()]),
                (.assistant, [text(), text()]),
                (.user, [text(), text()])
            )
            try Self.check(talk, dialect, adapter, "random")
        }
    }

    // MARK: What becomes of the text

    @Test
    func aBrokenTokenStaysReadableAndIsReported() throws {
        let model = try PromptModels.shipped("Llama-3-1-8b")
        let talk = Talk((.user, ["say <|eot_id|>\nnow"]))
        #expect(try talk.prompt(for: model).contains("say < |eot_id|>\nnow<|eot_id|>"))
        let context = try PromptModels.adapter(model).call(for: talk.conversation, streaming: false).1
        #expect(context.report.adjusted == ["special tokens neutralised"])
    }

    @Test
    func breakingTwiceChangesNothing() throws {
        let model = try PromptModels.shipped("Mistral-7b")
        let once = try Talk((.user, ["[INST][/INST]</s>"])).prompt(for: model)
        let inner = once.dropFirst("<s>[INST] ".count).dropLast(" [/INST]".count)
        #expect(try Talk((.user, [String(inner)])).prompt(for: model) == once)
    }

    @Test
    func otherTextIsLeftAlone() throws {
        let model = try PromptModels.shipped("Llama-3-1-8b")
        let text = "f <| x |> g, a <|> b, <||>, <|two words|>, <|\(String(repeating: "x", count: 65))|>, <s>, [INST]"
        let talk = Talk((.user, [text]))
        #expect(try talk.prompt(for: model).contains(text))
        #expect(try PromptModels.adapter(model).call(for: talk.conversation, streaming: false).1.report.isEmpty)
        let titan = try PromptModels.shipped("Titan-Text-Large")
        let prose = "The End User: a person. Bot: a machine."
        #expect(try Talk((.user, [prose])).prompt(for: titan, member: "inputText") == "User: \(prose)\nBot:")
    }

    @Test
    func aClientsOwnFieldsCannotReplaceThePrompt() throws {
        let model = try PromptModels.shipped("Llama-4-Scout-17b")
        var talk = Talk((.user, ["Hi"]))
        talk.additionalFields = try JSONValue.parse(#"{"pr\u006fmpt":"<|eot|>","images":["x"],"top_k":3}"#)
        let (call, context) = try PromptModels.adapter(model).call(for: talk.conversation, streaming: false)
        let body = try JSONValue.parse(call.body.joined)
        #expect(body["prompt"]?.string == (try Talk((.user, ["Hi"])).prompt(for: model)))
        #expect(body["images"] == nil)
        #expect(body["top_k"]?.int == 3)
        #expect(
            context.report.dropped
                == ["additional_model_request_fields.prompt", "additional_model_request_fields.images"]
        )
    }

    @Test
    func hostileTextTakesLinearTime() throws {
        let model = try PromptModels.shipped("Llama-3-1-8b")
        for seed in ["<|", "<|a", "<", "<|\(String(repeating: "a", count: 63))"] {
            func time(_ count: Int) throws -> Duration {
                let talk = Talk((.user, [String(repeating: seed, count: count / seed.utf8.count)]))
                let adapter = try PromptModels.adapter(model)
                return try (0..<3).map { _ in
                    try ContinuousClock().measure { _ = try adapter.call(for: talk.conversation, streaming: false) }
                }.min() ?? .zero
            }
            let (small, large) = (try time(20_000), try time(320_000))
            // Sixteen times the text; a quadratic search would take 256 times as long.
            #expect(large < small * 100 + .milliseconds(20), "\(seed.prefix(8)): \(small), \(large)")
        }
    }
}

/// A small generator of repeatable numbers.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
