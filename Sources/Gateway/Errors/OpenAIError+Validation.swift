import BedrockRuntime
import Catalog
import OpenAISchema

extension OpenAIError {
    /// Tells the many meanings of a ValidationException apart (ERRORS.md §6).
    ///
    /// Who names the meaning: 1. words that only a throttle has, whatever its code; 2. the code of an OpenAI-shaped endpoint
    /// for an overflow; 3. the message's wording; 4. the code of an OpenAI-shaped endpoint for a field.
    static func validation(_ error: BedrockError, _ message: String, for call: FailedCall) -> OpenAIError {
        let lower = message.lowercased()
        func says(_ phrase: String) -> Bool { lower.contains(phrase) }
        if says("please wait before trying again") || says("too many requests") { return throttled(error, message) }
        if error.openAICode == RequestErrorCode.contextLengthExceeded.rawValue || says("maximum context length")
            || says("input is too long") || says("prompt is too long") || says("too many input tokens")
            || says("too many tokens") || says("expected maxlength") || (says("exceed") && says("context"))
        {
            return contextOverflow(message, for: call)
        }
        if says("model identifier is invalid") || says("end of its life") || says("marked by provider as legacy") {
            return notFound(message, for: call)
        }
        if says("with on-demand throughput isn") { return needsProfile(message, for: call) }
        if says("could not process image") || (says("image") && says("exceed")) {
            let code: RequestErrorCode = says("exceed") ? .imageTooLarge : .invalidImage
            return .badRequest(code, param: "messages", message)
        }
        if let code = error.openAICode.flatMap({ RequestErrorCode(rawValue: $0) }) {
            return .badRequest(code, param: error.param, message)
        }
        // With the apostrophe of a keyboard or of a typesetter.
        if says("doesn't support") || says("does not support") || says("doesn\u{2019}t support") {
            return .badRequest(.unsupportedParameter, param: field(inRefusal: lower), message)
        }
        return .badRequest(.invalidValue, param: error.param ?? pointer(in: message), message)
    }

    /// The client's field that "This model doesn't support …" speaks of.
    private static func field(inRefusal lower: String) -> String? {
        let fields = [
            ("stopsequences", "stop"), ("system messages", "messages"), ("system prompt", "messages"),
            ("tool use", "tools"), ("streaming", "stream"),
        ]
        return fields.first { lower.contains($0.0) }?.1
    }

    private static func needsProfile(_ message: String, for call: FailedCall) -> OpenAIError {
        let ids = call.model.profiles.map { "\($0).\(call.model.bedrockID)" }
        return OpenAIError(
            status: 400,
            kind: .invalidRequest,
            code: "model_not_found",
            param: "model",
            message: message + " Ask for an inference profile id"
                + (ids.isEmpty
                    ? " (us., eu., apac., global., … in front of the model id)." : ": \(ids.joined(separator: ", ")).")
        )
    }

    /// The words by which clients know an overflow: "This model's maximum context length is N tokens".
    private static func contextOverflow(_ message: String, for call: FailedCall) -> OpenAIError {
        if message.contains("maximum context length is") {
            return .badRequest(.contextLengthExceeded, param: "messages", message)
        }
        let length = call.model.contextTokens.map { "\($0) tokens" } ?? "smaller than this request"
        return .badRequest(
            .contextLengthExceeded,
            param: "messages",
            "This model's maximum context length is \(length). Shorten the messages or the tools. Bedrock said: \(message)"
        )
    }

    /// The field that "Malformed input request: #/messages/0/…: …" points at, as a path such as `messages[0]`.
    private static func pointer(in message: String) -> String? {
        guard let start = message.firstRange(of: "#/") else { return nil }
        var pointer = message[start.upperBound...].prefix { $0 != ":" && $0 != "," && !$0.isWhitespace }
        // A pointer at the end of its sentence is no part of the field's name.
        while let last = pointer.last, last.isPunctuation, last != "_" { pointer.removeLast() }
        guard !pointer.isEmpty, pointer.utf8.count <= 128 else { return nil }
        var path = ""
        for step in pointer.split(separator: "/") {
            path += step.allSatisfy(\.isNumber) ? "[\(step)]" : path.isEmpty ? "\(step)" : ".\(step)"
        }
        return path
    }
}
