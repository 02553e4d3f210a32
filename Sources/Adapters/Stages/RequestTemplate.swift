import BedrockRuntime
import JSON

/// The merging of a body with an entry's `request` object, which lies under it, and a client's own fields, which lie over it.
enum RequestTemplate {
    /// Merges a template under a body; what the body says wins, deeply.
    static func merged(under body: BedrockBody, template: JSONValue) -> BedrockBody {
        guard template.count > 0, let written = try? JSONValue.parse(body.joined) else { return body }
        var writer = JSONWriter(capacity: min(body.count, JSONWriter.passesOnFrom) + 256)
        writer.merged(lower: template, upper: written)
        return BedrockBody(writer)
    }

    /// Merges a client's own fields over a body; what the fields say wins, deeply.
    static func merged(over body: BedrockBody, fields: JSONValue?) -> BedrockBody {
        guard let fields, fields.count > 0, let written = try? JSONValue.parse(body.joined) else { return body }
        var writer = JSONWriter(capacity: min(body.count, JSONWriter.passesOnFrom) + fields.byteRange.count)
        writer.merged(lower: written, upper: fields)
        return BedrockBody(writer)
    }

    /// Merges a client's own fields over a body, except those that are not the client's to set.
    ///
    /// - Parameters:
    ///   - body: The body, with the entry's template.
    ///   - fields: The client's additional fields.
    ///   - report: Takes the dropped members.
    ///   - reservedName: The name under which a reserved member is reported as dropped; nil for any other.
    /// - Returns: The merged body.
    static func merged(
        over body: BedrockBody,
        fields: JSONValue?,
        report: inout TranslationReport,
        reservedName: (JSONText) -> String?
    ) -> BedrockBody {
        guard let fields, fields.count > 0 else { return body }
        var allowed = JSONWriter(capacity: fields.byteRange.count)
        allowed.beginObject()
        for (key, value) in fields.members {
            guard let name = key.text else { continue }
            if let reserved = reservedName(name) {
                report.drop("additional_model_request_fields.\(reserved)")
            } else {
                allowed.key(name)
                allowed.raw(value)
            }
        }
        allowed.endObject()
        return merged(over: body, fields: try? JSONValue.parse(allowed.buffer))
    }
}
