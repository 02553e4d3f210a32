import Glibc
public import NIOCore
import NIOPosix

/// A running HTTP server.
///
/// Each connection lives on one loop of the group, with its exchanges.
public final class HTTPServer: Sendable {
    /// The ports listened on, in the order of the listeners.
    public let localPorts: [Int]

    private let channels: [any Channel]
    private let loops: [NIOLoopBound<ConnectionLoop>]
    private let bodyMemory: BodyMemory

    private init(channels: [any Channel], loops: [NIOLoopBound<ConnectionLoop>], bodyMemory: BodyMemory) {
        self.channels = channels
        self.loops = loops
        self.bodyMemory = bodyMemory
        localPorts = channels.map { $0.localAddress?.port ?? 0 }
    }

    /// Starts listening on all addresses, or on none.
    ///
    /// - Parameters:
    ///   - listeners: The addresses.
    ///   - configuration: Limits and timeouts.
    ///   - group: The loops that connections are spread over; it must outlive the server.
    ///   - handler: What answers the requests.
    /// - Returns: The running server.
    /// - Throws: `HTTPServerError` when an address cannot be listened on.
    public static func start(
        listeners: [Listener],
        configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
        group: any EventLoopGroup,
        handler: any RequestHandler
    ) async throws -> HTTPServer {
        try await start(
            listeners: listeners,
            configuration: configuration,
            group: group,
            handler: handler,
            clock: ServerClock()
        )
    }

    /// Starts a server whose time comes from a clock.
    static func start(
        listeners: [Listener],
        configuration: HTTPServerConfiguration,
        group: any EventLoopGroup,
        handler: any RequestHandler,
        clock: ServerClock
    ) async throws -> HTTPServer {
        let bodyMemory = BodyMemory(limit: configuration.maximumBodyBytesInMemory)
        var loops: [NIOLoopBound<ConnectionLoop>] = []
        for eventLoop in group.makeIterator() {
            let loop = try await eventLoop.submit {
                let loop = ConnectionLoop(
                    eventLoop: eventLoop,
                    configuration: configuration,
                    handler: handler,
                    bodyMemory: bodyMemory,
                    clock: clock
                )
                return NIOLoopBound(loop, eventLoop: eventLoop)
            }.get()
            loops.append(loop)
        }
        var channels: [any Channel] = []
        do {
            for listener in listeners {
                let port = PortListener(listener: listener, configuration: configuration, loops: loops)
                channels.append(try await port.bind(group: group))
            }
        } catch {
            for channel in channels { try? await channel.close() }
            throw error
        }
        return HTTPServer(channels: channels, loops: loops, bodyMemory: bodyMemory)
    }

    /// Stops accepting, lets open exchanges finish and closes every connection.
    ///
    /// Idle connections are closed at once; answers still to begin say `Connection: close`.
    ///
    /// - Parameters:
    ///   - limit: How long exchanges may take before they must end: ``Exchange/onTimeUp`` is called, and what its handler does
    ///     not finish then is cut off.
    ///   - grace: How long clients may take after that to read what was finished.
    public func drain(within limit: TimeAmount, thenFlushing grace: TimeAmount = .seconds(2)) async {
        for channel in channels { try? await channel.close() }
        let emptied = loops.map { loop in loop.eventLoop.flatSubmit { loop.value.drain() } }
        let ends = loops.map { loop in loop.eventLoop.scheduleTask(in: limit) { loop.value.endExchanges() } }
        let cuts = loops.map { loop in loop.eventLoop.scheduleTask(in: limit + grace) { loop.value.cut() } }
        for future in emptied { try? await future.get() }
        for task in ends + cuts { task.cancel() }
    }

    /// How many bytes of request bodies are held now.
    var reservedBodyBytes: Int { bodyMemory.reservedBytes }

    /// Lets every connection look at the time.
    func tick() async throws {
        for loop in loops { try await loop.eventLoop.submit { loop.value.tick() }.get() }
    }

    /// What the open connections are doing.
    func phases() async throws -> [HTTP1Connection.Phase] {
        var phases: [HTTP1Connection.Phase] = []
        for loop in loops { phases += try await loop.eventLoop.submit { loop.value.phases }.get() }
        return phases
    }
}
