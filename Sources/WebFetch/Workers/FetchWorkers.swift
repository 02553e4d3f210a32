import NIOCore
import Synchronization

/// A fetch that has been accepted.
struct QueuedFetch: Sendable {
    let url: WebURL
    let group: FetchGroup?
    let deadline: NIODeadline
    let handle: FetchHandle

    var owner: FetchOwner? { group?.owner }
}

/// The threads that fetch, and the queue before them.
///
/// A thread is made when a fetch finds fewer than the most there may be, takes fetch after fetch while there are any,
/// and ends: between fetches there are none. Fetches are run in the order they came, but past those of an owner who has
/// his share already; so one that waits is looked at by its deadline at the latest: those it waits for have earlier ones.
final class FetchWorkers: Sendable {
    private struct State {
        var threads = 0
        var queue = CircularBuffer<QueuedFetch>()
        /// How many fetches of each owner run.
        var running: [FetchOwner: Int] = [:]
        /// Handles at rest, the one used last at the end.
        var handles: [EasyHandle] = []
    }

    /// The most handles at rest: each remembers the certificate authorities, which are some megabytes.
    private static let maximumHandlesAtRest = 4

    private let configuration: WebFetchConfiguration
    private let budget: ByteBudget
    private let state = Mutex(State())

    init(configuration: WebFetchConfiguration) {
        self.configuration = configuration
        budget = ByteBudget(
            limit: configuration.maximumBytesInFlight,
            perOwner: configuration.maximumBytesInFlightPerOwner
        )
    }

    /// The most bytes that fetched resources may have together.
    var maximumBytesInFlight: Int { configuration.maximumBytesInFlight }

    /// Accepts a fetch, whose time begins now.
    ///
    /// - Throws: `WebFetchError.busy` when it would have to wait behind too many others.
    func submit(_ url: WebURL, in group: FetchGroup?, for handle: FetchHandle) throws(WebFetchError) {
        let deadline = NIODeadline.now() + TimeAmount(configuration.timeout)
        let fetch = QueuedFetch(url: url, group: group, deadline: deadline, handle: handle)
        let needsThread: Bool? = state.withLock { state in
            if state.threads < max(1, configuration.maximumConcurrentFetches), mayRun(fetch, state) {
                state.threads += 1
                Self.count(fetch, 1, &state)
                return true
            }
            if !mayWait(fetch, state) { state.queue.removeAll { $0.handle.isFinished } }
            guard mayWait(fetch, state) else { return nil }
            state.queue.append(fetch)
            return false
        }
        guard let needsThread else { throw .busy }
        if needsThread, !startDetachedThread({ self.work(from: fetch) }) {
            threadDidNotStart(for: fetch)
            throw .busy
        }
    }

    /// Whether the owner of a fetch has not his share of the threads yet.
    private func mayRun(_ fetch: QueuedFetch, _ state: State) -> Bool {
        guard let owner = fetch.owner else { return true }
        return state.running[owner, default: 0] < max(1, configuration.maximumConcurrentFetchesPerOwner)
    }

    /// Whether there is a place to wait for a fetch.
    private func mayWait(_ fetch: QueuedFetch, _ state: State) -> Bool {
        guard state.queue.count < configuration.maximumQueued else { return false }
        guard let owner = fetch.owner else { return true }
        return state.queue.count { $0.owner == owner } < configuration.maximumQueuedPerOwner
    }

    /// Counts a fetch that begins or ends for its owner.
    private static func count(_ fetch: QueuedFetch, _ change: Int, _ state: inout State) {
        guard let owner = fetch.owner else { return }
        let count = state.running[owner, default: 0] + change
        state.running[owner] = count > 0 ? count : nil
    }

    /// The life of a thread.
    ///
    /// The place of a fetch is free before its result is handed over, so who has a result can start another.
    private func work(from first: QueuedFetch) {
        var next: QueuedFetch? = first
        while let fetch = next {
            let result = result(of: fetch)
            next = state.withLock { state in
                Self.count(fetch, -1, &state)
                guard let place = state.queue.firstIndex(where: { mayRun($0, state) }) else {
                    state.threads -= 1
                    return nil
                }
                let next = state.queue.remove(at: place)
                Self.count(next, 1, &state)
                return next
            }
            fetch.handle.finish(with: result)
        }
    }

    private func result(of fetch: QueuedFetch) -> Result<FetchedResource, WebFetchError> {
        do throws(WebFetchError) {
            let easy = try takeHandle()
            defer { putBack(easy) }
            let run = FetchRun(fetch: fetch, easy: easy, configuration: configuration, budget: budget)
            return .success(try run.resource())
        } catch {
            return .failure(error)
        }
    }

    private func takeHandle() throws(WebFetchError) -> EasyHandle {
        if let handle = state.withLock({ $0.handles.popLast() }) { return handle }
        return try EasyHandle(configuration: configuration)
    }

    private func putBack(_ handle: EasyHandle) {
        state.withLock { state in
            if state.handles.count < Self.maximumHandlesAtRest { state.handles.append(handle) }
        }
    }

    /// Takes back the place of a thread, and fails what would wait for ever if it was to be the only one.
    private func threadDidNotStart(for fetch: QueuedFetch) {
        let stranded = state.withLock { state in
            state.threads -= 1
            Self.count(fetch, -1, &state)
            guard state.threads == 0 else { return CircularBuffer<QueuedFetch>() }
            defer { state.queue.removeAll() }
            return state.queue
        }
        for fetch in stranded {
            fetch.handle.finish(with: .failure(.busy))
        }
    }
}
