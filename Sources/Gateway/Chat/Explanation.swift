import Adapters
import BedrockRuntime
import Catalog
import JSON
import NIOCore
import OpenAISchema

/// What a request would become, for someone who wants to see it: everything but the credentials.
struct Explanation {
    let prepared: ChatPreparation.Prepared
    let endpoint: BedrockEndpoint
    let region: AWSRegion

    /// The explanation as JSON, in parts; `body` is exactly what Bedrock would get, and is not copied where it is long.
    func parts() -> [ByteBuffer] {
        var writer = JSONWriter(capacity: min(prepared.call.body.count, JSONWriter.passesOnFrom) + 1024)
        writer.beginObject()
        member("object", "gateway.explanation", to: &writer)
        member("requested_model", prepared.requestedModel, to: &writer)
        member("model", prepared.model.name, to: &writer)
        member("model_id", prepared.resolved.modelID, to: &writer)
        member("adapter", type(of: prepared.adapter).id.rawValue, to: &writer)
        member("region", region.rawValue, to: &writer)
        member("operation", prepared.call.operation.rawValue, to: &writer)
        member("method", "POST", to: &writer)
        let scheme = endpoint.isSecure ? "https" : "http"
        member("url", "\(scheme)://\(endpoint.hostHeader)\(endpoint.pathPrefix)\(prepared.call.path)", to: &writer)
        writer.key("headers")
        writer.beginObject()
        for header in prepared.call.headers { member(header.name, header.value, to: &writer) }
        member("Authorization", "redacted", to: &writer)
        writer.endObject()
        writer.key("stream")
        writer.bool(prepared.streams)
        writer.key("replayed_as_stream")
        writer.bool(prepared.replaysAsStream)
        reasons("dropped", ReportReason.dropped(in: prepared.report), to: &writer)
        reasons("adjusted", ReportReason.adjusted(in: prepared.report), to: &writer)
        reasons("emulated", ReportReason.emulated(in: prepared), to: &writer)
        list("stop_cut_by_gateway", prepared.context.emulatedStop, to: &writer)
        writer.key("structured_output")
        if let mode = prepared.report.structuredOutput { writer.string(mode) } else { writer.null() }
        writer.key("catalogued")
        writer.bool(!prepared.resolved.isUncatalogued)
        writer.key("body")
        writer.raw(joining: prepared.call.body.parts)
        writer.endObject()
        return writer.parts
    }

    private func member(_ key: String, _ value: String, to writer: inout JSONWriter) {
        writer.key(key)
        writer.string(value)
    }

    /// Writes what became of fields, each with its reason, and with the header's note where that says more than the field.
    private func reasons(_ key: String, _ reasons: [ReportReason], to writer: inout JSONWriter) {
        writer.key(key)
        writer.beginArray()
        for line in reasons {
            writer.beginObject()
            member("field", line.field, to: &writer)
            if line.note != line.field { member("note", line.note, to: &writer) }
            member("reason", line.reason, to: &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    private func list(_ key: String, _ values: [String], to writer: inout JSONWriter) {
        writer.key(key)
        writer.beginArray()
        for value in values { writer.string(value) }
        writer.endArray()
    }
}
