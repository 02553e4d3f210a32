/// A catalog that cannot be used, with everything that is wrong with it.
public struct CatalogError: Error, Hashable, Sendable {
    /// The errors in the order of the file; never empty.
    public var diagnostics: [CatalogDiagnostic]

    /// Creates an error.
    public init(_ diagnostics: [CatalogDiagnostic]) { self.diagnostics = diagnostics }
}

extension CatalogError: CustomStringConvertible {
    /// One line a problem.
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
