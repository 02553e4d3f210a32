/// The models that clients may name, read from `models.yaml` and checked.
///
/// It never changes: a reload makes a new one. Lookups are by dictionaries made with it.
public final class ModelCatalog: Sendable {
    /// The entries in the order of the file.
    public let models: [Model]
    /// The names of models that are gone, as the file spells them, with the entry that takes each one's place.
    public let retired: [(name: String, successor: String)]
    /// The names of the templates, in the order of the file.
    public let templates: [String]
    /// Which source regions each geography serves.
    public let geographies: Geographies

    /// Lower-case names and aliases.
    let names: [String: Int]
    /// Lower-case ids; an id of several entries finds the first, and one that has it from Bedrock before all others.
    let identifiers: [String: Int]
    /// Lower-case names of models that are gone.
    let successors: [String: Int]
    /// For each entry, what its bare id comes to.
    let onDemand: [ResolvedModel]
    /// For each entry, its profiles in the order in which they are tried.
    let routes: [[Route]]
    /// For each entry whose id is an ARN, the region it belongs to.
    let arnRegions: [String?]

    /// One profile of a model, with what choosing it needs.
    struct Route: Sendable {
        /// What is called.
        var resolved: ResolvedModel
        /// The regions that may call it.
        var regions: [RegionPattern]
    }

    init(
        models: [Model],
        retired: [(name: String, successor: String)],
        templates: [String],
        geographies: Geographies
    ) {
        self.models = models
        self.retired = retired
        self.templates = templates
        self.geographies = geographies
        var names: [String: Int] = [:]
        var identifiers: [String: Int] = [:]
        for (index, model) in models.enumerated() {
            for name in [model.name] + model.aliases { names[name.lowercased()] = index }
        }
        // Bedrock's own ids first: what another host calls one model may be the Bedrock id of another.
        for ids in [models.map(\.bedrockID), models.map { $0.native?.modelID }] {
            for (index, id) in ids.enumerated() {
                guard let id = id?.lowercased(), identifiers[id] == nil else { continue }
                identifiers[id] = index
            }
        }
        self.names = names
        self.identifiers = identifiers
        var successors: [String: Int] = [:]
        for (name, successor) in retired { successors[name.lowercased()] = names[successor.lowercased()] }
        self.successors = successors
        onDemand = models.enumerated().map { index, model in
            ResolvedModel(model: model, modelID: model.bedrockID, entry: index)
        }
        routes = models.enumerated().map { index, model in Self.routes(of: model, at: index, geographies) }
        arnRegions = models.map { model in
            guard case .arn(let arn) = ModelIdentifier(model.bedrockID), !arn.region.isEmpty else { return nil }
            return arn.region
        }
    }

    /// A model's profiles in the order in which they are tried.
    ///
    /// 1. Those that the entry's `profile_order` names, in its order.
    /// 2. The others, narrowest geography first.
    ///
    /// `global` is among them only where the entry allows it.
    private static func routes(of model: Model, at index: Int, _ geographies: Geographies) -> [Route] {
        let preferred = model.profileOrder ?? []
        let others = geographies.entries.map(\.prefix).filter { !preferred.contains($0) }
        return (preferred + others).compactMap { prefix in
            guard model.profiles.contains(prefix), prefix != .global || model.allowGlobal,
                let geography = geographies.entries.first(where: { $0.prefix == prefix })
            else { return nil }
            let resolved = ResolvedModel(
                model: model,
                modelID: "\(prefix).\(model.bedrockID)",
                entry: index,
                geography: prefix
            )
            return Route(resolved: resolved, regions: geography.regions)
        }
    }

    /// The entry with a name, an alias or a bare Bedrock id, without regard to case; nil when there is none.
    public func model(named name: String) -> Model? {
        let key = name.lowercased()
        return (names[key] ?? identifiers[key]).map { models[$0] }
    }

    /// The name of the entry that takes a retired name's place; nil when the name is not retired.
    public func successor(ofRetired name: String) -> String? {
        successors[name.lowercased()].map { models[$0].name }
    }
}
