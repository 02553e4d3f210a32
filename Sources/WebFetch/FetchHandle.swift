import Synchronization

/// One fetch that was asked for, to be cancelled by who asked.
///
/// Letting go of the handle does not cancel the fetch.
public final class FetchHandle: Sendable {
    typealias Completion = @Sendable (Result<FetchedResource, WebFetchError>) -> Void

    private enum State {
        case idle
        case waiting(Completion)
        case finished
    }

    private let state = Mutex(State.idle)

    init() {}

    /// Whether the result is no longer waited for.
    var isFinished: Bool {
        state.withLock { state in
            if case .finished = state { true } else { false }
        }
    }

    /// Says whom to call with the result, which happens at once if the fetch was cancelled before.
    func onCompletion(_ completion: @escaping Completion) {
        let isCancelled = state.withLock { state in
            if case .finished = state { return true }
            state = .waiting(completion)
            return false
        }
        if isCancelled { completion(.failure(.cancelled)) }
    }

    /// Hands over the result, unless one was handed over before.
    func finish(with result: Result<FetchedResource, WebFetchError>) {
        let completion: Completion? = state.withLock { state in
            defer { state = .finished }
            guard case .waiting(let completion) = state else { return nil }
            return completion
        }
        completion?(result)
    }

    /// Completes the fetch with `cancelled`, on this thread, unless it has completed.
    ///
    /// A fetch that runs closes its connection within about a second and keeps its thread until then.
    public func cancel() {
        finish(with: .failure(.cancelled))
    }
}
