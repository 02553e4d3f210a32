import BedrockRuntime
import Catalog
import OpenAISchema

/// What is known about a call when Bedrock refuses it, to name the remedy.
struct FailedCall {
    /// The catalog entry.
    var model: Model
    /// The id that was called.
    var modelID: String
    /// The caller's region.
    var region: String
}

extension OpenAIError {
    /// Puts what Bedrock reported into a client's terms.
    ///
    /// AWS's own statuses would mislead SDKs: 424 is not retried, a quota looks like a caller's mistake, and a model that
    /// warms up like a rate limit (ERRORS.md §5).
    static func from(_ error: BedrockError, for call: FailedCall) -> OpenAIError {
        var translated = translated(error, for: call)
        if let id = error.requestID { translated.message += " (AWS request \(id))" }
        return translated
    }

    private static func translated(_ error: BedrockError, for call: FailedCall) -> OpenAIError {
        let message = sentence(error.publicMessage)
        func make(_ status: Int, _ kind: Kind, _ code: String, retry: Int? = nil, shouldRetry: Bool? = nil)
            -> OpenAIError
        {
            OpenAIError(
                status: status,
                kind: kind,
                code: code,
                message: message,
                retryAfterMilliseconds: retry,
                shouldRetry: shouldRetry
            )
        }
        switch error.code {
        case "ThrottlingException", "TooManyRequestsException":
            return make(429, .rateLimit, "rate_limit_exceeded", retry: error.retryAfterMilliseconds ?? 2000)
        case "ServiceQuotaExceededException":
            return make(429, .insufficientQuota, "insufficient_quota", shouldRetry: false)
        case "ModelNotReadyException":
            return make(503, .server, "model_not_ready", retry: error.retryAfterMilliseconds ?? 5000)
        case "ModelTimeoutException":
            return make(504, .server, "timeout", shouldRetry: false)
        case "ModelErrorException", "ModelStreamErrorException":
            // A model's own 4xx is about the request: trying it again would fail again.
            if let original = error.originalStatusCode, 400..<500 ~= original, original != 408, original != 429 {
                return make(original, .invalidRequest, "model_error")
            }
            return make(502, .server, "model_error")
        case "InternalServerException", "InternalFailure", "InternalError":
            return make(500, .server, "internal_error")
        case "ServiceUnavailableException", "ServiceUnavailable":
            return make(503, .server, "service_unavailable", retry: error.retryAfterMilliseconds ?? 2000)
        case "ConflictException": return make(400, .invalidRequest, "conflict")
        case "RequestEntityTooLargeException": return make(413, .invalidRequest, "request_too_large")
        case "AccessDeniedException", "NotAuthorized", "BadCScoreException", "MPAgreementBeingCreated",
            "OptInRequired", "SubscriptionRequiredException":
            return accessDenied(message, for: call)
        case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "IncompleteSignature", "MissingAuthenticationToken", "MissingAuthenticationTokenException":
            return make(401, .authentication, "invalid_api_key").saying(
                " Check the access key id, the secret and the session token in the API key; the form is "
                    + "region.accessKeyId.secretAccessKey."
            )
        case "ExpiredTokenException", "ExpiredToken", "RequestExpired", "RequestTimeTooSkewed":
            return make(401, .authentication, "expired_credentials").saying(
                " Use fresh credentials; if they are fresh, the gateway's clock is wrong."
            )
        case "ResourceNotFoundException", "FTUFormNotFilled": return notFound(message, for: call)
        case "UnknownOperationException":
            return make(502, .server, "bad_gateway").saying(
                " The endpoint in region \(call.region) does not offer this operation: check the region."
            )
        case BedrockError.interruptedCode: return make(502, .server, "stream_interrupted")
        default:
            return error.status == 400 || error.code.hasPrefix("Validation")
                ? validation(message, for: call) : unknown(error.status, message)
        }
    }

    private func saying(_ remedy: String) -> OpenAIError {
        var error = self
        error.message += remedy
        return error
    }

    private static func unknown(_ status: Int, _ message: String) -> OpenAIError {
        switch status {
        case 401, 403: OpenAIError(status: status, kind: .permission, code: "access_denied", message: message)
        case 404: OpenAIError(status: 404, kind: .invalidRequest, code: "not_found", message: message)
        case 429:
            OpenAIError(
                status: 429,
                kind: .rateLimit,
                code: "rate_limit_exceeded",
                message: message,
                retryAfterMilliseconds: 2000
            )
        case 400..<500: OpenAIError(status: 400, kind: .invalidRequest, code: "invalid_value", message: message)
        default: OpenAIError(status: 502, kind: .server, code: "bad_gateway", message: message)
        }
    }

    private static func accessDenied(_ message: String, for call: FailedCall) -> OpenAIError {
        // What Bedrock says to a Bedrock API key that it does not know; other credentials fail with types of their own.
        if message.contains("Please make sure your API Key is valid") {
            return OpenAIError(status: 401, kind: .authentication, code: "invalid_api_key", message: message).saying(
                " The key was read as a Bedrock API key; a pair of AWS keys is written region.accessKeyId.secretAccessKey."
            )
        }
        let isModelAccess = message.contains("access to the model") || message.contains("aws-marketplace")
        return OpenAIError(
            status: 403,
            kind: .permission,
            code: isModelAccess ? "model_access_denied" : "access_denied",
            message: message
                + (isModelAccess
                    ? " Request access to the model in the Bedrock console of region \(call.region)."
                    : " The credentials need bedrock:InvokeModel and bedrock:InvokeModelWithResponseStream on both the "
                        + "inference profile and the foundation model, in every region the profile reaches.")
        )
    }

    private static func notFound(_ message: String, for call: FailedCall) -> OpenAIError {
        var text = message
        if let successor = call.model.lifecycle.replacedBy {
            text += " '\(call.model.name)' has been replaced by '\(successor)': use that name."
        }
        return OpenAIError(status: 404, kind: .invalidRequest, code: "model_not_found", param: "model", message: text)
    }

    /// Tells the many meanings of a ValidationException apart by their wording (ERRORS.md §6).
    private static func validation(_ message: String, for call: FailedCall) -> OpenAIError {
        let lower = message.lowercased()
        func says(_ phrase: String) -> Bool { lower.contains(phrase) }
        if says("input is too long") || says("prompt is too long") || says("too many input tokens")
            || says("too many tokens")
            || says("expected maxlength") || (says("exceed") && says("context"))
        {
            return contextOverflow(message, for: call)
        }
        if says("model identifier is invalid") || says("end of its life") || says("marked by provider as legacy") {
            return notFound(message, for: call)
        }
        if says("with on-demand throughput isn") {
            let ids = call.model.profiles.map { "\($0).\(call.model.bedrockID)" }
            return OpenAIError(
                status: 400,
                kind: .invalidRequest,
                code: "model_not_found",
                param: "model",
                message: message + " Ask for an inference profile id"
                    + (ids.isEmpty
                        ? " (us., eu., apac., global., … in front of the model id)."
                        : ": \(ids.joined(separator: ", ")).")
            )
        }
        if says("could not process image") || (says("image") && says("exceed")) {
            let code: RequestErrorCode = says("exceed") ? .imageTooLarge : .invalidImage
            return .badRequest(code, param: "messages", message)
        }
        if says("doesn't support the") || says("does not support the") || says("doesn\u{2019}t support the") {
            return .badRequest(.unsupportedParameter, param: nil, message)
        }
        return .badRequest(.invalidValue, param: pointer(in: message), message)
    }

    /// The words by which clients know an overflow: "This model's maximum context length is N tokens".
    private static func contextOverflow(_ message: String, for call: FailedCall) -> OpenAIError {
        let length = call.model.contextTokens.map { "\($0) tokens" } ?? "smaller than this request"
        return .badRequest(
            .contextLengthExceeded,
            param: "messages",
            "This model's maximum context length is \(length). Shorten the messages or the tools. Bedrock said: \(message)"
        )
    }

    /// The field that "Malformed input request: #/messages/0/…: …" points at.
    private static func pointer(in message: String) -> String? {
        guard let start = message.range(of: "#/") else { return nil }
        let path = message[start.upperBound...].prefix { $0 != ":" && $0 != " " }
        guard !path.isEmpty, path.utf8.count <= 128 else { return nil }
        return path.split(separator: "/").map(String.init).joined(separator: ".")
    }

    /// AWS's message as a sentence, of a length that a client can show.
    private static func sentence(_ message: String) -> String {
        var text = String(message.prefix(2000))
        while text.last == " " || text.last == "\n" { text.removeLast() }
        if let last = text.last, last != "." && last != "!" && last != "?" && last != ":" { text.append(".") }
        return text
    }
}

extension String {
    /// The first place where another string stands.
    fileprivate func range(of other: String) -> Range<String.Index>? {
        firstRange(of: other)
    }
}
