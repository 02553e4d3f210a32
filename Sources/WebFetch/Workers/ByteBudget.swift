import Synchronization

/// The bytes that several fetches together may hold, and of them those of one owner.
final class ByteBudget: Sendable {
    private struct Held {
        var all = 0
        var byOwner: [FetchOwner: Int] = [:]
    }

    private let limit: Int
    private let limitPerOwner: Int
    private let held = Mutex(Held())

    /// Creates a budget of which nothing is taken; without a limit of his own an owner may have all of it.
    init(limit: Int, perOwner: Int? = nil) {
        self.limit = limit
        limitPerOwner = perOwner ?? limit
    }

    func take(_ count: Int, for owner: FetchOwner? = nil) -> Bool {
        held.withLock { held in
            guard held.all + count <= limit else { return false }
            if let owner {
                guard held.byOwner[owner, default: 0] + count <= limitPerOwner else { return false }
                held.byOwner[owner, default: 0] += count
            }
            held.all += count
            return true
        }
    }

    func give(_ count: Int, of owner: FetchOwner? = nil) {
        held.withLock { held in
            held.all -= count
            guard let owner else { return }
            let left = held.byOwner[owner, default: 0] - count
            held.byOwner[owner] = left > 0 ? left : nil
        }
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
            guard budget.take(more, for: group?.owner) else {
                group?.budget.give(more)
                return .busy
            }
            held = count
            return .covered
        }
    }

    deinit {
        let held = held.withLock { $0 }
        budget.give(held, of: group?.owner)
        group?.budget.give(held)
    }
}
