import JSON

extension JSONValue {
    /// Whether InvokeModel says, in the answer or in this chunk of it, that a guardrail stepped in.
    var isIntervened: Bool { self["amazon-bedrock-guardrailAction"]?.equals("INTERVENED") == true }

    /// The assessment of the guardrail that InvokeModel adds to an answer.
    var guardrailTrace: JSONValue? { self["amazon-bedrock-trace"]?["guardrail"] }
}

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
