/// Why a requested model cannot be called; descriptions are sentences for the client.
public enum ResolutionError: Error, Hashable, Sendable {
    /// Nothing is called so: 404 `model_not_found`.
    case unknownModel(requested: String, suggestion: String?)
    /// The name stood for a model that is gone: 404 `model_not_found`.
    case retired(name: String, successor: String)
    /// The model exists, but nothing of it may serve the caller's region unasked: 400. What is available serves it if asked
    /// for by id.
    /// The others are the ids for keys of other regions.
    case noProfileInRegion(model: String, region: String, available: [String], others: [String])
    /// An ARN names another region than the one the caller calls: 400.
    case arnRegionMismatch(arnRegion: String, callerRegion: String)
    /// An ARN or id that is not one: 400.
    case malformedIdentifier(requested: String, reason: String)
}

extension ResolutionError: CustomStringConvertible {
    /// A sentence for the client.
    public var description: String {
        switch self {
        case .unknownModel(let requested, let suggestion):
            "The model '\(requested)' does not exist." + (suggestion.map { " Did you mean '\($0)'?" } ?? "")
        case .retired(let name, let successor):
            "The model '\(name)' is no longer offered. Use '\(successor)' instead."
        case .noProfileInRegion(let model, let region, let available, let others):
            (available.isEmpty
                ? "The model '\(model)' cannot be called from region '\(region)': it is not on demand there, "
                    + "and none of its inference profiles serves that region. Use a key of another region."
                : "The model '\(model)' has no inference profile that serves region '\(region)'. "
                    + "To let data leave that geography, ask for \(available.map { "'\($0)'" }.joined(separator: " or ")).")
                + (others.isEmpty ? "" : " For keys of other regions there are \(others.joined(separator: ", ")).")
        case .arnRegionMismatch(let arnRegion, let callerRegion):
            "The ARN belongs to region '\(arnRegion)', but the call goes to region '\(callerRegion)'."
        case .malformedIdentifier(_, let reason):
            "The model identifier is malformed: \(reason)."
        }
    }
}
