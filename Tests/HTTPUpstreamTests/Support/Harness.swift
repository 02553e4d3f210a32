import NIOCore
import NIOHTTP1
import NIOPosix

@testable import HTTPUpstream

/// A receiver that writes down what it is told.
final class Recorder: UpstreamResponseReceiver, Sendable {
    struct Notes: Sendable {
        var status: Int?
        var headers = HTTPHeaders()
        var body = ByteBuffer()
        var byteCount = 0
        /// How often bytes were handed over.
        var deliveries = 0
        var events: [String] = []
        var failure: UpstreamError?
        var isFinished = false

        var text: String { String(buffer: body) }
        var hasEnded: Bool { isFinished || failure != nil }
    }

    let notes: Shared<Notes> = Shared(Notes())
    private let keepsBody: Bool
    private let onHead: @Sendable () -> Void

    init(keepsBody: Bool = true, onHead: @escaping @Sendable () -> Void = {}) {
        self.keepsBody = keepsBody
        self.onHead = onHead
    }

    var state: Notes { notes.access { $0 } }

    func upstream(head status: Int, headers: HTTPHeaders) {
        notes.access { notes in
            notes.status = status
            notes.headers = headers
            notes.events.append("head")
        }
        onHead()
    }

    func upstream(bytes: ByteBuffer) {
        notes.access { notes in
            notes.byteCount += bytes.readableBytes
            notes.deliveries += 1
            if keepsBody { notes.body.writeImmutableBuffer(bytes) }
            if notes.events.last != "bytes" { notes.events.append("bytes") }
        }
    }

    func upstreamFinished() {
        notes.access { notes in
            notes.isFinished = true
            notes.events.append("finished")
        }
    }

    func upstreamFailed(_ error: UpstreamError) {
        notes.access { notes in
            notes.failure = error
            notes.events.append("failed")
        }
    }
}

/// A client on one loop, its clock in the test's hand.
final class Harness: Sendable {
    let client: UpstreamClient
    let loop: any EventLoop
    let lookups = Shared<[String]>([])
    private let group: MultiThreadedEventLoopGroup
    private let time: Shared<NIODeadline>

    init(_ configuration: UpstreamConfiguration = UpstreamConfiguration(), ticksItself: Bool = false) throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let time = Shared(NIODeadline.now())
        let lookups = lookups
        self.group = group
        self.time = time
        loop = group.next()
        client = try UpstreamClient(
            configuration: configuration,
            group: group,
            lookup: { host throws(NameError) in
                lookups.access { $0.append(host) }
                return try SystemNames.lookup(host)
            },
            clock: { ticksItself ? NIODeadline.now() : time.access { $0 } },
            ticksItself: ticksItself
        )
    }

    /// Sends a request, and gives its call back for the loop's use.
    @discardableResult
    func send(
        _ request: UpstreamRequest,
        to recorder: Recorder,
        paused: Bool = false
    ) async throws -> NIOLoopBound<UpstreamCall> {
        try await onLoop { [client, loop] in
            let call = client.pool(for: loop).send(request, receiver: recorder)
            if paused { call.pauseReading() }
            return NIOLoopBound(call, eventLoop: loop)
        }
    }

    /// Sends a request and waits for the end of its answer.
    func fetch(_ request: UpstreamRequest) async throws -> Answer {
        let recorder = Recorder()
        let call = try await send(request, to: recorder)
        guard try await eventually({ recorder.state.hasEnded }) else { throw NoAnswer() }
        return try await onLoop {
            Answer(notes: recorder.state, wasRetried: call.value.wasRetried, wasReused: call.value.reusedConnection)
        }
    }

    func onLoop<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await loop.submit(work).get()
    }

    /// Moves the clock on while nothing ticks, as when there is no connection.
    func rest(for amount: TimeAmount) {
        time.access { $0 = $0 + amount }
    }

    /// Moves the clock on and ticks.
    func advance(by amount: TimeAmount) async throws {
        try await onLoop { [client, loop, time] in
            let now = time.access { now in
                now = now + amount
                return now
            }
            client.pool(for: loop).tick(now: now)
        }
    }

    func pooled(_ port: Int, isSecure: Bool = false, host: String = "127.0.0.1") async throws -> Int {
        try await onLoop { [client, loop] in
            client.pool(for: loop).pooledCount(for: UpstreamEndpoint(isSecure: isSecure, host: host, port: port))
        }
    }

    func stop() async throws {
        await client.shutdown()
        try await group.shutdownGracefully()
    }
}

struct Answer: Sendable {
    let notes: Recorder.Notes
    let wasRetried: Bool
    let wasReused: Bool

    var status: Int? { notes.status }
    var text: String { notes.text }
    var failure: UpstreamError? { notes.failure }
}

struct NoAnswer: Error {}

/// Runs a test against a scripted server and cleans up behind it.
func withUpstream(
    _ configuration: UpstreamConfiguration = UpstreamConfiguration(),
    atHead: Bool = false,
    script: Script,
    test: (Harness, ScriptedServer) async throws -> Void
) async throws {
    let server = try await ScriptedServer(atHead: atHead, script: script)
    let harness = try Harness(configuration)
    do {
        try await test(harness, server)
    } catch {
        try await harness.stop()
        try await server.stop()
        throw error
    }
    try await harness.stop()
    try await server.stop()
}

extension ScriptedServer {
    /// A POST to this server.
    func post(_ body: String = "{}", path: String = "/x") -> UpstreamRequest {
        UpstreamRequest(
            endpoint: UpstreamEndpoint(isSecure: false, host: "127.0.0.1", port: port),
            path: path,
            headers: [(name: "Host", value: "127.0.0.1:\(port)")],
            body: ByteBuffer(string: body)
        )
    }
}
