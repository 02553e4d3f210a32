import JSON

extension JSONWriter {
    /// Writes how a guardrail checks a stream: InvokeModel reads it in the body, whatever the dialect (WIRE.md §3.1), and
    /// everything else about the guardrail in headers.
    mutating func guardrailConfig(_ guardrail: Guardrail?) {
        guard let mode = guardrail?.streamProcessingMode else { return }
        key("amazon-bedrock-guardrailConfig")
        beginObject()
        key("streamProcessingMode")
        string(literal: mode == "async" ? "ASYNCHRONOUS" : "SYNCHRONOUS")
        endObject()
    }
}
