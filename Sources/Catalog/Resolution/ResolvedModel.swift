/// What a requested name or id came to.
///
/// A class, because every request passes it from hand to hand. Those that an entry's name can come to are made with the
/// catalog.
public final class ResolvedModel: Sendable {
    /// The catalog entry, or safe defaults for an id that the catalog does not know.
    public let model: Model
    /// What goes into the path, not yet percent-encoded.
    public let modelID: String
    /// The entry's place among those of the catalog that resolved it; nil for an id that the catalog does not know.
    public let entry: Int?
    /// The geography whose profile is called; nil for a bare id or an ARN.
    public let geography: GeoPrefix?

    /// Whether the catalog does not know the model, which a response header says.
    public var isUncatalogued: Bool { model.isUncatalogued }

    /// Creates a resolution.
    public init(model: Model, modelID: String, entry: Int?, geography: GeoPrefix? = nil) {
        self.model = model
        self.modelID = modelID
        self.entry = entry
        self.geography = geography
    }
}
