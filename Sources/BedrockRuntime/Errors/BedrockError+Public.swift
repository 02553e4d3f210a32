extension BedrockError {
    /// What a client may read of the message.
    ///
    /// Of an error about credentials it is a sentence with AWS's code: AWS answers a wrong signature with the whole canonical
    /// request, session token included. Any other message is ``publicText(_:)``.
    public var publicMessage: String {
        guard isAboutCredentials else { return Self.publicText(message) }
        return "Bedrock did not accept the credentials (\(code))."
    }

    /// Whether the request was not signed, or not by someone whom AWS knows.
    public var isAboutCredentials: Bool { BedrockErrorCode.isAboutCredentials(code) }

    /// Whether the request's time was the trouble, by the code or by what AWS says of a signature.
    public var isAboutTime: Bool {
        switch code {
        case "ExpiredTokenException", "ExpiredToken", "RequestExpired", "RequestTimeTooSkewed": true
        case "InvalidSignatureException", "SignatureDoesNotMatch":
            message.hasPrefix("Signature expired") || message.hasPrefix("Signature not yet current")
        // So AWS says it of a Bedrock API key, and calls it a denied access.
        case "AccessDeniedException", "UnrecognizedClientException":
            message.lowercased().contains("token has expired")
        default: false
        }
    }

    /// A text of AWS or of a model without what nobody else may read.
    ///
    /// One that repeats the request's authorization is replaced whole; AWS account ids, which are runs of exactly twelve
    /// digits, become twelve asterisks.
    public static func publicText(_ text: String) -> String {
        guard !repeatsAuthorization(text) else {
            return "Bedrock's message repeats the request's authorization and is not shown."
        }
        return maskingAccounts(in: text)
    }

    /// Words that stand in a text only beside a signature or a token; `bedrock-api-key-` and `ABSK` begin Bedrock's keys.
    private static let telltales = [
        "authorization header", "authorization=", "authorization:", "canonical string", "canonical request",
        "string-to-sign", "x-amz-security-token", "aws4-hmac-sha256", "bedrock-api-key-",
    ]

    private static func repeatsAuthorization(_ text: String) -> Bool {
        let lower = text.lowercased()
        return telltales.contains { lower.contains($0) } || text.contains("ABSK")
    }

    private static func maskingAccounts(in text: String) -> String {
        var bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            guard ASCII.isDigit(bytes[start]) else {
                start += 1
                continue
            }
            var end = start
            while end < bytes.count, ASCII.isDigit(bytes[end]) { end += 1 }
            if end - start == 12 {
                for index in start..<end { bytes[index] = UInt8(ascii: "*") }
            }
            start = end
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
