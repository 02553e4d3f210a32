import BedrockRuntime
import JSON

/// The token counts that InvokeModel adds to an answer: in the last chunk of a stream, in the headers of a whole one.
struct InvocationCounts {
    var input: Int?
    var output: Int?
    var cacheRead: Int?
    var cacheWrite: Int?

    /// Reads the `amazon-bedrock-invocationMetrics` of a last chunk; nil for a chunk without.
    init?(in chunk: JSONValue) {
        guard let metrics = chunk["amazon-bedrock-invocationMetrics"] else { return nil }
        self.init(metrics)
    }

    /// Reads invocation metrics.
    init(_ metrics: JSONValue) {
        input = metrics["inputTokenCount"]?.tokenCount
        output = metrics["outputTokenCount"]?.tokenCount
        cacheRead = metrics["cacheReadInputTokenCount"]?.tokenCount
        cacheWrite = metrics["cacheWriteInputTokenCount"]?.tokenCount
    }

    /// Reads the headers of a whole answer (WIRE.md §3.2).
    init(headersOf reply: BedrockReply) {
        func count(_ name: String) -> Int? {
            reply.header("x-amzn-bedrock-\(name)-token-count").flatMap { Int($0).map(TokenUsage.plausible) }
        }
        input = count("input")
        output = count("output")
        cacheRead = count("cache-read-input")
        cacheWrite = count("cache-write-input")
    }
}
