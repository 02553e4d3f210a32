/// What a requested name or id came to.
public struct ResolvedModel: Sendable {
    /// The catalog entry, or safe defaults for an id that the catalog does not know.
    public var model: Model
    /// What goes into the path, not yet percent-encoded.
    public var modelID: String
    /// What the client asked for, as it was written; answers repeat it.
    public var requested: String
    /// The entry's place among those of the catalog that resolved it; nil for an id that the catalog does not know.
    public var entry: Int?
    /// The geography whose profile is called; nil for a bare id or an ARN.
    public var geography: GeoPrefix?

    /// Whether the catalog does not know the model, which a response header says.
    public var isUncatalogued: Bool { entry == nil }

    /// Creates a resolution.
    public init(
        model: Model,
        modelID: String,
        requested: String,
        entry: Int?,
        geography: GeoPrefix? = nil
    ) {
        self.model = model
        self.modelID = modelID
        self.requested = requested
        self.entry = entry
        self.geography = geography
    }
}
