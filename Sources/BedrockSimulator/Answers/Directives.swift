import NIOCore

/// What the words of the last user turn tell the simulator to do; the table is at ``BedrockSimulator``.
struct Directives {
    /// What goes wrong in the middle of an answer.
    enum Fault {
        case exception(SimulatorError)
        case cut
        case truncation
        case badChecksum
    }

    /// Answers instead of the model.
    var failure: SimulatorError?
    /// Whether the failure is a page of a proxy that stands before AWS.
    var isHTMLFailure = false
    /// An error that a stream begins with.
    var firstFrame: SimulatorError?
    var fault: Fault?
    /// The pause before each event.
    var pause: TimeAmount?
    /// Whether the pause is the configured one.
    var isSlow = false
    /// The silence before the first event.
    var quiet: TimeAmount?
    /// How many text deltas there are; `Int.max` is without end.
    var events: Int?
    var thinks = false
    var isRedacted = false
    var isUnicode = false
    var hasEmptyArguments = false
    var isInterleaved = false
    var isPadded = false
    var endsTurnWithTools = false
    var isGuardrail = false
    var isRefusal = false
    var isEmpty = false
    var echoesBody = false
    var tellsSystem = false

    /// Finds every `simulate:` in a text.
    ///
    /// - Throws: A refusal that names what is known, for a word that is not.
    init(in text: String, model: ModelID) throws(SimulatorError) {
        let mark = "simulate:".utf8
        let bytes = text.utf8
        var position = bytes.startIndex
        while let start = bytes[position...].firstIndex(of: UInt8(ascii: "s")) {
            position = bytes.index(after: start)
            guard bytes[start...].starts(with: mark) else { continue }
            position = bytes.index(start, offsetBy: mark.count)
            let word = bytes[position...].prefix { $0 &- UInt8(ascii: "a") < 26 || $0 == UInt8(ascii: "-") }
            position = word.endIndex
            var number: Int?
            if position < bytes.endIndex, bytes[position] == UInt8(ascii: "=") {
                let digits = bytes[bytes.index(after: position)...].prefix { $0 &- UInt8(ascii: "0") < 10 }
                number = Int(Substring(digits))
                position = digits.endIndex
            }
            try add(String(Substring(word)), number: number, model: model)
        }
    }

    private mutating func add(_ word: String, number: Int?, model: ModelID) throws(SimulatorError) {
        if let failure = Self.failures[word] {
            self.failure = failure
            return
        }
        switch word {
        case "on-demand":
            failure = .validation(
                "Invocation of model ID \(model.raw) with on-demand throughput isn\u{2019}t supported. Retry your request "
                    + "with the ID or ARN of an inference profile that contains this model."
            )
        case "html-error": isHTMLFailure = true
        case "first-frame-exception": firstFrame = .throttled
        case "fail-mid-stream": fault = .exception(.streamFailed)
        case "throttle-mid-stream": fault = .exception(.throttled)
        case "cut": fault = .cut
        case "truncate": fault = .truncation
        case "bad-crc": fault = .badChecksum
        case "slow":
            isSlow = true
            pause = number.map { .milliseconds(Int64($0)) }
        case "quiet": quiet = .milliseconds(Int64(number ?? 1_000))
        case "events": events = number ?? 10
        case "endless": events = .max
        case "think": thinks = true
        case "redacted": isRedacted = true
        case "unicode": isUnicode = true
        case "tools-empty-args": hasEmptyArguments = true
        case "interleave": isInterleaved = true
        case "padding": isPadded = true
        case "end-turn-with-tools": endsTurnWithTools = true
        case "guardrail": isGuardrail = true
        case "refusal": isRefusal = true
        case "empty": isEmpty = true
        case "echo-body": echoesBody = true
        case "system": tellsSystem = true
        default:
            let known = (Self.words + Self.failures.keys).sorted().joined(separator: ", ")
            throw .validation("The simulator does not know 'simulate:\(word)'. It knows: \(known).")
        }
    }

    /// The words that are not plain failures.
    private static let words = [
        "on-demand", "html-error", "first-frame-exception", "fail-mid-stream", "throttle-mid-stream", "cut", "truncate",
        "bad-crc", "slow", "quiet", "events", "endless", "think", "redacted", "unicode", "tools-empty-args",
        "interleave",
        "padding", "end-turn-with-tools", "guardrail", "refusal", "empty", "echo-body", "system",
    ]

    private static let failures: [String: SimulatorError] = [
        "throttle": .throttled,
        "deny": SimulatorError(
            403,
            "AccessDeniedException",
            "You don't have access to the model with the specified model ID."
        ),
        "quota": SimulatorError(
            400,
            "ServiceQuotaExceededException",
            "Your request exceeds the service quota for your account."
        ),
        "not-ready": SimulatorError(
            429,
            "ModelNotReadyException",
            "Model is not ready for inference. Wait and try your request again."
        ),
        "unavailable": SimulatorError(
            503,
            "ServiceUnavailableException",
            "Bedrock is unable to process your request."
        ),
        "internal": SimulatorError(
            500,
            "InternalServerException",
            "The system encountered an unexpected error during processing. Try your request again."
        ),
        "timeout": SimulatorError(
            408,
            "ModelTimeoutException",
            "Model has timed out in processing the request. Try your request again."
        ),
        "model-error": SimulatorError(
            424,
            "ModelErrorException",
            "The system encountered an unexpected error during processing. Try your request again.",
            originalStatus: 500
        ),
        "invalid-model": .invalidModel,
        "too-long": .validation("Input is too long for requested model."),
        "expired-token": SimulatorError(
            403,
            "ExpiredTokenException",
            "The security token included in the request is expired"
        ),
    ]
}
