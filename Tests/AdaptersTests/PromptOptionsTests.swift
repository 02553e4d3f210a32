import Adapters
import Catalog
import Testing

/// Options that would make a broken prompt stop the launch, at their place in models.yaml.
struct PromptOptionsTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var options: String
        var name: String
        var reason: String
        var adapter = "text"

        var testDescription: String { name + ": " + reason }
    }

    static let good = #"user: "<u>{text}", assistant: "<a>{text}</a>", reply: "<a>""#

    static let mistakes = [
        Mistake(options: "{}", name: "prompt.user", reason: "is missing"),
        Mistake(options: "{}", name: "prompt.user", reason: "is missing", adapter: "llama"),
        Mistake(options: "{prompts: {}}", name: "prompts", reason: "is unknown; known are prompt, body, reply"),
        Mistake(
            options: "{prompt: {\(good)}, body: {}}",
            name: "body",
            reason: "is unknown; known are prompt",
            adapter: "llama"
        ),
        Mistake(options: "{prompt: {\(good), usr: x}}", name: "prompt.usr", reason: "is unknown"),
        Mistake(options: "{prompt: [a]}", name: "prompt", reason: "must be a map"),
        Mistake(options: "{prompt: {\(good), begin: 3}}", name: "prompt.begin", reason: "must be text"),
        Mistake(options: #"{prompt: {user: "<u>"}}"#, name: "prompt.user", reason: "must hold {text} once"),
        Mistake(options: #"{prompt: {user: "<u>{text}{text}"}}"#, name: "prompt.user", reason: "must hold {text} once"),
        Mistake(options: #"{prompt: {user: "<u>{text}"}}"#, name: "prompt.assistant", reason: "is missing"),
        Mistake(
            options: #"{prompt: {user: "<u>{text}", assistant: "{text}</a>"}}"#,
            name: "prompt.user",
            reason: "nothing ends the user's turn and begins the assistant's"
        ),
        Mistake(
            options: #"{prompt: {user: "<u>{text}", assistant: "<a>{text}</a>", reply: " "}}"#,
            name: "prompt.reply",
            reason: "nothing ends the user's turn and begins the reply"
        ),
        Mistake(
            options: #"{prompt: {user: "{text}<u>", assistant: "<a>{text}\n"}}"#,
            name: "prompt.assistant",
            reason: "nothing ends the assistant's turn"
        ),
        Mistake(
            options: #"{prompt: {system: "<s>{text}\n", user: "{text}<u>", assistant: "<a>{text}</a>"}}"#,
            name: "prompt.system",
            reason: "nothing ends the instructions"
        ),
        Mistake(
            options: #"{prompt: {\#(good), user_with_system: "<u>{text}{system}"}}"#,
            name: "prompt.user_with_system",
            reason: "must hold {system} once and then {text} once"
        ),
        Mistake(
            options: #"{prompt: {\#(good), system: "{text}", user_with_system: "<u>{system}{text}"}}"#,
            name: "prompt.user_with_system",
            reason: "cannot stand beside 'system'"
        ),
        Mistake(
            options: #"{prompt: {\#(good), special_tokens: ["x"]}}"#,
            name: "prompt.special_tokens",
            reason: "the special token 'x' is too short"
        ),
        Mistake(
            options: #"{prompt: {\#(good), special_tokens: ["<|…a>"]}}"#,
            name: "prompt.special_tokens",
            reason: "what follows '…'"
        ),
        Mistake(options: "{prompt: {\(good)}, body: {prompt: ~}}", name: "body.prompt", reason: "is missing"),
        Mistake(
            options: "{prompt: {\(good)}, body: {prompt: a.b}}",
            name: "body.prompt",
            reason: "must stand directly in the body"
        ),
        Mistake(
            options: "{prompt: {\(good)}, body: {top_p: prompt}}",
            name: "body.top_p",
            reason: "has the name of another member"
        ),
        Mistake(options: "{prompt: {\(good)}, reply: {txt: a}}", name: "reply.txt", reason: "is unknown"),
        Mistake(options: "{prompt: {\(good)}, reply: {text: 3}}", name: "reply.text", reason: "must be text or a list"),
        Mistake(
            options: "{prompt: {\(good)}, reasoning_tags: [<think>]}",
            name: "reasoning_tags",
            reason: "holds names"
        ),
    ]

    @Test(arguments: mistakes)
    func mistakesAreLocated(mistake: Mistake) throws {
        let model = try PromptModels.text(mistake.options, adapter: mistake.adapter)
        #expect {
            try PromptModels.adapter(model)
        } throws: { error in
            guard case .badOption(let name, let reason, let location)? = error as? AdapterError else { return false }
            // The options stand in the sixth line of the test's catalog.
            return name == mistake.name && reason.hasPrefix(mistake.reason) && location?.line == 6
        }
    }

    @Test
    func aCompleteTemplateIsAccepted() throws {
        #expect(throws: Never.self) { try PromptModels.adapter(PromptModels.text("{prompt: {\(Self.good)}}")) }
    }

    @Test
    func aPromptOfEveryPossibleSeparatorIsRefused() throws {
        let model = try PromptModels.text(#"{prompt: {\#(Self.good), special_tokens: [" ~'`^"]}}"#)
        #expect(throws: AdapterError.self) { try PromptModels.adapter(model) }
    }
}
