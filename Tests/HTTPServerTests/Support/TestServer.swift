import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TestSupport

@testable import HTTPServer

/// A server on a free port of the loopback, whose handler is a closure and whose time stands still unless told.
final class TestServer: Sendable {
    let server: HTTPServer
    let time: TestTime
    private let group: MultiThreadedEventLoopGroup

    var port: Int { server.localPorts[0] }

    private init(server: HTTPServer, time: TestTime, group: MultiThreadedEventLoopGroup) {
        self.server = server
        self.time = time
        self.group = group
    }

    /// Runs a test against a server, and shuts it down.
    static func run(
        _ configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
        listeners: [Listener] = [Listener(host: "127.0.0.1", port: 0)],
        handler: @escaping @Sendable (Exchange) -> Void,
        test: (TestServer) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let time = TestTime()
        let server = try await HTTPServer.start(
            listeners: listeners,
            configuration: configuration,
            group: group,
            handler: ClosureHandler(answer: handler),
            clock: ServerClock(now: { time.now }, ticks: false)
        )
        let running = TestServer(server: server, time: time, group: group)
        do {
            try await test(running)
        } catch {
            await running.stop()
            throw error
        }
        await running.stop()
    }

    func client(receiveBuffer: Int32? = nil) throws -> SocketClient {
        try SocketClient(port: port, receiveBuffer: receiveBuffer)
    }

    /// Moves the time and lets every connection look at it.
    func advance(by amount: TimeAmount) async throws {
        time.advance(by: amount)
        try await server.tick()
    }

    /// Waits until something that the server does by itself has happened; gives up after some seconds.
    func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<2_000 {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    private func stop() async {
        await server.drain(within: .zero)
        try? await group.shutdownGracefully()
    }
}

/// A clock that is moved by hand.
final class TestTime: Sendable {
    private let moment = Mutex(NIODeadline.uptimeNanoseconds(1_000_000_000_000))

    var now: NIODeadline { moment.withLock { $0 } }

    func advance(by amount: TimeAmount) {
        moment.withLock { $0 = $0 + amount }
    }
}

private struct ClosureHandler: RequestHandler {
    let answer: @Sendable (Exchange) -> Void

    func handle(_ exchange: Exchange) {
        answer(exchange)
    }
}

/// Exchanges that wait for the test to answer them.
final class HeldExchanges: Sendable {
    private let held = Mutex<[NIOLoopBound<Exchange>]>([])

    var count: Int { held.withLock { $0.count } }

    func hold(_ exchange: Exchange) {
        let bound = NIOLoopBound(exchange, eventLoop: exchange.eventLoop)
        held.withLock { $0.append(bound) }
    }

    /// Does something with the exchange that came first, second, …, on its loop, once it has come.
    func with<Value: Sendable>(
        _ index: Int = 0,
        _ body: @escaping @Sendable (Exchange) -> Value
    ) async throws -> Value {
        for _ in 0..<2_000 where count <= index { try await Task.sleep(for: .milliseconds(5)) }
        let bound = try held.withLock { held in
            guard held.count > index else { throw Missing() }
            return held[index]
        }
        return try await bound.eventLoop.submit { body(bound.value) }.get()
    }

    struct Missing: Error {}
}

/// Notes what happened, in order.
final class Journal: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func note(_ line: String) {
        lines.withLock { $0.append(line) }
    }
}

extension Exchange {
    /// Answers with a text.
    func respond(text: String, status: HTTPResponseStatus = .ok) {
        respond(status, headers: [("Content-Type", "text/plain")], body: ByteBuffer(string: text))
    }

    /// Collects the body and answers with it, or with the failure's name.
    func echo(upTo limit: Int = 1 << 20) {
        collectBody(upTo: limit) { result in
            switch result {
            case .success(let bytes): self.respond(.ok, headers: [], body: bytes)
            case .failure(let failure):
                self.respond(text: "\(failure)", status: .custom(code: 460, reasonPhrase: "Failed"))
            }
        }
    }
}
