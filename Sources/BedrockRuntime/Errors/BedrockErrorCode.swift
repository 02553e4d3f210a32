/// AWS's error codes and the HTTP statuses that belong to them.
enum BedrockErrorCode {
    /// What something on the way to Bedrock answered in Bedrock's place, which is this gateway's own code.
    static let badGateway = "BadGateway"

    /// The status of a code; nil for one that is not known.
    ///
    /// From the service model's `httpStatus` and AWS's list of common errors.
    static func status(of code: String) -> Int? {
        switch code {
        case "ValidationException", "ValidationError", "NotAuthorized", "IncompleteSignature", "RequestExpired",
            "ServiceQuotaExceededException", "ConflictException", "InvalidAction":
            400
        case "AccessDeniedException", "BadCScoreException", "MPAgreementBeingCreated", "UnrecognizedClientException",
            "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch", "ExpiredTokenException",
            "ExpiredToken", "MissingAuthenticationTokenException":
            403
        case "FTUFormNotFilled", "ResourceNotFoundException", "UnknownOperationException": 404
        case "ModelTimeoutException": 408
        case "RequestEntityTooLargeException": 413
        case "ModelErrorException", "ModelStreamErrorException": 424
        case "ThrottlingException", "TooManyRequestsException", "ModelNotReadyException": 429
        case "InternalServerException", "InternalFailure", "InternalError": 500
        case "ServiceUnavailableException", "ServiceUnavailable": 503
        default: nil
        }
    }

    /// Whether a code says that the request was not signed, or not by someone whom AWS knows.
    static func isAboutCredentials(_ code: String) -> Bool {
        switch code {
        case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "AuthFailure",
            "InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature",
            "IncompleteSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
            "ExpiredTokenException", "ExpiredToken", "RequestExpired", "RequestTimeTooSkewed":
            true
        default: false
        }
    }

    /// The code that best says what a status means, for an answer that names none.
    static func code(for status: Int) -> String {
        switch status {
        case 401, 403: "AccessDeniedException"
        case 404: "ResourceNotFoundException"
        case 408: "ModelTimeoutException"
        case 413: "RequestEntityTooLargeException"
        case 424: "ModelErrorException"
        case 429: "ThrottlingException"
        case 400..<500: "ValidationException"
        case 502, 504: badGateway
        case 503: "ServiceUnavailableException"
        default: "InternalServerException"
        }
    }

    /// Whether a status without a code tells of a proxy, a firewall or a load balancer on the way: a redirect, a refusal to let
    /// the request through, a path or a method that is not Bedrock's.
    static func isOfSomethingElse(unnamed status: Int) -> Bool {
        switch status {
        case 300..<400, 401, 403, 404, 405, 407: true
        default: false
        }
    }

    /// AWS's code for one of the words that its OpenAI-shaped endpoints use; nil for a word that the status tells better.
    static func code(forOpenAI word: String) -> String? {
        switch word {
        case "invalid_api_key", "authentication_error": "UnrecognizedClientException"
        case "permission_denied", "permission_error", "access_denied": "AccessDeniedException"
        case "model_not_found", "not_found_error": "ResourceNotFoundException"
        case "rate_limit_exceeded", "rate_limit_error", "throttling_error": "ThrottlingException"
        case "insufficient_quota": "ServiceQuotaExceededException"
        case "overloaded_error", "service_unavailable": "ServiceUnavailableException"
        default: nil
        }
    }

    /// A word of an OpenAI-shaped endpoint's error as AWS's code, for those that AWS wrote itself.
    static func awsCode(in word: String) -> String? {
        guard let code = extract(from: word).map({ normalized(streamName: $0) }) else { return nil }
        return status(of: code) != nil || code.hasSuffix("Exception") ? code : nil
    }

    /// Takes the code out of `prefix#Code:http://…`: what precedes the first `:` and then follows the last `#`.
    ///
    /// Nil when what is left is not 1 to 128 letters, digits, dots and underscores.
    static func extract(from text: some StringProtocol) -> String? {
        let untilColon = text.prefix { $0 != ":" }
        let code = untilColon.lastIndex(of: "#").map { untilColon[untilColon.index(after: $0)...] } ?? untilColon
        let isCode = code.utf8.allSatisfy {
            ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
        }
        return isCode && (1...128).contains(code.utf8.count) ? String(code) : nil
    }

    /// Spells a stream's `throttlingException` as everywhere else: `ThrottlingException`.
    static func normalized(streamName name: String) -> String {
        name.prefix(1).uppercased() + name.dropFirst()
    }
}
