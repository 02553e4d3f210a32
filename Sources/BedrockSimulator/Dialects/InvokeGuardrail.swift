import JSON
import NIOCore

/// What InvokeModel adds to a model's own answer when a guardrail looked at the conversation (WIRE.md §4.1).
///
/// The model's own reason for stopping says nothing of it. `{…,"amazon-bedrock-guardrailAction":"INTERVENED",
/// "amazon-bedrock-trace":{"guardrail":{…}}}`; the trace stands there only when it was asked for.
enum InvokeGuardrail {
    /// Writes the members; none where there is no guardrail, or the answer goes another way than InvokeModel's.
    static func write(_ prompt: Prompt, _ stop: Answer.Stop, to writer: inout JSONWriter) {
        var intervened = false
        if case .guardrail = stop { intervened = true }
        // An account's own guardrail steps in where the request names none (WIRE.md §4.3).
        guard intervened || !prompt.guardrail.isEmpty else { return }
        writer.key("amazon-bedrock-guardrailAction")
        writer.string(intervened ? "INTERVENED" : "NONE")
        guard intervened, prompt.wantsGuardrailTrace else { return }
        writer.key("amazon-bedrock-trace")
        ConverseWriter.writeAssessment(of: prompt.guardrail, to: &writer)
    }
}
