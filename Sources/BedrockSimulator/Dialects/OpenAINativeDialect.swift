import JSON
import NIOCore

/// Bedrock's own chat-completions endpoint, `POST /openai/v1/chat/completions`: the model stands in the body, streams are
/// server-sent events, and refusals have OpenAI's shape.
struct OpenAINativeDialect: Dialect {
    private let chat = OpenAIChatDialect()

    var framing: StreamOutput.Framing { .serverSentEvents }

    func prompt(of call: SimulatedCall) throws(SimulatorError) -> Prompt {
        if Self.refusesMaxTokens(call.model), call.body["max_tokens"] != nil {
            throw .validation(
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
            )
        }
        var prompt = try chat.prompt(of: call)
        prompt.wantsUsage = call.body["stream_options"]?["include_usage"]?.bool ?? false
        return prompt
    }

    /// GPT 5.6 and its successors take `max_completion_tokens` only.
    private static func refusesMaxTokens(_ model: ModelID) -> Bool {
        model.name.hasPrefix("openai.gpt-5.6") || model.name.hasPrefix("openai.gpt-6")
    }

    func write(_ answer: Answer, to prompt: Prompt, of call: SimulatedCall, into writer: inout JSONWriter) {
        chat.write(answer, to: prompt, of: call, into: &writer)
    }

    func write(_ event: AnswerEvent, of reply: StreamedReply, to output: inout StreamOutput) {
        chat.write(event, of: reply, to: &output)
    }
}
