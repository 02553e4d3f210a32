import Adapters
import Catalog
import Testing

struct OpenAIChatOptionTests {
    @Test(arguments: [
        #"{"colour":"red"}"#, #"{"max_tokens_field":"limit"}"#, #"{"tool_choice_required":true}"#,
        #"{"tool_call_ids":"alnum8"}"#, #"{"string_content":"yes"}"#, #"{"reasoning_tags":"think"}"#,
        #"{"reasoning_tags":[]}"#, #"{"reasoning_tags":["a b"]}"#, #"{"reasoning_opens":true}"#,
        #"{"reasoning_excludes":["tools"]}"#,
    ])
    func optionsThatMakeNoSenseAreRefusedWithTheirLine(options: String) throws {
        let model = try DialectSupport.model(.openAIChat, options: options)
        let error = #expect(throws: AdapterError.self) { try OpenAIChatAdapter(model: model) }
        guard case .badOption(let name, _, let location)? = error else {
            Issue.record("not a bad option: \(String(describing: error))")
            return
        }
        #expect(options.contains("\"\(name)\""))
        #expect(location?.line == 7)
    }

    @Test(arguments: [#"{"tool_call_ids":"alnum9"}"#, #"{"string_content":true}"#, #"{"omits_tool_choice":true}"#])
    func whatOnlyOtherBodiesKnowIsRefusedByTheNativeAdapter(options: String) throws {
        let model = try DialectSupport.model(.openAINative, options: options)
        #expect(throws: AdapterError.self) { try OpenAINativeAdapter(model: model) }
    }

    @Test func takenAwayOptionsAreNotGiven() throws {
        let model = try DialectSupport.model(
            .openAINative,
            options: #"{"string_content":null,"max_tokens_field":null}"#
        )
        _ = try OpenAINativeAdapter(model: model)
    }

    @Test func novaHasNoOptions() throws {
        let model = try DialectSupport.model(.nova, options: #"{"reasoning_tags":["thinking"]}"#)
        #expect(throws: AdapterError.self) { try NovaAdapter(model: model) }
    }
}
