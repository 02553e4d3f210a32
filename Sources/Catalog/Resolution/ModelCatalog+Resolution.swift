extension ModelCatalog {
    /// The longest name or id that is looked at, in bytes; AWS's ids and ARNs are shorter.
    private static let maximumLength = 2_048

    /// Finds what a requested name, id or ARN means for a caller of a region.
    ///
    /// 1. A name or alias of an entry, without regard to case.
    /// 2. A retired name, which is an error that names the successor.
    /// 3. An ARN, raw or percent-encoded: used as written, with the entry of the model that it names.
    /// 4. A bare Bedrock id of an entry.
    /// 5. A geo-prefixed id of an entry: used as written.
    /// 6. Any other text that has the form of a Bedrock id: used as written, with safe defaults.
    ///
    /// For 1 and 4 the id is chosen: the bare one where it is callable on demand, else the first profile that serves
    /// the region, narrowest geography first. `global` counts only where the entry allows it.
    ///
    /// - Parameters:
    ///   - requested: What the client wrote.
    ///   - region: The region that the call will go to.
    /// - Returns: The model and the id to call.
    /// - Throws: ``ResolutionError`` when nothing may be called.
    public func resolve(_ requested: String, region: String) throws(ResolutionError) -> ResolvedModel {
        guard requested.utf8.count <= Self.maximumLength else {
            throw .malformedIdentifier(
                requested: String(requested.prefix(64)),
                reason: "it is longer than \(Self.maximumLength) bytes"
            )
        }
        let key = requested.lowercased()
        if let index = names[key] { return try choose(index, region: region) }
        if let index = successors[key] { throw .retired(name: requested, successor: models[index].name) }
        guard let text = ModelIdentifier.removingPercentEscapes(requested) else {
            throw .malformedIdentifier(requested: requested, reason: "it has a broken percent escape")
        }
        let identifier = ModelIdentifier(text)
        if case .arn(let arn) = identifier { return try resolve(arn, text, requested: requested, region: region) }
        if text.hasPrefix("arn:") {
            throw .malformedIdentifier(
                requested: requested,
                reason: "an ARN is arn:aws:bedrock:region:account:type/id"
            )
        }
        if let index = identifiers[text.lowercased()] { return try choose(index, region: region) }
        if let base = identifier.baseID, let index = identifiers[base.lowercased()] {
            return ResolvedModel(
                model: models[index],
                modelID: text,
                entry: index,
                geography: identifier.geography
            )
        }
        if ModelIdentifier.hasVendor(text[...]) || identifier.geography != nil {
            return ResolvedModel(
                model: .uncatalogued(text),
                modelID: text,
                entry: nil,
                geography: identifier.geography
            )
        }
        throw .unknownModel(requested: requested, suggestion: suggestion(for: requested))
    }

    private func resolve(
        _ arn: ModelIdentifier.ARN,
        _ text: String,
        requested: String,
        region: String
    ) throws(ResolutionError) -> ResolvedModel {
        let identifier = ModelIdentifier.arn(arn)
        guard identifier.isARNOfModel else {
            throw .malformedIdentifier(requested: requested, reason: "an ARN of '\(arn.service)' names no model")
        }
        guard arn.region.isEmpty || arn.region == region else {
            throw .arnRegionMismatch(arnRegion: arn.region, callerRegion: region)
        }
        let index = identifiers[text.lowercased()] ?? identifier.baseID.flatMap { identifiers[$0.lowercased()] }
        return ResolvedModel(
            model: index.map { models[$0] } ?? .uncatalogued(text),
            modelID: text,
            entry: index,
            geography: identifier.geography
        )
    }

    /// Chooses the id of an entry for a region.
    private func choose(_ index: Int, region: String) throws(ResolutionError) -> ResolvedModel {
        if let arnRegion = arnRegions[index], arnRegion != region {
            throw .arnRegionMismatch(arnRegion: arnRegion, callerRegion: region)
        }
        if models[index].isOnDemand(in: region) { return onDemand[index] }
        guard let route = routes[index].first(where: { $0.regions.contains { $0.matches(region) } }) else {
            throw noProfile(of: models[index], in: region)
        }
        return route.resolved
    }

    /// Tells the ids that exist: AWS answers those of profiles that serve the region if the caller asks for them.
    private func noProfile(of model: Model, in region: String) -> ResolutionError {
        func isServing(_ geography: GeoPrefix) -> Bool { geographies.serves(geography, region: region) }
        return .noProfileInRegion(
            model: model.name,
            region: region,
            available: model.profiles.filter(isServing).map(model.profileID),
            others: (model.onDemand ? [model.bedrockID] : [])
                + model.profiles.filter { !isServing($0) }.map(model.profileID)
        )
    }

    private func suggestion(for requested: String) -> String? {
        Suggestion.nearest(to: requested, among: models.flatMap { [$0.name] + $0.aliases })
    }
}

extension Model {
    /// A model that the catalog does not know, with defaults under which Bedrock decides what it accepts.
    ///
    /// It goes through Converse. Nothing is sent unasked: no cache marks, no thinking, no output limit. No price is
    /// known, and neither is any limit.
    static func uncatalogued(_ id: String) -> Model {
        var model = Model(name: id, bedrockID: id, adapter: .converse)
        model.onDemandRegions = [RegionPattern("*")].compactMap { $0 }
        model.capabilities = [
            .vision, .documents, .video, .audio, .tools, .streaming, .streamingTools, .systemPrompt, .stop,
        ]
        model.toolChoice = [.auto, .any, .tool]
        model.stop.converse = true
        model.thinking.style = .native
        return model
    }
}
