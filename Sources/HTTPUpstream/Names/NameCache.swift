import NIOCore
import NIOPosix
import Synchronization

/// The addresses of host names, looked up once for all loops and remembered briefly.
///
/// NIO's own resolver keeps one serial queue a loop, where a dead name delays every connect behind it. Here lookups
/// run on a few threads, one at a time for each name, and a failure is remembered too. The lock is held to read and
/// write the table, never during a lookup, and only when a connection opens.
final class NameCache: Sendable {
    /// Looks a name up, blocking: the addresses carry no port.
    typealias Lookup = @Sendable (_ host: String) throws(NameError) -> [SocketAddress]

    static let answerLifetime = TimeAmount.seconds(30)
    static let failureLifetime = TimeAmount.seconds(5)
    /// Bounds the table and the queue for the threads.
    private static let maximumNames = 1_024
    private static let threadCount = 4

    fileprivate struct Table {
        var entries: [String: Entry] = [:]
        var threads: NIOThreadPool?
        var isShutDown = false
        /// Turns the addresses of an answer round, so that connections spread over them.
        var turn = 0
    }

    fileprivate enum Entry {
        case pending([EventLoopPromise<[SocketAddress]>])
        case known(Result<[SocketAddress], NameError>, until: NIODeadline)
    }

    private let table = Mutex(Table())
    private let lookup: Lookup
    private let clock: @Sendable () -> NIODeadline

    init(lookup: @escaping Lookup, clock: @escaping @Sendable () -> NIODeadline) {
        self.lookup = lookup
        self.clock = clock
    }

    deinit {
        shutDown()
    }

    /// Finds the addresses of a host.
    ///
    /// - Parameters:
    ///   - host: A name; literal addresses are the caller's to recognise.
    ///   - eventLoop: Where the future completes.
    /// - Returns: The addresses without port, or a ``NameError``.
    func addresses(of host: String, on eventLoop: any EventLoop) -> EventLoopFuture<[SocketAddress]> {
        let promise = eventLoop.makePromise(of: [SocketAddress].self)
        let now = clock()
        let step = table.withLock { table -> Step in
            switch table.entries[host] {
            case .known(let result, let until) where until > now:
                table.turn &+= 1
                return .answer(result.map { $0.rotated(by: table.turn) })
            case .pending(let waiting):
                table.entries[host] = .pending(waiting + [promise])
                return .wait
            default:
                guard !table.isShutDown, table.makeRoom(limit: Self.maximumNames, now: now) else {
                    return .answer(.failure(.busy))
                }
                table.entries[host] = .pending([promise])
                return .look(table.startedThreads(count: Self.threadCount))
            }
        }
        switch step {
        case .answer(let result):
            promise.complete(result)
        case .wait:
            break
        case .look(let threads):
            threads.submit { [weak self] state in
                guard let self else { return }
                self.settle(host, state == .active ? self.resolve(host) : .failure(.busy))
            }
        }
        return promise.futureResult
    }

    /// Forgets a host whose addresses did not accept a connection, so that the next attempt asks again.
    func forget(_ host: String) {
        table.withLock { table in
            if case .known(.success, _)? = table.entries[host] { table.entries[host] = nil }
        }
    }

    /// Lets the threads end; lookups fail from now on.
    func shutDown() {
        let threads = table.withLock { table in
            table.isShutDown = true
            defer { table.threads = nil }
            return table.threads
        }
        threads?.shutdownGracefully { _ in }
    }

    private func resolve(_ host: String) -> Result<[SocketAddress], NameError> {
        do throws(NameError) {
            return .success(try lookup(host))
        } catch {
            return .failure(error)
        }
    }

    private func settle(_ host: String, _ result: Result<[SocketAddress], NameError>) {
        let lifetime =
            switch result {
            case .success: Self.answerLifetime
            case .failure: Self.failureLifetime
            }
        let waiting = table.withLock { table -> [EventLoopPromise<[SocketAddress]>] in
            guard case .pending(let waiting)? = table.entries[host] else { return [] }
            table.entries[host] = .known(result, until: clock() + lifetime)
            return waiting
        }
        for promise in waiting { promise.complete(result) }
    }

    fileprivate enum Step {
        case answer(Result<[SocketAddress], NameError>)
        case wait
        case look(NIOThreadPool)
    }
}

extension NameCache.Table {
    /// Drops what has expired when the table is full; says whether there is room.
    fileprivate mutating func makeRoom(limit: Int, now: NIODeadline) -> Bool {
        guard entries.count >= limit else { return true }
        entries = entries.filter { entry in
            if case .known(_, let until) = entry.value { until > now } else { true }
        }
        return entries.count < limit
    }

    fileprivate mutating func startedThreads(count: Int) -> NIOThreadPool {
        if let threads { return threads }
        let started = NIOThreadPool(numberOfThreads: count)
        started.start()
        threads = started
        return started
    }
}

extension EventLoopPromise<[SocketAddress]> {
    fileprivate func complete(_ result: Result<[SocketAddress], NameError>) {
        switch result {
        case .success(let addresses): succeed(addresses)
        case .failure(let error): fail(error)
        }
    }
}

extension [SocketAddress] {
    fileprivate func rotated(by turn: Int) -> [SocketAddress] {
        guard count > 1 else { return self }
        let start = turn % count
        return Array(self[start...] + self[..<start])
    }
}
