import Adapters
import ArgumentParser
import Catalog

/// `bedrock-gateway check`: says everything that is wrong with a catalog.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a model catalog and the environment; exit 1 with file and line if something is wrong."
    )

    @Argument(help: "The catalog. Default: MODELS_FILE, or models.yaml.")
    var file: String?

    func run() async throws {
        try await Failure.explained {
            let configuration = try GatewayConfiguration(Launch.settings())
            let path = file ?? Launch.catalogPath(configuration)
            let today = CalendarDate(daysSince1970: WallClock.system.seconds() / 86_400)
            let diagnostics = ModelCatalog.check(path: path, adapters: AdapterRegistry.standard.dialects, today: today)
            for diagnostic in diagnostics { print(diagnostic.description) }
            guard !diagnostics.contains(where: { $0.severity == .error }) else { throw ExitCode(1) }
            let catalog = try ModelCatalog.load(path: path, adapters: AdapterRegistry.standard.dialects)
            do throws(AdapterError) {
                _ = try ModelTable(catalog: catalog)
            } catch {
                print("\(path): error: \(error)")
                throw ExitCode(1)
            }
            print("\(path): \(catalog.models.count) models, \(diagnostics.count) warnings")
        }
    }
}
