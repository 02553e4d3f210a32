import JSON
import NIOCore

/// Nova's own bodies on InvokeModel.
///
/// `{"schemaVersion":"messages-v1","messages":[{"role":"user","content":[{"text":"Hi"}]}],"inferenceConfig":{"maxTokens":16}}` is
/// answered as Converse does, with other names in `usage`, or with chunks such as
/// `{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"…"}}}`.
struct NovaDialect: Dialect {
    func prompt(of call: SimulatedCall) throws(SimulatorError) -> Prompt {
        try ShapeCheck.check(call.body, NovaShapes.request, voice: .schema)
        var reader = ConverseReader(call: call)
        var prompt = try reader.read()
        prompt.thinks = call.body["reasoningConfig"]?["type"]?.equals("enabled") ?? false
        return prompt
    }

    func write(_ answer: Answer, to prompt: Prompt, of call: SimulatedCall, into writer: inout JSONWriter) {
        writer.beginObject()
        ConverseWriter.writeAnswer(answer, to: &writer)
        ConverseWriter.writeStop(of: answer, prompt, .nova, to: &writer)
        writer.key("usage")
        ConverseWriter.write(answer.usage, .nova, to: &writer)
        InvokeGuardrail.write(prompt, answer.stop, to: &writer)
        writer.endObject()
    }

    func write(_ event: AnswerEvent, of reply: StreamedReply, to output: inout StreamOutput) {
        ConverseWriter.write(event, of: reply, usage: .nova) { kind, members in
            output.chunk { writer in
                writer.key(kind.name)
                writer.beginObject()
                members(&writer)
                writer.endObject()
                // A guardrail may report behind the end of the answer.
                if kind == .metadata {
                    InvokeGuardrail.write(reply.prompt, reply.answer.stop, to: &writer)
                    reply.answer.usage.writeInvocationMetrics(to: &writer)
                }
            }
        }
    }
}
