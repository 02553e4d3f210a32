import BedrockSimulator
import HTTPServer
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix

/// What a client received: perhaps not all of it.
struct ReceivedAnswer: Sendable {
    var status = 0
    var headers = HTTPHeaders()
    var body = ByteBuffer()
    /// How many reads the body came in.
    var pieces = 0
    /// Whether the answer came to its end before the connection did.
    var isComplete = false

    var text: String { String(buffer: body) }
    var json: JSONValue? { try? JSONValue.parse(body) }
    var message: String { json?["message"]?.string ?? "" }
    var errorType: String {
        (headers.first(name: "x-amzn-errortype") ?? "").split(separator: ":").first.map(String.init) ?? ""
    }
}

/// A simulator on a loopback port, and connections to it.
struct SimulatorClient: Sendable {
    let server: HTTPServer
    let simulator: BedrockSimulator

    static func run(
        _ configuration: SimulatorConfiguration = SimulatorConfiguration(),
        _ test: (SimulatorClient) async throws -> Void
    ) async throws {
        let simulator = BedrockSimulator(configuration: configuration)
        let server = try await HTTPServer.start(
            listeners: [Listener(host: "127.0.0.1", port: 0)],
            group: MultiThreadedEventLoopGroup.singleton,
            handler: simulator
        )
        do {
            try await test(SimulatorClient(server: server, simulator: simulator))
        } catch {
            await server.drain(within: .seconds(1))
            throw error
        }
        await server.drain(within: .seconds(1))
    }

    func post(_ target: String, _ body: String, headers: [(String, String)] = []) async throws -> ReceivedAnswer {
        let all = headers + [("Authorization", "Bearer \(SimulatorConfiguration.demoBearerKey)")]
        return try await send(.POST, target, body, headers: all)
    }

    /// Sends a request and waits for the end of the answer or of the connection, which it may close after so many bytes.
    func send(
        _ method: HTTPMethod,
        _ target: String,
        _ body: String,
        headers: [(String, String)] = [],
        leavingAfter: Int = .max
    ) async throws -> ReceivedAnswer {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let promise = loop.makePromise(of: ReceivedAnswer.self)
        let channel = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(Collector(promise: promise, limit: leavingAfter))
                }
            }
            .connect(host: "127.0.0.1", port: server.localPorts[0])
            .get()
        var fields = HTTPHeaders(headers)
        if !fields.contains(name: "host") { fields.add(name: "Host", value: "127.0.0.1") }
        fields.replaceOrAdd(name: "Content-Length", value: "\(body.utf8.count)")
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: fields)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        let answer = try await promise.futureResult.get()
        try? await channel.close()
        return answer
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart

        private let promise: EventLoopPromise<ReceivedAnswer>
        private let limit: Int
        private var answer = ReceivedAnswer()

        init(promise: EventLoopPromise<ReceivedAnswer>, limit: Int) {
            self.promise = promise
            self.limit = limit
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                answer.status = Int(head.status.code)
                answer.headers = head.headers
            case .body(var bytes):
                answer.pieces += 1
                answer.body.writeBuffer(&bytes)
                if answer.body.readableBytes >= limit { context.close(promise: nil) }
            case .end:
                answer.isComplete = true
                promise.succeed(answer)
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            promise.succeed(answer)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            // A body that ends in the midst is what some tests want.
            promise.succeed(answer)
            context.close(promise: nil)
        }
    }
}
