/// Resources that are needed together, and may together have no more than all fetches may.
///
/// What does not fit is then no fault of other fetches: trying again would not help.
public final class FetchGroup: Sendable {
    /// The most bytes that the resources of the group may have together.
    let limit: Int
    let budget: ByteBudget

    init(limit: Int) {
        self.limit = limit
        budget = ByteBudget(limit: limit)
    }
}
