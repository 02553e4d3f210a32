import BedrockRuntime
import JSON
import NIOCore

/// The headers in which InvokeModel takes what Converse has members for (WIRE.md §3.1).
enum InvokeHeaders {
    /// The longest metadata header that AWS takes, in bytes.
    private static let maximumMetadataBytes = 8500

    static func make(for conversation: borrowing Conversation, report: inout TranslationReport) -> [(
        name: String, value: String
    )] {
        var headers: [(name: String, value: String)] = []
        if let guardrail = conversation.guardrail {
            headers.append(("X-Amzn-Bedrock-GuardrailIdentifier", guardrail.identifier))
            headers.append(("X-Amzn-Bedrock-GuardrailVersion", guardrail.version))
            if let trace = guardrail.trace { headers.append(("X-Amzn-Bedrock-Trace", trace.uppercased())) }
        }
        if let latency = conversation.latency {
            headers.append(("X-Amzn-Bedrock-PerformanceConfig-Latency", latency))
        }
        if let tier = conversation.serviceTier { headers.append(("X-Amzn-Bedrock-Service-Tier", tier)) }
        if !conversation.metadata.isEmpty {
            var writer = JSONWriter()
            writer.beginObject()
            for (key, value) in conversation.metadata {
                writer.key(key)
                writer.string(value)
            }
            writer.endObject()
            if writer.count <= maximumMetadataBytes {
                headers.append(("X-Amzn-Bedrock-Request-Metadata", String(buffer: writer.buffer)))
            } else {
                report.drop("metadata")
            }
        }
        return headers
    }
}

extension BedrockCall {
    /// The InvokeModel call, whole or streamed, that carries a dialect's body.
    static func invoke(
        _ conversation: borrowing Conversation,
        body: BedrockBody,
        streaming: Bool,
        report: inout TranslationReport
    ) -> BedrockCall {
        BedrockCall(
            operation: streaming ? .invokeStream : .invoke,
            path: BedrockPath.invoke(modelID: conversation.modelID, streaming: streaming),
            headers: InvokeHeaders.make(for: conversation, report: &report),
            body: body,
            framing: streaming ? .eventStream : .whole
        )
    }
}
