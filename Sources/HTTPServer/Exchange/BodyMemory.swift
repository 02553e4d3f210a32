import Synchronization

/// The memory that the request bodies of all connections share.
final class BodyMemory: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// How many bytes are reserved now.
    var reservedBytes: Int {
        used.load(ordering: .relaxed)
    }

    /// Takes a number of bytes, or none if they would exceed the limit.
    func reserve(_ count: Int) -> Bool {
        if count > limit { return false }
        if used.add(count, ordering: .relaxed).newValue <= limit { return true }
        used.subtract(count, ordering: .relaxed)
        return false
    }

    /// Gives bytes back.
    func release(_ count: Int) {
        used.subtract(count, ordering: .relaxed)
    }
}
