import Catalog

/// The options of a Claude entry, which hold for its own dialect and for Converse.
struct ClaudeOptions: Sendable {
    /// The beta names that InvokeModel accepts.
    let betas: Set<String>
    /// The beta names that Converse accepts.
    let converseBetas: Set<String>

    /// Reads an entry's options.
    ///
    /// - Parameter model: The entry.
    /// - Throws: `AdapterError.badOption` for an option that is not known, or is no list of names.
    init(_ model: Model) throws(AdapterError) {
        let options = try AdapterOptions(of: model, for: .anthropic, known: ["betas", "converse_betas"])
        betas = Set(try options.names("betas"))
        converseBetas = Set(try options.names("converse_betas"))
    }
}
