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
    /// Whether the call went to mantle, whose permissions have names of their own.
    var isMantle = false
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
        if error.isAboutTime {
            return make(401, .authentication, "expired_credentials").saying(
                " Use fresh credentials; if they are fresh, the gateway's clock is wrong."
            )
        }
        if error.isAboutCredentials {
            return make(401, .authentication, "invalid_api_key").saying(
                " Check the access key id, the secret and the session token in the API key; the form is "
                    + "region.accessKeyId.secretAccessKey."
            )
        }
        switch error.code {
        case "ThrottlingException", "TooManyRequestsException":
            return throttled(error, message)
        case "ServiceQuotaExceededException":
            return make(429, .insufficientQuota, "insufficient_quota", shouldRetry: false)
        case "ModelNotReadyException":
            return make(503, .server, "model_not_ready", retry: error.retryAfterMilliseconds ?? 5000)
        case "ModelTimeoutException":
            return make(504, .server, "timeout", shouldRetry: false)
        case "ModelErrorException", "ModelStreamErrorException":
            // A model server's own 401 or 409 would send the client after its key, or let it retry for ever.
            let original = error.originalStatusCode.map { " The model's own status was \($0)." }
            return make(502, .server, "model_error").saying(original ?? "")
        case "InternalServerException", "InternalFailure", "InternalError":
            return make(500, .server, "internal_error")
        case "ServiceUnavailableException", "ServiceUnavailable":
            return make(503, .server, "service_unavailable", retry: error.retryAfterMilliseconds ?? 2000)
        case "ConflictException": return make(400, .invalidRequest, "conflict")
        case "RequestEntityTooLargeException": return make(413, .invalidRequest, "request_too_large")
        case "AccessDeniedException", "NotAuthorized", "BadCScoreException", "MPAgreementBeingCreated",
            "OptInRequired", "SubscriptionRequired", "SubscriptionRequiredException":
            return accessDenied(message, for: call)
        case "ResourceNotFoundException", "FTUFormNotFilled": return notFound(message, for: call)
        case "UnknownOperationException":
            return make(502, .server, "bad_gateway").saying(
                " The endpoint in region \(call.region) does not offer this operation: check the region."
            )
        case BedrockError.badGatewayCode:
            return make(502, .server, "bad_gateway").saying(
                " This is not how Bedrock answers: something on the way to region \(call.region) did. Try again; if it stays, "
                    + "check the region, the endpoint and the proxy."
            )
        case BedrockError.interruptedCode: return make(502, .server, "stream_interrupted")
        default:
            return error.status == 400 || error.code.hasPrefix("Validation")
                ? validation(error, message, for: call) : unknown(error, message)
        }
    }

    /// A call that came too soon after others.
    static func throttled(_ error: BedrockError, _ message: String) -> OpenAIError {
        OpenAIError(
            status: 429,
            kind: .rateLimit,
            code: "rate_limit_exceeded",
            message: message,
            retryAfterMilliseconds: error.retryAfterMilliseconds ?? wait(after: error.requestID)
        )
    }

    /// How long to wait where AWS does not say: 1 to 5 s, spread by the request's id, so that clients that were refused together
    /// do not come back together (ERRORS.md §5).
    private static func wait(after requestID: String?) -> Int {
        guard let requestID else { return 2000 }
        return 1000 + Int(requestID.utf8.reduce(UInt64(0)) { $0 &* 31 &+ UInt64($1) } % 4001)
    }

    private func saying(_ remedy: String) -> OpenAIError {
        var error = self
        error.message += remedy
        return error
    }

    private static func unknown(_ error: BedrockError, _ message: String) -> OpenAIError {
        let status = error.status
        return switch status {
        case 401, 403: OpenAIError(status: status, kind: .permission, code: "access_denied", message: message)
        case 404: OpenAIError(status: 404, kind: .invalidRequest, code: "not_found", message: message)
        case 429: throttled(error, message)
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
                    : call.isMantle
                        ? " The credentials need bedrock-mantle:CreateInference in region \(call.region)."
                        : " The credentials need bedrock:InvokeModel and bedrock:InvokeModelWithResponseStream on both the "
                            + "inference profile and the foundation model, in every region the profile reaches.")
        )
    }

    static func notFound(_ message: String, for call: FailedCall) -> OpenAIError {
        var text = message
        if let successor = call.model.lifecycle.replacedBy {
            text += " '\(call.model.name)' has been replaced by '\(successor)': use that name."
        }
        return OpenAIError(status: 404, kind: .invalidRequest, code: "model_not_found", param: "model", message: text)
    }

    /// A text of AWS's as a sentence, of a length that a client can show.
    static func sentence(_ message: String) -> String {
        var text = String(message.prefix(2000))
        while text.last == " " || text.last == "\n" { text.removeLast() }
        if let last = text.last, last != "." && last != "!" && last != "?" && last != ":" { text.append(".") }
        return text
    }
}
