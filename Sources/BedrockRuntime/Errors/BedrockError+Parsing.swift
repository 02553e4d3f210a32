import JSON
public import NIOCore

extension BedrockError {
    /// The greatest length of a message that is kept, in bytes of UTF-8.
    private static let maximumMessageLength = 4096
    /// The greatest length of a body that is looked into.
    private static let maximumBodyLength = 1_048_576

    /// Reads an answer whose HTTP status says that the call failed.
    ///
    /// Who names the code, the first that does: the `x-amzn-errortype` header, the body's `__type`, its `code`, the
    /// status. The body may be anything: a load balancer's HTML is replaced by a sentence.
    ///
    /// - Parameters:
    ///   - status: The HTTP status.
    ///   - headers: The headers, names in any case.
    ///   - body: What came of the body.
    /// - Returns: The error.
    public static func parse(
        status: Int,
        headers: [(name: String, value: String)],
        body: ByteBuffer
    ) -> BedrockError {
        let named = header("x-amzn-errortype", in: headers).flatMap { BedrockErrorCode.extract(from: $0) }
        let content = Content(body)
        let requestID = ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"].lazy
            .compactMap { header($0, in: headers) }.first { isRequestID($0) }
        var code = named ?? content.code ?? BedrockErrorCode.code(for: status)
        // Bedrock says what it refuses; one of these without that comes from something that is not its API.
        let isNamed = named != nil || content.code != nil || requestID != nil
        if !isNamed, content.message == nil || !content.isJSON, BedrockErrorCode.isOfSomethingElse(unnamed: status) {
            code = BedrockErrorCode.badGateway
        }
        var error = BedrockError(
            code: code,
            status: status,
            message: content.message ?? "Bedrock answered with status \(status) and no message.",
            requestID: requestID,
            originalStatusCode: content.originalStatusCode,
            originalMessage: content.originalMessage,
            retryAfterMilliseconds: retryAfter(headers)
        )
        content.nameField(in: &error)
        return error
    }

    /// Reads the frame in which a stream says that it failed.
    init(streamFailure frame: EventStreamFrame, requestID: String?) {
        var exceptionType: String?
        var errorCode: String?
        var errorMessage: String?
        for (name, value) in (try? frame.decodedHeaders()) ?? [] {
            guard case .string(let text) = value else { continue }
            switch name {
            case ":exception-type": exceptionType = text
            case ":error-code": errorCode = text
            case ":error-message": errorMessage = text
            default: break
            }
        }
        let content = Content(frame.payload)
        let named = (exceptionType ?? errorCode).flatMap { BedrockErrorCode.extract(from: $0) } ?? content.code
        let code = named.map { BedrockErrorCode.normalized(streamName: $0) } ?? BedrockErrorCode.code(for: 500)
        let shortened = errorMessage.flatMap { $0.isEmpty ? nil : Self.shortened($0) }
        self.init(
            phase: .stream,
            code: code,
            status: BedrockErrorCode.status(of: code) ?? 500,
            message: content.message ?? shortened ?? "Bedrock's stream failed without a message.",
            requestID: requestID,
            originalStatusCode: content.originalStatusCode,
            originalMessage: content.originalMessage
        )
    }

    /// Reads the server-sent event in which a stream says that it failed.
    init(streamFailure event: ByteBuffer, requestID: String?) {
        let content = Content(event)
        let code = content.code ?? BedrockErrorCode.code(for: content.status ?? 500)
        self.init(
            phase: .stream,
            code: code,
            status: BedrockErrorCode.status(of: code) ?? content.status ?? 500,
            message: content.message ?? "Bedrock's stream failed without a message.",
            requestID: requestID,
            originalStatusCode: content.originalStatusCode,
            originalMessage: content.originalMessage
        )
        content.nameField(in: &self)
    }

    /// What an error body says, as far as it can be read.
    private struct Content {
        var code: String?
        /// The status that a stream's error names, where it does.
        var status: Int?
        var message: String?
        var originalStatusCode: Int?
        var originalMessage: String?
        /// The code and the field in OpenAI's words.
        var openAICode: String?
        var param: String?
        var isJSON = true

        init(_ body: ByteBuffer) {
            guard (1...maximumBodyLength).contains(body.readableBytes) else { return }
            guard let parsed = try? JSONValue.parse(body, maximumDepth: 32) else {
                message = BedrockError.plainText(body)
                isJSON = false
                return
            }
            // Bedrock's OpenAI-shaped paths wrap what they say, in codes of their own.
            let wrapped = parsed["error"].flatMap { $0.kind == .object ? $0 : nil }
            // So does AWS's framework for an operation that it does not know.
            let output = parsed["Output"].flatMap { $0.kind == .object ? $0 : nil }
            let object = wrapped ?? output ?? parsed
            if wrapped == nil {
                code = (object["__type"]?.string ?? object["code"]?.string)
                    .flatMap { BedrockErrorCode.extract(from: $0) }
            } else {
                let words = [object["code"]?.string, object["type"]?.string]
                // The code before the type, which lumps a throttle together with bad input.
                code =
                    words.lazy.compactMap {
                        $0.flatMap { BedrockErrorCode.awsCode(in: $0) ?? BedrockErrorCode.code(forOpenAI: $0) }
                    }
                    .first
                openAICode = words[0].flatMap(Self.word)
                param = object["param"]?.string.flatMap(Self.word)
                status = (object["status"] ?? object["code"])?.int
                let isRefusal = words.contains { $0 == "invalid_request_error" || $0 == "validation_error" }
                if status == nil, isRefusal { status = 400 }
            }
            message = Self.text(object["message"]) ?? Self.text(object["Message"]) ?? Self.text(parsed["error"])
            originalStatusCode = object["originalStatusCode"]?.int
            originalMessage = Self.text(object["originalMessage"])
        }

        /// Copies what only OpenAI-shaped bodies hold.
        func nameField(in error: inout BedrockError) {
            error.openAICode = openAICode
            error.param = param
        }

        /// A code or a path that may be shown.
        private static func word(_ text: String) -> String? {
            1...128 ~= text.utf8.count && text.utf8.allSatisfy { 0x21...0x7E ~= $0 } ? text : nil
        }

        private static func text(_ value: JSONValue?) -> String? {
            guard let text = value?.text, !text.isBlank else { return nil }
            return BedrockError.shortened(text.string)
        }
    }

    /// A short body that is text but not JSON; nil for markup, which tells a client nothing.
    private static func plainText(_ body: ByteBuffer) -> String? {
        guard body.readableBytes <= maximumMessageLength,
            let text = body.withUnsafeReadableBytes({ String(validating: $0, as: UTF8.self) })
        else { return nil }
        let trimmed = text.drop { $0.isWhitespace }
        let isReadable = trimmed.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0.properties.isWhitespace }
        guard let first = trimmed.first, !"<{[\"".contains(first), isReadable else { return nil }
        return String(trimmed)
    }

    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > maximumMessageLength else { return text }
        var bytes = text.utf8.prefix(maximumMessageLength)
        // Not in the middle of a character.
        while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
        if let last = bytes.last, last & 0xC0 == 0xC0 { bytes.removeLast() }
        return (String(bytes) ?? "") + "…"
    }

    private static func header(_ name: String, in headers: [(name: String, value: String)]) -> String? {
        headers.first { ASCII.equalIgnoringCase($0.name, name) }?.value
    }

    /// Whether a text may be logged and sent on as an id.
    private static func isRequestID(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { ASCII.isUnreserved($0) && $0 != UInt8(ascii: "~") }
    }

    /// `x-amz-retry-after` in milliseconds, else the standard header in seconds; its form with a date is not read.
    private static func retryAfter(_ headers: [(name: String, value: String)]) -> Int? {
        if let milliseconds = header("x-amz-retry-after", in: headers).flatMap({ Int($0) }), milliseconds >= 0 {
            return milliseconds
        }
        guard let seconds = header("retry-after", in: headers).flatMap({ Int($0) }), seconds >= 0 else { return nil }
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? nil : milliseconds
    }
}
