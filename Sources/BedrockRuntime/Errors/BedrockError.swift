/// A failure that Bedrock reported, or a stream that broke.
public struct BedrockError: Error, Hashable, Sendable {
    /// When the failure was reported.
    public enum Phase: Hashable, Sendable {
        /// As an HTTP status, instead of an answer.
        case response
        /// By a frame inside a stream whose HTTP status was 200.
        case stream
        /// By nobody: the stream's bytes were damaged or ended too early.
        case interrupted
    }

    /// When the failure was reported.
    public var phase: Phase
    /// AWS's name for it, such as `ThrottlingException`; a stream's `throttlingException` is spelled so too.
    public var code: String
    /// The HTTP status; of a failure inside a stream the one that AWS's model gives its code.
    public var status: Int
    /// What AWS wrote, or a sentence in its place; never empty.
    ///
    /// It may hold account ids, ARNs, parts of the request and even its credentials: show ``publicMessage``, log neither.
    public var message: String
    /// AWS's id of the request.
    public var requestID: String?
    /// The status that the model's own server gave, with `ModelErrorException` and `ModelStreamErrorException`.
    public var originalStatusCode: Int?
    /// What the model's own server said, with `ModelStreamErrorException`.
    public var originalMessage: String?
    /// How long AWS asks to wait before another attempt.
    public var retryAfterMilliseconds: Int?
    /// What an OpenAI-shaped endpoint calls the failure, such as `context_length_exceeded`.
    public var openAICode: String?
    /// The field that an OpenAI-shaped endpoint holds at fault.
    public var param: String?

    /// Creates an error.
    public init(
        phase: Phase = .response,
        code: String,
        status: Int,
        message: String,
        requestID: String? = nil,
        originalStatusCode: Int? = nil,
        originalMessage: String? = nil,
        retryAfterMilliseconds: Int? = nil
    ) {
        self.phase = phase
        self.code = code
        self.status = status
        self.message = message
        self.requestID = requestID
        self.originalStatusCode = originalStatusCode
        self.originalMessage = originalMessage
        self.retryAfterMilliseconds = retryAfterMilliseconds
    }

    /// The code of a stream that broke, which is this gateway's own.
    public static let interruptedCode = "StreamInterrupted"

    /// The code of an answer that is not Bedrock's but of something on the way there, which is this gateway's own.
    public static let badGatewayCode = BedrockErrorCode.badGateway

    /// Whether the failure came after a stream had begun.
    public var isStream: Bool { phase != .response }

    /// A stream that broke.
    ///
    /// - Parameters:
    ///   - reason: What was wrong, without a capital or a full stop.
    ///   - requestID: AWS's id of the request.
    /// - Returns: An error of phase ``Phase/interrupted`` with status 502.
    public static func interrupted(_ reason: String, requestID: String? = nil) -> BedrockError {
        BedrockError(
            phase: .interrupted,
            code: interruptedCode,
            status: 502,
            message: "The answer from Bedrock was cut short: \(reason).",
            requestID: requestID
        )
    }
}

extension BedrockError: CustomStringConvertible {
    /// The code, status and request id; the message is left out, since it may repeat the request.
    public var description: String {
        let place =
            switch phase {
            case .response: "Bedrock answered"
            case .stream: "Bedrock's stream failed with"
            case .interrupted: "Bedrock's stream broke:"
            }
        return "\(place) \(code) (\(status))" + (requestID.map { ", request \($0)" } ?? "")
    }
}
