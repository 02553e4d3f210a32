import Adapters
import BedrockRuntime
import Catalog
import JSON
import NIOCore
import Testing

/// What files cannot say: that a body reaches Bedrock byte for byte.
struct OpenAINativeBodyTests {
    private func body(_ source: String, model: Model? = nil, streaming: Bool = false) throws -> String {
        let model = try model ?? DialectSupport.model("Grok-4.7")
        var conversation = try DialectSupport.conversation(model, body: source)
        conversation.modelID = "us.xai.grok-4.7"
        let (call, _) = try OpenAINativeAdapter(model: model).call(for: conversation, streaming: streaming)
        return String(buffer: call.body.joined)
    }

    @Test func whatTheClientWroteKeepsItsBytes() throws {
        let messages = #"[ {"content":[{"text":"H\u00e9\/llo" ,"type":"text"}] ,"role":"user","name":"a"} ]"#
        let source =
            #"{"prediction": {"content":"x","type":"content"}, "messages":\#(messages),"model":"Grok-4.7","#
            + #""verbosity":"\u006cow","prompt_cache_key":"k"}"#
        let expected =
            #"{"prediction":{"content":"x","type":"content"},"messages":\#(messages),"model":"us.xai.grok-4.7","#
            + #""verbosity":"\u006cow","prompt_cache_key":"k"}"#
        #expect(try body(source) == expected)
    }

    @Test(arguments: [
        #""user":"u""#, #""safety_identifier":"u""#, #""prompt_cache_retention":"24h""#,
        #""prompt_cache_options":{"mode":"auto"}"#, #""cache_control":{"type":"ephemeral"}"#,
        #""moderation":{"model":"m"}"#, #""foo":1"#, #""store":false"#, #""amazon-bedrock-guardrailConfig":{}"#,
        #""Amazon-Bedrock-Trace":"ENABLED""#,
    ])
    func whatBedrockDoesNotTakeIsNotSent(member: String) throws {
        let source = #"{"model":"a",\#(member),"messages":[{"role":"user","content":"Hi"}]}"#
        #expect(try body(source) == #"{"model":"us.xai.grok-4.7","messages":[{"role":"user","content":"Hi"}]}"#)
    }

    @Test func ofRepeatedMembersTheLastIsSentOnce() throws {
        let source =
            #"{"model":"a","messages":[],"messages":[{"role":"user","content":"Hi"}],"verbosity":"low","#
            + #""verbosity":"high","model":"b"}"#
        let expected =
            #"{"model":"us.xai.grok-4.7","messages":[{"role":"user","content":"Hi"}],"verbosity":"high"}"#
        #expect(try body(source) == expected)
    }

    @Test(.timeLimit(.minutes(1))) func aBodyOfManyMembersIsReadInOnePass() throws {
        let members = (0..<100_000).map { #""k\#($0)":1"# }.joined(separator: ",")
        let source = #"{"model":"a","messages":[{"role":"user","content":"Hi"}],\#(members),"verbosity":"low"}"#
        let sent = try body(source)
        #expect(sent.hasSuffix(#""verbosity":"low"}"#))
    }

    @Test func nullsAreNotSent() throws {
        let source =
            #"{"model":"a","messages":[{"role":"user","content":"Hi"}],"verbosity":null,"stream":null,"tools":null}"#
        #expect(try body(source) == #"{"model":"us.xai.grok-4.7","messages":[{"role":"user","content":"Hi"}]}"#)
    }

    @Test func streamingIsSaidInPlaceAndAsksForCounts() throws {
        let source =
            #"{"stream_options":{"include_usage":false},"stream":true,"model":"a","messages":[{"role":"user","content":"Hi"}]}"#
        let expected =
            #"{"stream_options":{"include_usage":true},"stream":true,"model":"us.xai.grok-4.7","#
            + #""messages":[{"role":"user","content":"Hi"}]}"#
        #expect(try body(source, streaming: true) == expected)
        #expect(try body(source) == #"{"model":"us.xai.grok-4.7","messages":[{"role":"user","content":"Hi"}]}"#)
    }

    @Test(arguments: [
        #"{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}"#,
        #"{"role":"function","name":"f","content":"x"}"#,
        #"{"role":"assistant","content":"x","thinking_blocks":[]}"#,
        #"{"role":"assistant","content":"x","annotations":[],"audio":null}"#,
        #"{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"a.b","arguments":"{}"}}]}"#,
    ])
    func messagesThatTheEndpointCannotReadAreWrittenAnew(message: String) throws {
        let source = #"{"model":"a","messages":[\#(message),{"role":"user","content":"raw"}]}"#
        let sent = try body(source)
        #expect(!sent.contains("raw"))
        #expect(sent.contains(#"{"role":"user","content":"Hi"}"#))
    }

    @Test func additionalFieldsMayNotChooseTheModel() throws {
        let model = try DialectSupport.model("Grok-4.7")
        var conversation = try DialectSupport.conversation(
            model,
            body: #"{"model":"a","messages":[{"role":"user","content":"Hi"}]}"#
        )
        conversation.modelID = "us.xai.grok-4.7"
        conversation.additionalFields = try .parse(#"{"model":"other","stream":true,"min_p":0.1}"#)
        let (call, context) = try OpenAINativeAdapter(model: model).call(for: conversation, streaming: false)
        let expected = #"{"model":"us.xai.grok-4.7","messages":[{"role":"user","content":"Hi"}],"min_p":0.1}"#
        #expect(String(buffer: call.body.joined) == expected)
        #expect(
            context.report.dropped
                == ["additional_model_request_fields.model", "additional_model_request_fields.stream"]
        )
    }

    @Test func hostPathAndFramingComeFromTheEntry() throws {
        let mantle = try DialectSupport.model("GPT-5.6-Cyber")
        let conversation = try DialectSupport.conversation(mantle)
        let (call, _) = try OpenAINativeAdapter(model: mantle).call(for: conversation, streaming: true)
        #expect(call.host == .mantle)
        #expect(call.framing == .serverSentEvents)
        #expect(call.operation == .chatCompletions)
        #expect(call.path == "/openai/v1/chat/completions")
        let runtime = try DialectSupport.model("Grok-4.7")
        let whole = try OpenAINativeAdapter(model: runtime)
            .call(for: DialectSupport.conversation(runtime), streaming: false).0
        #expect(whole.host == .runtime)
        #expect(whole.framing == .whole)
    }

    @Test func reportedFieldsThatPassAreNotReported() throws {
        let model = try DialectSupport.model("Grok-4.7")
        var conversation = try DialectSupport.conversation(
            model,
            body: #"{"model":"a","messages":[{"role":"user","content":"Hi"}],"verbosity":"low","logit_bias":{"1":2}}"#
        )
        conversation.report.drop("verbosity")
        conversation.report.drop("logit_bias")
        let (_, context) = try OpenAINativeAdapter(model: model).call(for: conversation, streaming: false)
        #expect(context.report.dropped == ["logit_bias"])
    }
}
