import Adapters
import Catalog
import OpenAISchema

/// The headers of answers.
enum ResponseHeaders {
    /// What a JSON answer begins with.
    static let json: [(name: String, value: String)] = [("content-type", "application/json")]

    /// What a stream begins with: no proxy on the way may hold it back or keep it.
    static let stream: [(name: String, value: String)] = [
        ("content-type", ServerSentEvent.contentType), ("cache-control", "no-cache"), ("x-accel-buffering", "no"),
    ]

    /// The longest header of notes, in bytes, and the most notes in it.
    private static let maximumNotes = (bytes: 1024, count: 16)

    /// Adds the ids, and what became of the request's fields.
    static func append(
        _ prepared: ChatPreparation.Prepared?,
        requestID: String?,
        record: RequestRecord,
        to headers: inout [(name: String, value: String)]
    ) {
        headers.append(("x-request-id", record.id))
        if let requestID { headers.append(("x-amzn-requestid", printable(requestID))) }
        guard let prepared else { return }
        let report = prepared.report
        if !report.dropped.isEmpty { headers.append(("x-gateway-dropped", notes(report.dropped))) }
        if !report.adjusted.isEmpty { headers.append(("x-gateway-adjusted", notes(report.adjusted))) }
        if let mode = report.structuredOutput { headers.append(("x-gateway-structured-output", mode)) }
        if let sunset = prepared.model.lifecycle.sunset {
            let successor = prepared.model.lifecycle.replacedBy.map { "; use \($0)" } ?? ""
            headers.append(("x-gateway-sunset", printable(sunset.description + successor)))
        }
        if prepared.resolved.isUncatalogued { headers.append(("x-gateway-uncatalogued", "true")) }
    }

    private static func notes(_ notes: [String]) -> String {
        let text = notes.prefix(maximumNotes.count).joined(separator: ", ")
        return String(printable(text).prefix(maximumNotes.bytes))
    }

    /// Printable ASCII, with everything else as question marks: a client chooses the names of unknown fields.
    static func printable(_ text: String) -> String {
        if text.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) { return text }
        return String(decoding: text.utf8.map { 0x20...0x7E ~= $0 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
