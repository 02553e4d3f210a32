import BedrockRuntime
import BedrockSimulator
import Catalog
import Foundation
import HTTPServer
import Logging
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

@testable import Gateway

/// A gateway on a free port of the loopback, in front of a simulator or of a scripted upstream.
final class GatewayHarness: Sendable {
    let gateway: Gateway
    let simulator: BedrockSimulator
    let lines: LogLines
    private let upstream: HTTPServer
    private let group: MultiThreadedEventLoopGroup

    var port: Int { gateway.server.localPorts[0] }

    /// The key that the simulator accepts.
    static let key = "us-east-1.\(SimulatorCredential.demo.accessKeyID).\(SimulatorCredential.demo.secretAccessKey)"

    /// The shipped catalog.
    static let catalogPath = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("models.yaml").path

    static let models = Result { try ModelTable(catalog: ModelCatalog.load(path: catalogPath)) }

    private init(
        gateway: Gateway,
        simulator: BedrockSimulator,
        upstream: HTTPServer,
        lines: LogLines,
        group: MultiThreadedEventLoopGroup
    ) {
        self.gateway = gateway
        self.simulator = simulator
        self.upstream = upstream
        self.lines = lines
        self.group = group
    }

    /// Runs a test against a gateway, and shuts it down.
    ///
    /// The settings are variables of the environment; the rate limit is off unless they say otherwise. A script answers in the
    /// simulator's place.
    static func run(
        _ settings: [String: String] = [:],
        simulation: SimulatorConfiguration = SimulatorConfiguration(),
        script: (@Sendable (Exchange) -> Void)? = nil,
        test: (GatewayHarness) async throws -> Void
    ) async throws {
        let harness = try await start(settings, simulation: simulation, script: script)
        do {
            try await test(harness)
        } catch {
            await harness.stop()
            throw error
        }
        await harness.stop()
    }

    private static func start(
        _ settings: [String: String],
        simulation: SimulatorConfiguration,
        script: (@Sendable (Exchange) -> Void)?
    ) async throws -> GatewayHarness {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let simulator = BedrockSimulator(configuration: simulation)
        let handler: any RequestHandler = script.map { ScriptedUpstream(answer: $0) } ?? simulator
        let upstream = try await HTTPServer.start(
            listeners: [Listener(host: "127.0.0.1", port: 0)],
            group: group,
            handler: handler
        )
        let defaults = [
            "HTTP_HOST": "127.0.0.1", "HTTP_PORT": "0", "IP_RATE_LIMIT_ENABLED": "false", "SHUTDOWN_SECONDS": "0",
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "http://127.0.0.1:\(upstream.localPorts[0])",
            "AWS_ENDPOINT_URL_BEDROCK_MANTLE": "http://127.0.0.1:\(upstream.localPorts[0])",
            "CONSOLE_LOGGING": "true",
        ]
        let configuration = try GatewayConfiguration(Settings(defaults.merging(settings) { $1 }))
        let lines = LogLines()
        let gateway = try await Gateway.start(
            configuration: configuration,
            models: models.get(),
            group: group,
            logger: lines.logger
        )
        return GatewayHarness(gateway: gateway, simulator: simulator, upstream: upstream, lines: lines, group: group)
    }

    private func stop() async {
        await gateway.stop()
        await upstream.drain(within: .zero)
        try? await group.shutdownGracefully()
    }

    func client(receiveBuffer: Int32? = nil) throws -> SocketClient {
        try SocketClient(port: port, receiveBuffer: receiveBuffer)
    }

    /// Posts a chat request over a connection of its own and reads the whole answer.
    func chat(_ body: String, headers: [String: String] = [:]) throws -> SocketClient.Answer {
        let client = try client()
        client.post(body, headers: headers)
        return try client.answer()
    }

    /// Waits until something that happens by itself has happened; gives up after a minute, for all tests run at once.
    func eventually(within seconds: Double = 60, _ condition: () async throws -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
        while ContinuousClock.now < end {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return try await condition()
    }

    /// Waits until a count has stood still for a long run of looks, and returns it; nil when it does not.
    ///
    /// Between two looks the loop of the gateway and its upstream comes round: while it is kept from that, nothing moves, and
    /// that says nothing.
    func settled(_ count: () -> Int) async throws -> Int? {
        var last = count()
        var looks = 0
        for _ in 0..<6_000 {
            try await Task.sleep(for: .milliseconds(20))
            try await group.next().submit {}.get()
            let now = count()
            looks = now == last ? looks + 1 : 0
            last = now
            if looks == 50 { return now }
        }
        return nil
    }

    var openChats: Int { gateway.shared.openChats.load(ordering: .relaxed) }
    var openCalls: Int { gateway.shared.openCalls.load(ordering: .relaxed) }
}

private struct ScriptedUpstream: RequestHandler {
    let answer: @Sendable (Exchange) -> Void

    func handle(_ exchange: Exchange) { answer(exchange) }
}

/// The body of a chat request with one user message.
enum ChatBody {
    static let model = "Claude-Sonnet-4-6"

    /// Writes a body; further members are each followed by a comma.
    static func saying(_ text: String, _ more: String = "", model: String = model) -> String {
        #"{"model":"\#(model)",\#(more)"messages":[{"role":"user","content":"\#(text)"}]}"#
    }
}

/// Log lines, kept.
final class LogLines: Sendable {
    private let kept = Mutex<[String]>([])

    var all: [String] { kept.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        init(lines: LogLines) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.kept.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
        }
    }
}
