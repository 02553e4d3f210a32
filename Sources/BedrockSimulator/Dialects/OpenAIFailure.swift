import JSON
import NIOCore

/// How the surfaces that speak OpenAI's API spell a refusal: `{"error":{"code","message","param","type"}}`.
enum OpenAIFailure {
    static func body(of error: SimulatorError) -> ByteBuffer {
        var writer = JSONWriter(capacity: error.message.utf8.count + 96)
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.key("code")
        writer.string(error.status == 400 ? "validation_error" : error.type)
        writer.key("message")
        writer.string(error.message)
        writer.key("param")
        writer.null()
        writer.key("type")
        writer.string(error.status < 500 ? "invalid_request_error" : "server_error")
        writer.endObject()
        writer.endObject()
        return writer.buffer
    }
}
