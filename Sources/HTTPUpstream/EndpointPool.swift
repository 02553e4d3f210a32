import NIOCore

/// The connections of one loop to one endpoint.
final class EndpointPool {
    let endpoint: UpstreamEndpoint
    private let pool: UpstreamPool
    /// Every connection: opening, busy and idle.
    private var connections: [UpstreamConnection] = []
    /// The unused ones; the most recently used is last and goes out first, so that the others can grow old.
    private var idle: [UpstreamConnection] = []

    init(endpoint: UpstreamEndpoint, pool: UpstreamPool) {
        self.endpoint = endpoint
        self.pool = pool
    }

    /// The pool's coarse clock.
    var now: NIODeadline { pool.now }

    var isEmpty: Bool { connections.isEmpty }

    var idleCount: Int { idle.count }

    /// Serves a call on an idle connection, or opens one for it.
    func serve(_ call: UpstreamCall) {
        while let connection = idle.popLast() {
            if connection.isUsable { return connection.serve(call) }
        }
        open(for: call)
    }

    /// Serves a call a second time, on a new connection: the other idle ones may be as stale as the first.
    func retry(_ call: UpstreamCall) {
        call.wasRetried = true
        open(for: call)
    }

    private func open(for call: UpstreamCall) {
        guard connections.count < pool.configuration.maximumConnectionsPerHost else {
            return pool.failSoon(call, .overloaded(endpoint: endpoint))
        }
        // First: after a rest the coarse clock stands still, and a stamp of it would be an early time-out.
        pool.startTicking()
        let connection = UpstreamConnection(pool: self, call: call, now: pool.now)
        connection.index = connections.count
        connections.append(connection)
        pool.opener.open(connection, to: endpoint, on: pool.eventLoop)
    }

    /// Takes a connection back; says whether there is room for it.
    func keep(_ connection: UpstreamConnection) -> Bool {
        guard !pool.isShutDown, idle.count < pool.configuration.maximumPooledPerHost else { return false }
        idle.append(connection)
        return true
    }

    /// Forgets a connection that is about to close.
    func remove(_ connection: UpstreamConnection, wasIdle: Bool) {
        if wasIdle, let place = idle.lastIndex(where: { $0 === connection }) { idle.remove(at: place) }
        let last = connections.count - 1
        guard connection.index <= last, connections[connection.index] === connection else { return }
        connections.swapAt(connection.index, last)
        connections[connection.index].index = connection.index
        connections.removeLast()
    }

    func tick(now: NIODeadline) {
        // The list changes while connections end, so a copy is walked.
        for connection in connections { connection.tick(now: now, limits: pool.configuration) }
    }

    func shutDown() {
        for connection in connections { connection.end(with: .shutDown) }
    }
}
