import Catalog
import JSON

/// The options of a Claude entry, which hold for its own dialect and for Converse.
struct ClaudeOptions: Sendable {
    /// The beta names that InvokeModel accepts.
    private(set) var betas: Set<String> = []
    /// The beta names that Converse accepts.
    private(set) var converseBetas: Set<String> = []

    /// Reads an entry's options.
    ///
    /// - Parameter model: The entry.
    /// - Throws: `AdapterError.badOption` for an option that is not known, or is no list of names.
    init(_ model: Model) throws(AdapterError) {
        guard let options = model.options else { return }
        for (key, value) in options.members {
            let name = key.string ?? ""
            let names = value.elements.compactMap(\.string)
            guard value.kind == .array, names.count == value.count else {
                throw .badOption(name: name, reason: "must be a list of names", location: model.optionsLocation)
            }
            switch name {
            case "betas": betas = Set(names)
            case "converse_betas": converseBetas = Set(names)
            default:
                throw .badOption(
                    name: name,
                    reason: "is not known; the anthropic adapter has 'betas' and 'converse_betas'",
                    location: model.optionsLocation
                )
            }
        }
    }
}
