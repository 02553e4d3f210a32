import Catalog
import HTTPServer
import HTTPUpstream
import Logging
import NIOCore
import NIOPosix
import OpenAISchema
import WebFetch

/// A gateway that listens.
final class Gateway: Sendable {
    let shared: GatewayShared
    let server: HTTPServer
    private let upstream: UpstreamClient
    private let threads: NIOThreadPool
    private let forgetting: RepeatedTask

    private init(
        shared: GatewayShared,
        server: HTTPServer,
        upstream: UpstreamClient,
        threads: NIOThreadPool,
        forgetting: RepeatedTask
    ) {
        self.shared = shared
        self.server = server
        self.upstream = upstream
        self.threads = threads
        self.forgetting = forgetting
    }

    /// Wires everything up and starts to listen.
    ///
    /// - Parameters:
    ///   - configuration: What the operator set.
    ///   - models: The models.
    ///   - group: The loops on which everything happens.
    ///   - logger: Where lines go.
    ///   - clock: The time of day, for signatures and answers.
    ///   - identifiers: Where ids come from.
    /// - Returns: The running gateway.
    /// - Throws: What stops the launch, as a sentence: a port, a certificate, a file of authorities.
    static func start(
        configuration: GatewayConfiguration,
        models: ModelTable,
        group: any EventLoopGroup,
        logger: Logger,
        clock: WallClock = .system,
        identifiers: Identifiers = .random
    ) async throws -> Gateway {
        let listeners = try configuration.listeners()
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        let upstream = try configuration.upstreamClient(group: group)
        let shared = GatewayShared(
            configuration: configuration,
            models: models,
            fetcher: WebFetcher(configuration: configuration.webFetch),
            log: RequestLog(logger: logger, logsAll: configuration.logsRequests),
            threads: threads,
            clock: clock,
            identifiers: identifiers
        )
        do {
            let server = try await HTTPServer.start(
                listeners: listeners,
                configuration: configuration.server(identifiers: identifiers, logger: logger),
                group: group,
                handler: GatewayHandler(shared: shared, upstream: upstream, group: group)
            )
            return Gateway(
                shared: shared,
                server: server,
                upstream: upstream,
                threads: threads,
                forgetting: shared.thinking.forgetRegularly(on: group.any())
            )
        } catch {
            await upstream.shutdown()
            try? await threads.shutdownGracefully()
            throw error
        }
    }

    /// Stops accepting, lets open answers end for a while, and closes everything.
    func stop() async {
        await server.drain(within: shared.configuration.shutdownLimit)
        forgetting.cancel()
        await upstream.shutdown()
        // A pool that cannot be shut down twice is no reason to fail a shutdown.
        try? await threads.shutdownGracefully()
    }
}

extension GatewayConfiguration {
    /// Reads the certificates that serving would read.
    ///
    /// - Throws: ``ConfigurationError`` that names the setting whose file cannot be used.
    func checkFiles() throws(ConfigurationError) {
        _ = try listeners()
        _ = try upstreamClient(group: MultiThreadedEventLoopGroup.singleton)
    }

    /// The client to Bedrock; reads the certificate authorities.
    func upstreamClient(group: any EventLoopGroup) throws(ConfigurationError) -> UpstreamClient {
        do throws(UpstreamError) {
            return try UpstreamClient(configuration: upstream, group: group)
        } catch {
            let variable = trustVariable ?? "AWS_CA_BUNDLE"
            guard case .invalidTrust(let file, let reason) = error else {
                throw .badValue(variable: variable, reason: error.description)
            }
            throw .badValue(variable: variable, reason: "the file \(file) cannot be used: \(reason)")
        }
    }

    /// The addresses to listen on; reads the certificate.
    func listeners() throws(ConfigurationError) -> [Listener] {
        var listeners: [Listener] = []
        if let http { listeners.append(Listener(host: http.host, port: http.port)) }
        if let https {
            let identity: TLSIdentity
            do throws(HTTPServerError) {
                identity = try TLSIdentity(keyPath: https.keyPath, certificatePath: https.certificatePath)
            } catch {
                throw Self.naming(error, https)
            }
            listeners.append(Listener(host: https.address.host, port: https.address.port, tls: identity))
        }
        return listeners
    }

    /// The setting that named a file of the identity which cannot be used.
    private static func naming(_ error: HTTPServerError, _ https: SecureAddress) -> ConfigurationError {
        guard case .badIdentity(let file, let reason) = error else {
            return .badValue(variable: "HTTPS_CERT_PATH", reason: error.description)
        }
        return .badValue(
            variable: file == https.keyPath ? "HTTPS_KEY_PATH" : "HTTPS_CERT_PATH",
            reason: "the file \(file) cannot be used: \(reason)"
        )
    }

    /// The server's limits, and its failures in OpenAI's form.
    func server(identifiers: Identifiers, logger: Logger) -> HTTPServerConfiguration {
        var server = HTTPServerConfiguration()
        server.onShortage = { logger.warning("\($0); the limit of open files (ulimit -n) may be too low") }
        server.maximumBodyBytesInMemory = maximumBodyMemory
        server.failureResponse = { failure in
            FailureResponse(
                status: failure.status,
                headers: ResponseHeaders.json + [("x-request-id", identifiers.request())],
                body: OpenAIError.from(failure).body()
            )
        }
        return server
    }
}
