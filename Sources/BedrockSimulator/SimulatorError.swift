import JSON
import NIOCore

/// A refusal, in the terms AWS answers it with.
struct SimulatorError: Error, Equatable {
    /// The HTTP status.
    var status: Int
    /// The error's type, as in `x-amzn-ErrorType`: `ValidationException`.
    var type: String
    /// The sentence for the caller.
    var message: String
    /// What the model answered, for the two errors that tell: `originalStatusCode`.
    var originalStatus: Int?

    init(_ status: Int, _ type: String, _ message: String, originalStatus: Int? = nil) {
        self.status = status
        self.type = type
        self.message = message
        self.originalStatus = originalStatus
    }

    /// A request that breaks a rule of the API or of the model.
    static func validation(_ message: String) -> SimulatorError {
        SimulatorError(400, "ValidationException", message)
    }

    /// The JSON that tells it.
    var body: ByteBuffer {
        var writer = JSONWriter(capacity: message.utf8.count + 64)
        writer.beginObject()
        writer.key("message")
        writer.string(message)
        if let originalStatus {
            writer.key("originalStatusCode")
            writer.int(originalStatus)
            if type == "ModelErrorException" {
                writer.key("resourceName")
                writer.string(literal: "simulated-model")
            } else {
                writer.key("originalMessage")
                writer.string(literal: "simulated")
            }
        }
        writer.endObject()
        return writer.buffer
    }

    /// The name of this error inside an event stream: the same with a small first letter.
    var streamName: String {
        type.prefix(1).lowercased() + type.dropFirst()
    }
}

extension SimulatorError {
    static let throttled = SimulatorError(
        429,
        "ThrottlingException",
        "Too many tokens, please wait before trying again."
    )
    static let streamFailed = SimulatorError(
        424,
        "ModelStreamErrorException",
        "The system encountered an unexpected error during processing. Try your request again.",
        originalStatus: 500
    )
    static let unknownOperation = SimulatorError(404, "UnknownOperationException", "The operation is not known.")
    static let wrongMethod = SimulatorError(405, "UnknownOperationException", "The method is not allowed here.")
    static let tooLarge = SimulatorError(413, "RequestEntityTooLargeException", "The request body is too large.")
    static let invalidModel = validation("The provided model identifier is invalid.")
}
