import NIOCore

/// What the connections of one event loop share, and the tick that drives their timeouts.
///
/// One repeated task a loop, and only while it has connections, costs less than a timer a request. It belongs to its loop.
final class ConnectionLoop {
    let eventLoop: any EventLoop
    let configuration: HTTPServerConfiguration
    let handler: any RequestHandler
    let bodyMemory: BodyMemory

    /// The moment of the last tick, so at most a second ago.
    private(set) var now: NIODeadline

    /// Whether the server is being shut down.
    private(set) var isDraining = false

    /// The `Date` field of answers.
    var date = DateCache()

    private let clock: ServerClock
    private var connections: [HTTP1Connection] = []
    private var isTicking = false
    private var emptied: [EventLoopPromise<Void>] = []

    init(
        eventLoop: any EventLoop,
        configuration: HTTPServerConfiguration,
        handler: any RequestHandler,
        bodyMemory: BodyMemory,
        clock: ServerClock
    ) {
        self.eventLoop = eventLoop
        self.configuration = configuration
        self.handler = handler
        self.bodyMemory = bodyMemory
        self.clock = clock
        now = clock.now()
    }

    /// What the open connections are doing.
    var phases: [HTTP1Connection.Phase] { connections.map(\.phase) }

    /// The deadline of something that may take an amount of time from now; never early, as `now` may be a second old.
    func deadline(after amount: TimeAmount) -> NIODeadline {
        now + amount + .seconds(1)
    }

    /// Takes in a connection, which keeps its place in `loopIndex`.
    func add(_ connection: HTTP1Connection) {
        if connections.isEmpty { now = clock.now() }
        connection.loopIndex = connections.count
        connections.append(connection)
        startTicking()
    }

    /// Lets a connection go.
    func remove(_ connection: HTTP1Connection) {
        let index = connection.loopIndex
        guard index < connections.count, connections[index] === connection else { return }
        connections.swapAt(index, connections.count - 1)
        connections[index].loopIndex = index
        connections.removeLast()
        if connections.isEmpty {
            for promise in emptied { promise.succeed() }
            emptied.removeAll()
        }
    }

    /// Lets every connection look at the time.
    func tick() {
        now = clock.now()
        for connection in connections { connection.tick() }
    }

    /// Closes idle connections and lets the others finish what they do.
    ///
    /// - Returns: When the last connection has closed.
    func drain() -> EventLoopFuture<Void> {
        isDraining = true
        let promise = eventLoop.makePromise(of: Void.self)
        for connection in connections { connection.drain() }
        if connections.isEmpty {
            promise.succeed()
        } else {
            emptied.append(promise)
        }
        return promise.futureResult
    }

    /// Ends every exchange, and cuts what its handler does not end.
    func endExchanges() {
        for connection in connections { connection.timeIsUp() }
    }

    /// Cuts every connection.
    func cut() {
        for connection in connections { connection.cut() }
    }

    private func startTicking() {
        guard clock.ticks, !isTicking else { return }
        isTicking = true
        scheduleTick()
    }

    private func scheduleTick() {
        eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in
            guard let self else { return }
            tick()
            if connections.isEmpty {
                isTicking = false
            } else {
                scheduleTick()
            }
        }
    }
}

/// Where a server has the time from.
struct ServerClock: Sendable {
    /// The time now.
    var now: @Sendable () -> NIODeadline = { .now() }

    /// Whether each loop looks at the time by itself, once a second.
    var ticks = true
}
