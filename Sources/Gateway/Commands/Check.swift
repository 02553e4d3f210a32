import Adapters
import ArgumentParser
import Catalog

/// `bedrock-gateway check`: says everything that is wrong with a catalog.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a model catalog and the settings; exit 1 if something is wrong.",
        discussion: """
            Of the catalog every mistake is named with file, line and remedy, and so is what will soon
            be wrong: those are warnings, and exit 0. Of the settings the first mistake is named.
            """
    )

    @Argument(help: "The catalog. Default: the one that 'serve' would read.")
    var file: String?

    func run() async throws {
        try await Failure.explained {
            let configuration = try GatewayConfiguration(Launch.settings())
            let path = file ?? Launch.catalogPath(configuration)
            let today = CalendarDate(daysSince1970: WallClock.system.seconds() / 86_400)
            let diagnostics = ModelCatalog.check(path: path, adapters: AdapterRegistry.standard.dialects, today: today)
            for diagnostic in diagnostics { print(diagnostic.description) }
            guard !diagnostics.contains(where: { $0.severity == .error }) else { throw ExitCode(1) }
            let models: ModelTable
            do {
                models = try ModelTable.load(path: path)
            } catch {
                print("\(path): error: \(error)")
                throw ExitCode(1)
            }
            try configuration.checkFiles()
            print("\(path): \(models.catalog.models.count) models, \(diagnostics.count) warnings")
        }
    }
}
