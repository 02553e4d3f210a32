import JSON
import NIOCore

/// An entry's `request` object, which is merged under what an adapter writes.
enum RequestTemplate {
    /// Merges a template under a body; what the body says wins, deeply.
    static func merged(under body: ByteBuffer, template: JSONValue) -> ByteBuffer {
        guard template.count > 0, let written = try? JSONValue.parse(body) else { return body }
        var writer = JSONWriter(capacity: body.readableBytes + 256)
        writer.merged(lower: template, upper: written)
        return writer.buffer
    }

    /// The members of an object as they are spelled, without its braces, to be written in front of a body's own.
    static func members(of object: JSONValue?) -> ByteBuffer {
        guard let object, object.kind == .object, object.count > 0 else { return ByteBuffer() }
        var writer = JSONWriter()
        for (key, value) in object.members {
            guard let name = key.text else { continue }
            writer.key(name)
            writer.raw(value)
        }
        return writer.buffer
    }
}
