import Synchronization

/// The bytes that all fetches together may hold.
final class ByteBudget: Sendable {
    private let available: Mutex<Int>

    init(limit: Int) {
        available = Mutex(limit)
    }

    fileprivate func take(_ count: Int) -> Bool {
        available.withLock { available in
            guard count <= available else { return false }
            available -= count
            return true
        }
    }

    fileprivate func give(_ count: Int) {
        available.withLock { $0 += count }
    }
}

/// The part of a budget that one resource holds, given back when the last reference is gone.
final class ByteLease: Sendable {
    private let budget: ByteBudget
    private let held = Mutex(0)

    init(of budget: ByteBudget) {
        self.budget = budget
    }

    /// Makes the lease cover a number of bytes, and answers whether the budget had them.
    func cover(_ count: Int) -> Bool {
        held.withLock { held in
            guard count > held else { return true }
            guard budget.take(count - held) else { return false }
            held = count
            return true
        }
    }

    deinit {
        budget.give(held.withLock { $0 })
    }
}
