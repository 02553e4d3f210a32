/// A wire dialect that entries may name, with what its adapter says to their options.
public struct Dialect: Sendable {
    /// An option that an adapter does not take.
    public struct OptionProblem: Hashable, Sendable {
        /// The option, with dots between the keys that lead to it: `prompt.user`.
        public var option: String
        /// What is wrong with it and what to write instead, without a full stop.
        public var reason: String

        /// Creates a problem.
        public init(option: String, reason: String) {
            self.option = option
            self.reason = reason
        }
    }

    /// The name as `adapter:` spells it.
    public let id: AdapterID
    /// The first option of an entry that its adapter does not take; nil when all is well.
    let optionProblem: @Sendable (Model) -> OptionProblem?

    /// Creates a dialect.
    ///
    /// - Parameters:
    ///   - id: The name as `adapter:` spells it.
    ///   - optionProblem: Finds the first option of an entry that the adapter does not take. Unset, options are not looked
    ///     at.
    public init(_ id: AdapterID, optionProblem: @escaping @Sendable (Model) -> OptionProblem? = { _ in nil }) {
        self.id = id
        self.optionProblem = optionProblem
    }

    /// The dialects this product has names for, with any options.
    public static let standard: [Dialect] = AdapterID.standard.map { Dialect($0) }
}
