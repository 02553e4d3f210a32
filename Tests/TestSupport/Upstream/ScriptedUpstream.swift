import HTTPServer
package import NIOCore
import NIOHTTP1
import Synchronization

/// A stand-in for Bedrock on the loopback that answers what it was told, in writes of so many bytes.
///
/// Which script answers a request is told by the access key id that the request is signed with, so one server may serve
/// many tests at once. Signatures are not checked here.
package final class ScriptedUpstream: Sendable {
    /// What is answered.
    package struct Script: Sendable {
        /// The status.
        package var status: Int
        /// The header fields.
        package var headers: [(name: String, value: String)]
        /// The body.
        package var body: [UInt8]
        /// How many bytes are written at once.
        package var chunkSize: Int

        /// Creates a script.
        package init(status: Int, headers: [(name: String, value: String)], body: [UInt8], chunkSize: Int) {
            self.status = status
            self.headers = headers
            self.body = body
            self.chunkSize = chunkSize
        }
    }

    /// A request that came.
    package struct Received: Sendable {
        /// The path, still percent-encoded.
        package var path: String
        /// The header fields, names in lower case.
        package var headers: [(name: String, value: String)]
        /// The body.
        package var body: ByteBuffer
    }

    private let server: HTTPServer
    private let desk: Desk

    private init(server: HTTPServer, desk: Desk) {
        self.server = server
        self.desk = desk
    }

    /// Starts to listen on a free port of 127.0.0.1.
    package static func start(group: any EventLoopGroup) async throws -> ScriptedUpstream {
        let desk = Desk()
        let server = try await HTTPServer.start(
            listeners: [Listener(host: "127.0.0.1", port: 0)],
            configuration: HTTPServerConfiguration(),
            group: group,
            handler: desk
        )
        return ScriptedUpstream(server: server, desk: desk)
    }

    /// The port.
    package var port: Int { server.localPorts.first ?? 0 }

    /// Decides what requests signed with an access key id are answered.
    package func answer(_ accessKeyID: String, with script: Script) {
        desk.state.withLock { $0.scripts[accessKeyID] = script }
    }

    /// The requests that came with an access key id, in order.
    package func received(_ accessKeyID: String) -> [Received] {
        desk.state.withLock { $0.received[accessKeyID] ?? [] }
    }

    /// Stops.
    package func stop() async {
        await server.drain(within: .seconds(1))
    }

    private final class Desk: RequestHandler {
        struct State {
            var scripts: [String: Script] = [:]
            var received: [String: [Received]] = [:]
        }

        let state = Mutex(State())

        func handle(_ exchange: Exchange) {
            exchange.collectBody(upTo: 64 * 1_048_576) { result in
                let authorization = exchange.headers.first(name: "authorization") ?? ""
                let key = Self.accessKeyID(authorization)
                guard case .success(let body) = result, let script = self.state.withLock({ $0.scripts[key] }) else {
                    return exchange.respond(.notImplemented, headers: [], body: ByteBuffer(string: "no script"))
                }
                let received = Received(
                    path: exchange.target,
                    headers: exchange.headers.map { ($0.name.lowercased(), $0.value) },
                    body: body
                )
                self.state.withLock { $0.received[key, default: []].append(received) }
                exchange.begin(HTTPResponseStatus(statusCode: script.status), headers: script.headers)
                for start in stride(from: 0, to: script.body.count, by: max(1, script.chunkSize)) {
                    let end = min(start + script.chunkSize, script.body.count)
                    exchange.write(ByteBuffer(bytes: script.body[start..<end]))
                }
                exchange.finish()
            }
        }

        /// The id in `AWS4-HMAC-SHA256 Credential=id/date/…`.
        private static func accessKeyID(_ authorization: String) -> String {
            guard let start = authorization.firstRange(of: "Credential=") else { return "" }
            return String(authorization[start.upperBound...].prefix { $0 != "/" })
        }
    }
}
