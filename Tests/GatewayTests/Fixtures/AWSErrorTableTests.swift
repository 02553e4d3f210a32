import BedrockRuntime
import Catalog
import NIOCore
import OpenAISchema
import Testing

@testable import Gateway

/// The table of ERRORS.md §5 and §6: what becomes of each of AWS's errors.
struct AWSErrorTableTests {
    /// One line of the table.
    struct Row: Sendable, CustomTestStringConvertible {
        var code: String
        var awsStatus: Int
        var message = "Something happened"
        var status: Int
        var type: String
        var wanted: String
        var retryMilliseconds: Int?
        var shouldRetry: Bool?

        var testDescription: String { "\(code): \(message)" }

        init(
            _ code: String,
            _ awsStatus: Int,
            _ message: String = "Something happened",
            is status: Int,
            _ type: String,
            _ wanted: String,
            retry: Int? = nil,
            shouldRetry: Bool? = nil
        ) {
            self.code = code
            self.awsStatus = awsStatus
            self.message = message
            self.status = status
            self.type = type
            self.wanted = wanted
            retryMilliseconds = retry
            self.shouldRetry = shouldRetry
        }
    }

    private static let bad = "invalid_request_error"

    static let classes = [
        Row("ValidationException", 400, is: 400, bad, "invalid_value"),
        Row("AccessDeniedException", 403, is: 403, "permission_error", "access_denied"),
        Row(
            "AccessDeniedException",
            403,
            "You don't have access to the model with the specified model ID.",
            is: 403,
            "permission_error",
            "model_access_denied"
        ),
        Row("ResourceNotFoundException", 404, is: 404, bad, "model_not_found"),
        Row("ThrottlingException", 429, is: 429, "rate_limit_error", "rate_limit_exceeded", retry: 2000),
        Row(
            "ServiceQuotaExceededException",
            400,
            is: 429,
            "insufficient_quota",
            "insufficient_quota",
            shouldRetry: false
        ),
        Row("ModelNotReadyException", 429, is: 503, "server_error", "model_not_ready", retry: 5000),
        Row("ModelTimeoutException", 408, is: 504, "server_error", "timeout", shouldRetry: false),
        Row("ModelErrorException", 424, is: 502, "server_error", "model_error"),
        Row("ModelStreamErrorException", 424, is: 502, "server_error", "model_error"),
        Row("InternalServerException", 500, is: 500, "server_error", "internal_error"),
        Row("ServiceUnavailableException", 503, is: 503, "server_error", "service_unavailable", retry: 2000),
        Row("ConflictException", 400, is: 400, bad, "conflict"),
        Row("OptInRequired", 403, is: 403, "permission_error", "access_denied"),
        Row("SubscriptionRequired", 403, is: 403, "permission_error", "access_denied"),
        Row("SubscriptionRequiredException", 403, is: 403, "permission_error", "access_denied"),
        Row("UnknownOperationException", 404, is: 502, "server_error", "bad_gateway"),
    ]

    static let keys =
        [
            ("UnrecognizedClientException", 403), ("InvalidClientTokenId", 403), ("InvalidSignatureException", 403),
            ("SignatureDoesNotMatch", 403), ("IncompleteSignature", 400), ("MissingAuthenticationToken", 403),
            ("IncompleteSignatureException", 403), ("MissingAuthenticationTokenException", 403),
        ].map { Row($0.0, $0.1, is: 401, "authentication_error", "invalid_api_key") }
        + [("ExpiredTokenException", 403), ("RequestExpired", 400), ("RequestTimeTooSkewed", 403)].map {
            Row($0.0, $0.1, is: 401, "authentication_error", "expired_credentials")
        }

    static let validations =
        [
            "Input is too long for requested model.", "prompt is too long: 300000 tokens > 200000 maximum",
            "Too many input tokens: 5", "The request has too many tokens", "expected maxLength: 1024, actual: 9",
            "input length and max_tokens exceed context limit",
        ].map { Row("ValidationException", 400, $0, is: 400, bad, "context_length_exceeded") }
        + [
            Row(
                "ValidationException",
                400,
                "The provided model identifier is invalid.",
                is: 404,
                bad,
                "model_not_found"
            ),
            Row(
                "ValidationException",
                400,
                "Invocation of model ID x with on-demand throughput isn\u{2019}t supported. Retry with a profile.",
                is: 400,
                bad,
                "model_not_found"
            ),
            Row(
                "ValidationException",
                400,
                "messages.0.content.1.image: Could not process image",
                is: 400,
                bad,
                "invalid_image"
            ),
            Row("ValidationException", 400, "image exceeds 5 MB maximum", is: 400, bad, "image_too_large"),
            Row(
                "ValidationException",
                400,
                "This model doesn't support the stopSequences field.",
                is: 400,
                bad,
                "unsupported_parameter"
            ),
        ]

    private static let call = FailedCall(
        model: Model(name: "M", bedrockID: "m", adapter: .converse),
        modelID: "m",
        region: "us-east-1"
    )

    @Test(arguments: classes + keys + validations)
    func httpErrorsFollowTheTable(_ row: Row) {
        let error = BedrockError.parse(
            status: row.awsStatus,
            headers: [("x-amzn-ErrorType", row.code + ":http://internal.amazon.com/coral/com.amazon.bedrock/")],
            body: ByteBuffer(string: #"{"message":"\#(row.message)"}"#)
        )
        let translated = OpenAIError.from(error, for: Self.call)
        #expect(translated.status == row.status)
        #expect(translated.kind.rawValue == row.type)
        #expect(translated.code == row.wanted)
        #expect(translated.retryAfterMilliseconds == row.retryMilliseconds)
        #expect(translated.shouldRetry == row.shouldRetry)
        // What AWS says of credentials may hold them.
        #expect(translated.message.contains(row.message) == (row.status != 401))
    }

    /// The same by `__type` in the body, as the classes without a header come.
    @Test(arguments: classes + keys)
    func bodyTypesFollowTheTable(_ row: Row) {
        let body = #"{"__type":"com.amazon.coral.service#\#(row.code)","Message":"\#(row.message)"}"#
        let error = BedrockError.parse(status: row.awsStatus, headers: [], body: ByteBuffer(string: body))
        let translated = OpenAIError.from(error, for: Self.call)
        #expect(translated.status == row.status)
        #expect(translated.code == row.wanted)
    }

    /// LiteLLM, and through it Aider, knows an overflow by these words only.
    @Test func overflowNamesTheContextLength() {
        var call = Self.call
        call.model.contextTokens = 200_000
        let error = BedrockError(code: "ValidationException", status: 400, message: "Input is too long.")
        #expect(
            OpenAIError.from(error, for: call).message.hasPrefix("This model's maximum context length is 200000 tokens")
        )
    }

    @Test func accountNumbersStayHidden() {
        let error = BedrockError(
            code: "AccessDeniedException",
            status: 403,
            message: "User: arn:aws:iam::123456789012:user/x is not authorized"
        )
        #expect(!OpenAIError.from(error, for: Self.call).message.contains("123456789012"))
    }

    @Test(arguments: [400, 401, 409, 422, 429, 500])
    func aModelsOwnStatusIsToldAndNotPassedOn(_ original: Int) {
        let error = BedrockError(
            code: "ModelErrorException",
            status: 424,
            message: "Bad input",
            originalStatusCode: original
        )
        let translated = OpenAIError.from(error, for: Self.call)
        #expect(translated.status == 502)
        #expect(translated.code == "model_error")
        #expect(translated.message.contains("\(original)"))
    }

    @Test func aSignatureThatIsTooOldIsAboutTheClock() {
        let error = BedrockError(
            code: "InvalidSignatureException",
            status: 403,
            message: "Signature expired: 20260101T000000Z is now earlier than 20260102T030405Z"
        )
        let translated = OpenAIError.from(error, for: Self.call)
        #expect(translated.code == "expired_credentials")
        #expect(translated.message.contains("clock"))
    }

    /// What the message points at, and what its param must be.
    @Test(arguments: [
        ("#/messages/0/content/1: extraneous key", "messages[0].content[1]"),
        ("required key at #/messages/0/content.", "messages[0].content"), ("#: extraneous key [foo]", nil), ("#/", nil),
        ("#/toolConfig, #/messages: two", "toolConfig"),
    ])
    func pointersBecomePaths(_ message: String, _ param: String?) {
        let error = BedrockError(code: "ValidationException", status: 400, message: message)
        #expect(OpenAIError.from(error, for: Self.call).param == param)
    }

    @Test(arguments: [
        ("This model doesn't support system messages.", "messages"), ("This model doesn't support tool use.", "tools"),
        ("This model doesn\u{2019}t support tool use in streaming mode.", "tools"),
        ("This model doesn't support the stopSequences field. Remove stopSequences and try again.", "stop"),
        ("The model does not support this.", nil),
    ])
    func whatAModelLacksNamesTheField(_ message: String, _ param: String?) {
        let error = BedrockError(code: "ValidationException", status: 400, message: message)
        let translated = OpenAIError.from(error, for: Self.call)
        #expect(translated.code == "unsupported_parameter")
        #expect(translated.param == param)
    }

    @Test func aThrottleIsOneWhateverItsCode() {
        let message = "Too many tokens per day, please wait before trying again."
        let error = BedrockError(code: "ValidationException", status: 400, message: message)
        #expect(OpenAIError.from(error, for: Self.call).status == 429)
    }

    /// Older SDKs take a longer wait for none at all.
    @Test func longWaitsAreNotRetried() {
        func headers(_ milliseconds: Int) -> [String: String] {
            let error = BedrockError(
                code: "ThrottlingException",
                status: 429,
                message: "Slow down",
                retryAfterMilliseconds: milliseconds
            )
            return Dictionary(OpenAIError.from(error, for: Self.call).retryHeaders, uniquingKeysWith: { $1 })
        }
        #expect(headers(60_000) == ["retry-after-ms": "60000", "retry-after": "60"])
        #expect(headers(60_001) == ["retry-after-ms": "60000", "retry-after": "60", "x-should-retry": "false"])
    }
}
