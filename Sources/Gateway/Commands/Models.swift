import Adapters
import ArgumentParser
import Catalog

/// `bedrock-gateway models`: the catalog as a table.
struct Models: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the models of the catalog and what they can do.")

    @Flag(help: "Print a Markdown table, as the README has it.")
    var markdown = false

    func run() async throws {
        try await Failure.explained {
            let configuration = try GatewayConfiguration(Launch.settings())
            let catalog = try ModelCatalog.load(
                path: Launch.catalogPath(configuration),
                adapters: AdapterRegistry.standard.dialects
            )
            print(markdown ? CatalogTable.markdown(catalog) : CatalogTable.text(catalog))
        }
    }
}

/// Lays out the models in columns.
enum CatalogTable {
    private static let titles = ["Model", "Bedrock id", "Adapter", "Context", "Output", "Can"]

    static func text(_ catalog: ModelCatalog) -> String {
        let rows = [titles] + catalog.models.map(cells)
        let widths = titles.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let padded = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count)
            }
            var line = padded.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    static func markdown(_ catalog: ModelCatalog) -> String {
        let head = [
            "| " + titles.joined(separator: " | ") + " |", "|" + String(repeating: "---|", count: titles.count),
        ]
        let rows = catalog.models.map { model in
            var cells = cells(model)
            cells[1] = "`\(cells[1])`"
            return "| " + cells.joined(separator: " | ") + " |"
        }
        return (head + rows).joined(separator: "\n")
    }

    private static func cells(_ model: Model) -> [String] {
        var can = model.capabilities.names.filter { $0 != "streaming_tools" && $0 != "system_prompt" && $0 != "stop" }
        if model.thinking.style != .none { can.append("thinking") }
        if !model.apis.contains(.chat) { can = ["nothing yet: it answers the Responses API only"] }
        if let sunset = model.lifecycle.sunset { can.append("until \(sunset)") }
        return [
            model.name, model.bedrockID, model.adapter.rawValue, tokens(model.contextTokens),
            tokens(model.maxOutputTokens),
            can.joined(separator: ", "),
        ]
    }

    /// Tokens in thousands or millions: `200K`, `1M`.
    private static func tokens(_ count: Int?) -> String {
        guard let count else { return "" }
        if count >= 1_000_000, count % 100_000 == 0 {
            let tenths = count / 100_000
            return tenths % 10 == 0 ? "\(tenths / 10)M" : "\(tenths / 10).\(tenths % 10)M"
        }
        return count >= 1000 ? "\(count / 1000)K" : "\(count)"
    }
}
