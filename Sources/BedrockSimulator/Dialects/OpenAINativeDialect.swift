import JSON
import NIOCore

/// Bedrock's own chat-completions endpoint, `POST /openai/v1/chat/completions`: the model stands in the body, streams are
/// server-sent events, and refusals have OpenAI's shape.
struct OpenAINativeDialect: Dialect {
    private let chat = OpenAIChatDialect()

    var framing: StreamOutput.Framing { .serverSentEvents }

    func prompt(of call: SimulatedCall) throws(SimulatorError) -> Prompt {
        var prompt = try chat.prompt(of: call)
        try NativeRules.check(call)
        prompt.wantsUsage = call.body["stream_options"]?["include_usage"]?.bool ?? false
        return prompt
    }

    func write(_ answer: Answer, to prompt: Prompt, of call: SimulatedCall, into writer: inout JSONWriter) {
        chat.write(answer, to: prompt, of: call, into: &writer)
    }

    func write(_ event: AnswerEvent, of reply: StreamedReply, to output: inout StreamOutput) {
        chat.write(event, of: reply, to: &output)
    }
}
