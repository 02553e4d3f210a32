import JSON
import NIOCore

/// Converse and ConverseStream.
///
/// `{"messages":[{"role":"user","content":[{"text":"Hi"}]}],"inferenceConfig":{"maxTokens":16}}` is answered with
/// `{"output":{"message":{"role":"assistant","content":[{"text":"…"}]}},"stopReason":"end_turn","usage":{…},"metrics":{…}}`, or
/// with events such as `contentBlockDelta` `{"contentBlockIndex":0,"delta":{"text":"…"}}`.
struct ConverseDialect: Dialect {
    func prompt(of call: SimulatedCall) throws(SimulatorError) -> Prompt {
        let shape = call.isStream ? ConverseShapes.streamRequest : ConverseShapes.request
        try ShapeCheck.check(call.body, shape, voice: .service)
        var reader = ConverseReader(call: call)
        return try reader.read()
    }

    func write(_ answer: Answer, to prompt: Prompt, of call: SimulatedCall, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("metrics")
        ConverseWriter.writeMetrics(to: &writer)
        ConverseWriter.writeAnswer(answer, to: &writer)
        ConverseWriter.writeStop(of: answer, prompt, .converse, to: &writer)
        ConverseWriter.writeTrace(prompt, answer, to: &writer)
        writer.key("usage")
        ConverseWriter.write(answer.usage, .converse, to: &writer)
        writer.endObject()
    }

    func write(_ event: AnswerEvent, of reply: StreamedReply, to output: inout StreamOutput) {
        ConverseWriter.write(event, of: reply, usage: .converse) { kind, members in
            output.event(kind.headers, members)
        }
    }
}
