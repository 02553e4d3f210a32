import BedrockRuntime
import JSON
import NIOCore

/// Writes a body of few members, those of one group together.
struct PromptBodyWriter {
    private var writer: JSONWriter
    private var groups: [(name: JSONText, writer: JSONWriter)] = []

    /// Starts with the prompt and its images.
    init(prompt: PromptTemplate.Prompt, fields: PromptBodyFields) {
        var size = prompt.text.escaped.readableBytes + 256
        for image in prompt.images { size += image.escaped.readableBytes + 8 }
        writer = JSONWriter(capacity: min(size, JSONWriter.passesOnFrom + 256))
        writer.beginObject()
        writer.key(fields.prompt.member)
        writer.string(prompt.text)
        if !prompt.images.isEmpty { add(prompt.images, fields.images) }
    }

    /// Adds a number; one that the model has no member for is reported.
    mutating func add(
        _ value: Int?,
        _ name: PromptBodyFields.Name?,
        _ field: String,
        _ report: inout TranslationReport
    ) {
        guard let value else { return }
        guard let name else { return report.drop(field) }
        write(name) { $0.int(value) }
    }

    /// Adds a number; one that the model has no member for is reported.
    mutating func add(
        _ value: Double?,
        _ name: PromptBodyFields.Name?,
        _ field: String,
        _ report: inout TranslationReport
    ) {
        guard let value else { return }
        guard let name else { return report.drop(field) }
        write(name) { $0.double(value) }
    }

    /// Adds a list of texts unless it is empty.
    mutating func add(_ texts: [JSONText], _ name: PromptBodyFields.Name?) {
        guard !texts.isEmpty, let name else { return }
        write(name) { writer in
            writer.beginArray()
            for text in texts { writer.string(text) }
            writer.endArray()
        }
    }

    /// Adds how a guardrail checks a stream.
    mutating func add(_ guardrail: Guardrail?) {
        writer.guardrailConfig(guardrail)
    }

    /// Closes the body.
    mutating func finish() -> BedrockBody {
        for (name, members) in groups {
            var members = members
            members.endObject()
            writer.key(name)
            writer.raw(members.buffer)
        }
        writer.endObject()
        return BedrockBody(writer)
    }

    private mutating func write(_ name: PromptBodyFields.Name, _ value: (inout JSONWriter) -> Void) {
        guard let group = name.group else {
            writer.key(name.member)
            return value(&writer)
        }
        let index = groups.firstIndex { $0.name == group } ?? groups.count
        if index == groups.count {
            var members = JSONWriter(capacity: 128)
            members.beginObject()
            groups.append((group, members))
        }
        groups[index].writer.key(name.member)
        value(&groups[index].writer)
    }
}
