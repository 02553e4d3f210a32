import JSON
import NIOCore

/// A way of writing requests and answers: that of Converse, or of one family's own bodies.
///
/// A new dialect is one file: it checks a body and says what is asked in a ``Prompt``; it writes an ``Answer`` whole and event by
/// event. What is said, and what goes wrong, is not its business.
protocol Dialect: Sendable {
    /// How a stream of it is framed.
    var framing: StreamOutput.Framing { get }

    /// Checks a body against the rules of its model, and reads what it asks.
    ///
    /// - Throws: The refusal that AWS would answer.
    func prompt(of call: SimulatedCall) throws(SimulatorError) -> Prompt

    /// Writes a whole answer.
    func write(_ answer: Answer, to prompt: Prompt, of call: SimulatedCall, into writer: inout JSONWriter)

    /// Writes one event of a streamed answer.
    func write(_ event: AnswerEvent, of reply: StreamedReply, to output: inout StreamOutput)
}

extension Dialect {
    var framing: StreamOutput.Framing { .eventStream }
}

/// A streamed answer with what it answers.
struct StreamedReply {
    var answer: Answer
    var prompt: Prompt
    var model: ModelID
    var directives: Directives
}

extension Usage {
    /// Writes what the last chunk of every model's own stream carries.
    func writeInvocationMetrics(to writer: inout JSONWriter) {
        writer.key("amazon-bedrock-invocationMetrics")
        writer.beginObject()
        writer.key("inputTokenCount")
        writer.int(input)
        writer.key("outputTokenCount")
        writer.int(output)
        writer.key("invocationLatency")
        writer.int(12)
        writer.key("firstByteLatency")
        writer.int(3)
        if cacheRead + cacheWrite > 0 {
            writer.key("cacheReadInputTokenCount")
            writer.int(cacheRead)
            writer.key("cacheWriteInputTokenCount")
            writer.int(cacheWrite)
        }
        writer.endObject()
    }
}
