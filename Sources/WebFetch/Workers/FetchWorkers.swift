import NIOCore
import Synchronization

/// A fetch that has been accepted.
struct QueuedFetch: Sendable {
    let url: WebURL
    let group: FetchGroup?
    let deadline: NIODeadline
    let handle: FetchHandle
}

/// The threads that fetch, and the queue before them.
///
/// A thread is made when a fetch finds fewer than the most there may be, takes fetch after fetch while there are any,
/// and ends: between fetches there are none. Every fetch is run in the order it came, so one that waits is looked at
/// by its deadline at the latest: those before it have earlier ones.
final class FetchWorkers: Sendable {
    private struct State {
        var threads = 0
        var queue = CircularBuffer<QueuedFetch>()
        /// Handles at rest, the one used last at the end; at most as many as there may be threads.
        var handles: [EasyHandle] = []
    }

    private let configuration: WebFetchConfiguration
    private let budget: ByteBudget
    private let state = Mutex(State())

    init(configuration: WebFetchConfiguration) {
        self.configuration = configuration
        budget = ByteBudget(limit: configuration.maximumBytesInFlight)
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
            if state.threads < max(1, configuration.maximumConcurrentFetches) {
                state.threads += 1
                return true
            }
            if state.queue.count >= configuration.maximumQueued {
                state.queue.removeAll { $0.handle.isFinished }
            }
            guard state.queue.count < configuration.maximumQueued else { return nil }
            state.queue.append(fetch)
            return false
        }
        guard let needsThread else { throw .busy }
        if needsThread, !startDetachedThread({ self.work(from: fetch) }) {
            threadDidNotStart()
            throw .busy
        }
    }

    /// The life of a thread.
    ///
    /// The place of a fetch is free before its result is handed over, so who has a result can start another.
    private func work(from first: QueuedFetch) {
        var next: QueuedFetch? = first
        while let fetch = next {
            let result = result(of: fetch)
            next = state.withLock { state in
                if let fetch = state.queue.popFirst() { return fetch }
                state.threads -= 1
                return nil
            }
            fetch.handle.finish(with: result)
        }
    }

    private func result(of fetch: QueuedFetch) -> Result<FetchedResource, WebFetchError> {
        do throws(WebFetchError) {
            let easy = try takeHandle()
            defer { state.withLock { $0.handles.append(easy) } }
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

    /// Takes back the place of a thread, and fails what would wait for ever if it was to be the only one.
    private func threadDidNotStart() {
        let stranded = state.withLock { state in
            state.threads -= 1
            guard state.threads == 0 else { return CircularBuffer<QueuedFetch>() }
            defer { state.queue.removeAll() }
            return state.queue
        }
        for fetch in stranded {
            fetch.handle.finish(with: .failure(.busy))
        }
    }
}
