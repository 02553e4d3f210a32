import Adapters

/// Why something was dropped, adjusted or emulated: a sentence for each note that a report can hold.
///
/// The notes themselves are short, for they stand in headers. A new note needs a line here.
struct ReportReason {
    /// The note as it stands in the header.
    let note: String
    /// The field that it is about, in the client's words.
    let field: String
    /// The sentence.
    let reason: String

    /// The reason why a field was not sent; nil for one that has none.
    ///
    /// A part of a field, such as `additional_model_request_fields.model`, has the reason of the whole.
    static func dropped(_ field: String) -> ReportReason? {
        let whole = String(field.prefix { $0 != "." })
        guard
            let line = droppedLines.first(where: { $0.names.contains(field) })
                ?? droppedLines.first(where: { $0.names.contains(whole) })
        else { return nil }
        return ReportReason(note: field, field: line.field ?? field, reason: line.reason)
    }

    /// The reason why a field was sent in another way; nil for a note that has none.
    static func adjusted(_ note: String) -> ReportReason? {
        guard let line = adjustedLines.first(where: { note.hasPrefix($0.note) }) else { return nil }
        return ReportReason(note: note, field: line.field, reason: line.reason)
    }

    /// The reasons of everything that was not sent.
    static func dropped(in report: TranslationReport) -> [ReportReason] {
        report.dropped.map { field in
            let isUnknown = report.unknown.contains(field)
            return (isUnknown ? nil : dropped(field))
                ?? ReportReason(
                    note: field,
                    field: field,
                    reason: isUnknown
                        ? "Nobody here knows this field, and Bedrock would refuse it; fields of the model itself go into "
                            + "additional_model_request_fields."
                        : "Bedrock has no place for it with this model."
                )
        }
    }

    /// The reasons of everything that was sent in another way.
    static func adjusted(in report: TranslationReport) -> [ReportReason] {
        report.adjusted.map { note in
            adjusted(note)
                ?? ReportReason(
                    note: note,
                    field: String(note.prefix { $0 != "=" }),
                    reason: "The model takes it in this way only."
                )
        }
    }

    /// What the gateway does in the model's place.
    static func emulated(in prepared: ChatPreparation.Prepared) -> [ReportReason] {
        func line(_ field: String, _ reason: String) -> ReportReason {
            ReportReason(note: field, field: field, reason: reason)
        }
        var lines: [ReportReason] = []
        if prepared.choices > 1 {
            lines.append(
                line(
                    "n",
                    "Bedrock gives one answer a call: \(prepared.choices) calls are made at once, and each is billed."
                )
            )
        }
        if prepared.replaysAsStream {
            lines.append(
                line("stream", "The model does not stream this: its answer comes whole and is sent as a stream then.")
            )
        }
        switch prepared.report.structuredOutput {
        case "tool"?:
            lines.append(
                line("response_format", "The model has no schemas: it calls a tool with the schema, shown as content.")
            )
        case "instruction"?:
            lines.append(
                line(
                    "response_format",
                    "The model has no schemas, or none for this request: it is told in words, which it may not follow."
                )
            )
        default: break
        }
        if !prepared.context.emulatedStop.isEmpty {
            lines.append(line("stop", "The gateway cuts the answer at the texts in stop_cut_by_gateway."))
        }
        return lines
    }
}
