public import JSON
public import NIOCore

/// An error as an OpenAI client sees it: a status, the error object, and hints about trying again.
public struct OpenAIError: Error, Sendable {
    /// The values of `error.type` that clients know.
    public enum Kind: String, Sendable {
        case invalidRequest = "invalid_request_error"
        case authentication = "authentication_error"
        case permission = "permission_error"
        case rateLimit = "rate_limit_error"
        case insufficientQuota = "insufficient_quota"
        case server = "server_error"
    }

    /// The HTTP status.
    public var status: Int
    /// `error.type`.
    public var kind: Kind
    /// `error.code`.
    public var code: String?
    /// `error.param`: the field at fault, as a path such as `messages[2].content[0]`.
    public var param: String?
    /// `error.message`: a sentence that says what to do.
    ///
    /// Never holds a secret or a prompt.
    public var message: String
    /// How long to wait before trying again, in milliseconds; sent as `retry-after-ms` and `Retry-After`.
    public var retryAfterMilliseconds: Int?
    /// What `x-should-retry` says; nil leaves it to the client.
    public var shouldRetry: Bool?

    /// Creates an error.
    public init(
        status: Int,
        kind: Kind,
        code: String?,
        param: String? = nil,
        message: String,
        retryAfterMilliseconds: Int? = nil,
        shouldRetry: Bool? = nil
    ) {
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.message = message
        self.retryAfterMilliseconds = retryAfterMilliseconds
        self.shouldRetry = shouldRetry
    }

    /// A 400 that names the field at fault.
    public static func badRequest(_ code: RequestErrorCode, param: String?, _ message: String) -> OpenAIError {
        OpenAIError(status: 400, kind: .invalidRequest, code: code.rawValue, param: param, message: message)
    }
}

/// The codes of a 400.
public enum RequestErrorCode: String, Sendable {
    case invalidJSON = "invalid_json"
    case missingRequiredParameter = "missing_required_parameter"
    case invalidType = "invalid_type"
    case invalidValue = "invalid_value"
    case unsupportedParameter = "unsupported_parameter"
    case unsupportedValue = "unsupported_value"
    case invalidImageURL = "invalid_image_url"
    case invalidImage = "invalid_image"
    case invalidBase64 = "invalid_base64_image"
    case imageTooLarge = "image_too_large"
    case contextLengthExceeded = "context_length_exceeded"
}

extension OpenAIError {
    /// The error object, `{"error": {…}}`, with all four members that the specification requires.
    public func body() -> ByteBuffer {
        var writer = JSONWriter(capacity: 128 + message.utf8.count)
        write(to: &writer)
        return writer.buffer
    }

    /// Writes the error object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.key("message")
        writer.string(message)
        writer.key("type")
        writer.string(kind.rawValue)
        writer.key("param")
        if let param { writer.string(param) } else { writer.null() }
        writer.key("code")
        if let code { writer.string(code) } else { writer.null() }
        writer.endObject()
        writer.endObject()
    }

    /// The headers that tell SDKs whether and when to try again.
    ///
    /// Waits are at most 60 s: older SDKs ignore longer ones and retry at once. Instead of a longer one a client is told not
    /// to retry by itself.
    public var retryHeaders: [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        if let retryAfterMilliseconds {
            let milliseconds = max(1, min(retryAfterMilliseconds, 60_000))
            headers.append(("retry-after-ms", String(milliseconds)))
            headers.append(("retry-after", String((milliseconds + 999) / 1000)))
        }
        let isTooLong = retryAfterMilliseconds.map { $0 > 60_000 } ?? false
        if let retries = isTooLong ? false : shouldRetry {
            headers.append(("x-should-retry", retries ? "true" : "false"))
        }
        return headers
    }
}
