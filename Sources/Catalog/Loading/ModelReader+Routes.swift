extension ModelReader {
    /// Reads where the model is callable.
    func readRoutes(_ map: MapReader, into model: inout Model) {
        for profile in map.words("profiles") ?? [] {
            if let prefix = geography(profile, key: "profiles", subject: map.subject) { model.profiles.append(prefix) }
        }
        if let order = map.words("profile_order") {
            model.profileOrder = order.compactMap { geography($0, key: "profile_order", subject: map.subject) }
        }
        model.allowGlobal = map.bool("allow_global") ?? false
        model.onDemandRegions = readOnDemand(map) ?? (map.node("profiles") == nil ? Self.everywhere : [])
    }

    private static let everywhere = [RegionPattern("*")].compactMap { $0 }

    private func geography(
        _ word: (text: String, location: SourceLocation),
        key: String,
        subject: String
    ) -> GeoPrefix? {
        let known = geographies.entries.map(\.prefix.rawValue)
        guard known.contains(word.text) else {
            problems.report(
                "'\(key)' has no value '\(word.text)'",
                at: word.location,
                subject: subject,
                fix: known.isEmpty
                    ? "describe it under 'geographies'"
                    : Suggestion.fix(for: word.text, among: known)
            )
            return nil
        }
        return GeoPrefix(rawValue: word.text)
    }

    /// `true`, `false`, or the regions where the bare id is callable.
    private func readOnDemand(_ map: MapReader) -> [RegionPattern]? {
        guard let node = map.node("on_demand") else { return nil }
        guard case .sequence = node.content else {
            return map.bool("on_demand").map { $0 ? Self.everywhere : [] }
        }
        return map.words("on_demand")?.compactMap { regionPattern($0, subject: map.subject) }
    }

    /// Reads a region or a pattern and reports what is neither.
    func regionPattern(_ word: (text: String, location: SourceLocation), subject: String) -> RegionPattern? {
        if let pattern = RegionPattern(word.text) { return pattern }
        problems.report(
            "'\(word.text)' is not a region",
            at: word.location,
            subject: subject,
            fix: "write a region such as eu-west-1, or a beginning with a star such as eu-*"
        )
        return nil
    }

    /// Reports routes that lead nowhere or contradict each other.
    func checkRoutes(_ map: MapReader, _ model: inout Model, at location: SourceLocation) {
        if !model.onDemand, model.profiles.isEmpty, map.node("profiles") != nil || map.node("on_demand") != nil {
            problems.report(
                "the model is callable nowhere",
                at: location,
                subject: map.subject,
                fix: "list 'profiles', or write 'on_demand: true'"
            )
        }
        if model.allowGlobal, !model.profiles.contains(.global) {
            map.report("allow_global", "is true, but 'profiles' has no 'global'", fix: "add it to 'profiles'")
        }
        for prefix in model.profileOrder ?? [] where !model.profiles.contains(prefix) {
            map.report(
                "profile_order",
                "names '\(prefix)', which 'profiles' does not list",
                fix: "remove it, or list it"
            )
        }
        if case .arn = ModelIdentifier(model.bedrockID), !model.profiles.isEmpty {
            map.report("profiles", "cannot stand with an ARN", fix: "an ARN is called as it is: remove 'profiles'")
        }
        if model.adapter == .openAINative, model.native == nil {
            model.native = NativeEndpoint()
        }
    }
}
