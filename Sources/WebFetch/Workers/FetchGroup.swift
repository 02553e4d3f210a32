/// Resources that are needed together, and may together have no more than all fetches may.
///
/// What does not fit is then no fault of other fetches: trying again would not help.
public final class FetchGroup: Sendable {
    /// The most bytes that the resources of the group may have together.
    let limit: Int
    let budget: ByteBudget
    /// Whose fetches these are; nil for the program's own, which count for nobody.
    let owner: FetchOwner?

    init(limit: Int, owner: FetchOwner?) {
        self.limit = limit
        self.owner = owner
        budget = ByteBudget(limit: limit)
    }
}

/// Whoever wants resources: fetches of one owner have their share of the threads, and leave the others theirs.
public struct FetchOwner: Hashable, Sendable {
    private let name: String

    /// Names an owner, by an address for example.
    public init(_ name: String) {
        self.name = name
    }
}
