public import Catalog

extension AdapterRegistry {
    /// The names that `adapter:` in models.yaml may have, for `ModelCatalog` to check: the standard ones, and every
    /// registered adapter's own.
    ///
    /// A standard name without an adapter is called through Converse.
    public var dialects: [AdapterID] {
        let others = ids.subtracting(AdapterID.standard)
        return AdapterID.standard + others.sorted { $0.rawValue < $1.rawValue }
    }
}
