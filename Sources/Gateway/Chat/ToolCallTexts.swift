import Adapters
import JSON
import NIOCore
import OpenAISchema

/// Ids of tool calls as AWS takes them: 1 to 64 of `[a-zA-Z0-9_.:-]`.
enum ToolCallID {
    /// The id itself where it is legal; else a stable stand-in, the same for call and answer.
    static func legal(_ id: JSONText) -> JSONText {
        if isLegal(id) { return id }
        let text = id.string
        // Spelled with escapes that it does not need.
        if id.hasEscapes, isLegal(JSONText(text)) { return JSONText(text) }
        return JSONText("call_" + StableName.of(text))
    }

    static func isLegal(_ id: JSONText) -> Bool {
        !id.hasEscapes && 1...64 ~= id.escaped.readableBytes
            && id.escaped.withUnsafeReadableBytes { $0.allSatisfy(isIDByte) }
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// The arguments of a call in a client's history, which must become a JSON object.
enum ToolArguments {
    private static let none = ByteBuffer(string: "{}")

    /// The object that the arguments are; `{}` for nothing; and what is no object wrapped into one.
    ///
    /// A model's malformed arguments come back in the history: they must not make the next request fail.
    static func object(from arguments: ChatMessage.Arguments) -> (bytes: ByteBuffer, isMended: Bool) {
        switch arguments {
        case .json(let bytes): return (bytes, false)
        case .text(let text):
            if text.isBlank { return (none, true) }
            guard let value = try? JSONValue.parse(text.decodedBytes) else {
                return (wrapped("arguments") { $0.string(text) }, true)
            }
            if value.kind == .object { return (value.rawBytes, false) }
            if value.isNull { return (none, true) }
            return (wrapped("value") { $0.raw(value) }, true)
        }
    }

    private static func wrapped(_ key: StaticString, _ value: (inout JSONWriter) -> Void) -> ByteBuffer {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key(key)
        value(&writer)
        writer.endObject()
        return writer.buffer
    }
}
