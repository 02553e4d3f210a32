import NIOCore
import Synchronization

/// A fixed window a client address: request number `maximumRequests` is served, the next is not, until the window that began
/// with the first one is over.
///
/// Memory is bounded however many addresses come: beyond the capacity, addresses whose windows are over are forgotten, and
/// then those that were counted longest ago. The lock is held for one look-up.
final class RateLimiter: Sendable {
    /// What became of a request.
    enum Verdict: Equatable {
        case allowed
        /// The window ends in this time.
        case refused(TimeAmount)
    }

    private struct Window {
        var end: NIODeadline
        var count: Int
    }

    private struct State {
        var windows: [ClientAddress: Window] = [:]
        /// Addresses in the order in which their windows began, so that the oldest are found first.
        var order: [(address: ClientAddress, end: NIODeadline)] = []
        var oldest = 0
    }

    private let limit: GatewayConfiguration.RateLimit
    private let capacity: Int
    private let state = Mutex(State())

    /// Creates a limiter.
    ///
    /// - Parameters:
    ///   - limit: The window and its number of requests.
    ///   - capacity: How many addresses are remembered.
    init(_ limit: GatewayConfiguration.RateLimit, capacity: Int = 65_536) {
        self.limit = limit
        self.capacity = capacity
    }

    /// Counts a request.
    func count(_ address: ClientAddress, at now: NIODeadline) -> Verdict {
        state.withLock { state in
            if var window = state.windows[address], window.end > now {
                window.count += 1
                state.windows[address] = window
                return window.count <= limit.maximumRequests ? .allowed : .refused(window.end - now)
            }
            let end = now + limit.window
            state.windows[address] = Window(end: end, count: 1)
            state.order.append((address, end))
            forgetOldest(&state, now)
            return limit.maximumRequests >= 1 ? .allowed : .refused(limit.window)
        }
    }

    /// How many addresses are remembered.
    var remembered: Int { state.withLock { $0.windows.count } }

    private func forgetOldest(_ state: inout State, _ now: NIODeadline) {
        while state.oldest < state.order.count {
            let entry = state.order[state.oldest]
            let isCurrent = state.windows[entry.address]?.end == entry.end
            guard !isCurrent || entry.end <= now || state.windows.count > capacity else { break }
            if isCurrent { state.windows[entry.address] = nil }
            state.oldest += 1
        }
        // The queue is moved up once half of it is behind.
        if state.oldest > 1024, state.oldest * 2 > state.order.count {
            state.order.removeFirst(state.oldest)
            state.oldest = 0
        }
    }
}
