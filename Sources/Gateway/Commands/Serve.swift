import ArgumentParser
import Catalog
import HTTPServer
import Logging
import NIOCore
import NIOPosix

/// `bedrock-gateway serve`: the gateway itself.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the OpenAI API on HTTP_PORT (88) and, if enabled, HTTPS_PORT (443). This is the default."
    )

    func run() async throws {
        try await Failure.explained {
            let configuration = try GatewayConfiguration(Launch.settings())
            let stamp = CatalogReloader.Stamp(path: Launch.catalogPath(configuration))
            try await serve(configuration, stamp, models: Launch.models(configuration)) { gateway, logger in
                let schemes =
                    configuration.http == nil ? ["https"] : configuration.https == nil ? ["http"] : ["http", "https"]
                for (scheme, port) in zip(schemes, gateway.server.localPorts) {
                    logger.info(
                        "listening for \(scheme) on port \(port), \(gateway.shared.models.catalog.models.count) models"
                    )
                }
            }
        }
    }

    /// Serves until told to stop.
    private func serve(
        _ configuration: GatewayConfiguration,
        _ stamp: CatalogReloader.Stamp,
        models: ModelTable,
        started: (Gateway, Logger) -> Void
    ) async throws {
        Launch.raiseDescriptorLimit()
        Launch.tuneAllocator()
        let console = ConsoleLog()
        let logger = Launch.logger(console)
        let group = Launch.makeGroup()
        let gateway = try await Gateway.start(
            configuration: configuration,
            models: models,
            group: group,
            logger: logger
        )
        started(gateway, logger)
        let reloader = CatalogReloader(
            path: Launch.catalogPath(configuration),
            loaded: stamp,
            shared: gateway.shared,
            logger: logger
        )
        async let _: Void = reloader.run()
        await Launch.waitForSignal()
        logger.info(
            "stopping: open answers may take \(configuration.shutdownLimit.nanoseconds / 1_000_000_000) s to end"
        )
        await gateway.stop()
        console.flush()
    }
}

/// Turns what stops the launch into one plain line and exit status 1.
enum Failure {
    static func explained(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let error as HTTPServerError {
            throw LaunchFailure(message: sentence(error))
        } catch let error as ExitCode {
            throw error
        } catch {
            throw LaunchFailure(message: String(describing: error))
        }
    }

    private static func sentence(_ error: HTTPServerError) -> String {
        switch error {
        case .permissionDenied(_, let port):
            "\(error) Set HTTP_PORT (HTTPS_PORT) to 1024 or above, or allow this program port \(port): "
                + "'setcap cap_net_bind_service=+ep .build/release/bedrock-gateway', or run it as root."
        case .addressInUse: "\(error) Set HTTP_PORT (HTTPS_PORT) to a free one."
        case .cannotListen: "\(error) HTTP_HOST must be an address of this machine."
        default: String(describing: error)
        }
    }
}

/// A launch that failed, printed as it is.
struct LaunchFailure: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
