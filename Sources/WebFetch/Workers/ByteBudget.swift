import Synchronization

/// The bytes that all fetches together may hold.
final class ByteBudget: Sendable {
    private let available: Mutex<Int>

    init(limit: Int) {
        available = Mutex(limit)
    }

    func take(_ count: Int) -> Bool {
        available.withLock { available in
            guard count <= available else { return false }
            available -= count
            return true
        }
    }

    func give(_ count: Int) {
        available.withLock { $0 += count }
    }
}

/// The part of a budget that one resource holds, given back when the last reference is gone.
final class ByteLease: Sendable {
    /// What became of the wish to hold more.
    enum Answer {
        case covered
        /// The budget of all has not enough left.
        case busy
        /// The group has not enough left.
        case groupIsFull
    }

    private let budget: ByteBudget
    private let group: FetchGroup?
    private let held = Mutex(0)

    init(of budget: ByteBudget, within group: FetchGroup? = nil) {
        self.budget = budget
        self.group = group
    }

    /// Makes the lease cover a number of bytes, unless the budget or the group lacks them.
    func cover(_ count: Int) -> Answer {
        held.withLock { held in
            let more = count - held
            guard more > 0 else { return .covered }
            guard group?.budget.take(more) ?? true else { return .groupIsFull }
            guard budget.take(more) else {
                group?.budget.give(more)
                return .busy
            }
            held = count
            return .covered
        }
    }

    deinit {
        let held = held.withLock { $0 }
        budget.give(held)
        group?.budget.give(held)
    }
}
