import Catalog
import JSON
import NIOCore

/// Writes `GET /v1/models` and `GET /v1/models/{id}`: OpenAI's members, and those that popular clients read besides.
enum ModelList {
    /// A fixed day, so that lists can be cached: 2025-01-01.
    private static let created = 1_735_689_600
    private static let createdAt = "2025-01-01T00:00:00Z"

    /// The list of all names that chat requests may have, whatever the settings: clients offer what stands here.
    static func list(of catalog: ModelCatalog) -> ByteBuffer {
        let models = catalog.models.filter { $0.apis.contains(.chat) }
        var writer = JSONWriter(capacity: 65_536)
        writer.beginObject()
        writer.key("object")
        writer.string(literal: "list")
        writer.key("data")
        writer.beginArray()
        for model in models { write(model, id: model.name, to: &writer) }
        writer.endArray()
        writer.key("has_more")
        writer.bool(false)
        writer.key("first_id")
        if let first = models.first { writer.string(first.name) } else { writer.null() }
        writer.key("last_id")
        if let last = models.last { writer.string(last.name) } else { writer.null() }
        writer.endObject()
        return writer.buffer
    }

    /// One model, under the name by which it was asked for.
    static func object(_ model: Model, id: String) -> ByteBuffer {
        var writer = JSONWriter(capacity: 1024)
        write(model, id: id, to: &writer)
        return writer.buffer
    }

    private static func write(_ model: Model, id: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.string(id)
        writer.key("object")
        writer.string(literal: "model")
        writer.key("created")
        writer.int(created)
        writer.key("owned_by")
        writer.string(model.vendor?.lowercased() ?? "amazon-bedrock")
        writer.key("type")
        writer.string(literal: "model")
        writer.key("display_name")
        writer.string(model.name)
        writer.key("name")
        writer.string(model.name)
        writer.key("created_at")
        writer.string(createdAt)
        writer.key("bedrock_id")
        writer.string(model.bedrockID)
        if let summary = model.summary {
            writer.key("description")
            writer.string(summary)
        }
        if !model.aliases.isEmpty {
            writer.key("aliases")
            writeStrings(model.aliases, to: &writer)
        }
        writeLimits(model, to: &writer)
        writer.key("architecture")
        writer.beginObject()
        writer.key("input_modalities")
        writeStrings(model.inputModalities.names, to: &writer)
        writer.key("output_modalities")
        writeStrings(model.outputModalities.names, to: &writer)
        writer.endObject()
        writer.key("capabilities")
        writeStrings(capabilities(of: model), to: &writer)
        writer.key("supported_parameters")
        writeStrings(parameters(of: model), to: &writer)
        writePricing(model, to: &writer)
        writeLifecycle(model, to: &writer)
        writer.endObject()
    }

    /// The same limits under the names that different clients look for.
    private static func writeLimits(_ model: Model, to writer: inout JSONWriter) {
        if let context = model.contextTokens {
            writer.key("context_length")
            writer.int(context)
            writer.key("context_window")
            writer.int(context)
            writer.key("max_model_len")
            writer.int(context)
            writer.key("max_input_tokens")
            writer.int(context)
        }
        if let output = model.maxOutputTokens {
            writer.key("max_output_tokens")
            writer.int(output)
            writer.key("max_tokens")
            writer.int(output)
            writer.key("top_provider")
            writer.beginObject()
            writer.key("max_completion_tokens")
            writer.int(output)
            writer.endObject()
        }
    }

    private static func writePricing(_ model: Model, to writer: inout JSONWriter) {
        guard let prices = model.prices else { return }
        // OpenRouter's form: dollars a token, as strings.
        writer.key("pricing")
        writer.beginObject()
        writer.key("prompt")
        writer.string(perToken(prices.standard.input))
        writer.key("completion")
        writer.string(perToken(prices.standard.output))
        if let read = prices.cacheRead {
            writer.key("input_cache_read")
            writer.string(perToken(read))
        }
        if let write = prices.cacheWrite {
            writer.key("input_cache_write")
            writer.string(perToken(write))
        }
        writer.endObject()
    }

    private static func writeLifecycle(_ model: Model, to writer: inout JSONWriter) {
        let lifecycle = model.lifecycle
        if lifecycle.isDeprecated || lifecycle.sunset != nil {
            writer.key("deprecated")
            writer.bool(true)
        }
        if let sunset = lifecycle.sunset {
            writer.key("shutdown_date")
            writer.string(sunset.description)
        }
        if let successor = lifecycle.replacedBy {
            writer.key("replaced_by")
            writer.string(successor)
        }
    }

    private static func capabilities(of model: Model) -> [String] {
        var names = model.capabilities.names
        if model.thinking.style != .none { names.append("thinking") }
        if model.caching != nil { names.append("prompt_caching") }
        return names
    }

    private static func parameters(of model: Model) -> [String] {
        var names = ["max_tokens", "max_completion_tokens", "stop", "stream", "response_format"]
        names += model.sampling.accepted.names
        if model.capabilities.contains(.tools) { names += ["tools", "tool_choice"] }
        if model.thinking.style != .none { names += ["reasoning", "reasoning_effort"] }
        return names
    }

    /// Dollars a million tokens as dollars a token, in plain digits: 3 is `0.000003`.
    private static func perToken(_ perMillion: Double) -> String {
        // Prices have at most six decimals, so a token's has at most twelve.
        let units = Int((perMillion * 1_000_000).rounded())
        let digits = String(units)
        let padded = String(repeating: "0", count: max(0, 13 - digits.count)) + digits
        let point = padded.index(padded.endIndex, offsetBy: -12)
        var fraction = padded[point...]
        while fraction.last == "0", fraction.count > 1 { fraction.removeLast() }
        return "\(padded[..<point]).\(fraction)"
    }

    private static func writeStrings(_ strings: [String], to writer: inout JSONWriter) {
        writer.beginArray()
        for string in strings { writer.string(string) }
        writer.endArray()
    }
}
