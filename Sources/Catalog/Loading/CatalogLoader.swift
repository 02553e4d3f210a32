/// Reads a whole models.yaml and collects everything that is wrong with it.
struct CatalogLoader {
    private static let keys = ["geographies", "templates", "models", "retired"]

    let problems: Problems
    private let adapters: [Dialect]

    /// Reads a text; the catalog is nil when there are errors among the diagnostics.
    static func load(
        _ bytes: [UInt8],
        file: String,
        adapters: [Dialect],
        today: CalendarDate?
    ) -> (catalog: ModelCatalog?, diagnostics: [CatalogDiagnostic]) {
        var loader = CatalogLoader(file: file, adapters: adapters)
        let catalog = loader.read(bytes, today: today)
        return (loader.problems.hasErrors ? nil : catalog, loader.problems.sorted)
    }

    private init(file: String, adapters: [Dialect]) {
        problems = Problems(file: file)
        self.adapters = adapters
    }

    private mutating func read(_ bytes: [UInt8], today: CalendarDate?) -> ModelCatalog? {
        let root: YAMLNode
        do throws(YAMLError) {
            guard let node = try YAMLParser.parse(bytes) else {
                problems.report("the file is empty", at: nil, fix: "list models under 'models:'")
                return nil
            }
            root = node
        } catch {
            problems.report(error.message, at: error.location, fix: error.fix)
            return nil
        }
        guard let map = MapReader(root, subject: "the catalog", keys: Self.keys, problems: problems) else { return nil }
        let entries = members(map, "models")
        if entries.isEmpty {
            problems.report(
                "there are no models",
                at: map.location("models") ?? root.location,
                fix: "list them under 'models:'"
            )
        }
        let templates = members(map, "templates")
        let reader = ModelReader(problems: problems, geographies: geographies(map), adapters: adapters)
        var merger = TemplateMerger(templates: templates, models: entries, problems: problems)
        for template in templates {
            reader.check(template: template, merged: merger.merge(template, subject: "template '\(template.key)'"))
        }
        var models: [Model] = []
        for entry in entries {
            let merged = merger.merge(entry, subject: "model '\(entry.key)'")
            if let model = reader.model(entry, merged: merged) { models.append(model) }
        }
        // One that says what it is for is an offer to whoever adds a model.
        for template in templates where !merger.used.contains(template.key) && template.value["description"] == nil {
            problems.report(
                "no model uses the template '\(template.key)'",
                at: template.keyLocation,
                fix: "remove it",
                severity: .warning
            )
        }
        let names = checkNames(models, entries)
        let retired = readRetired(members(map, "retired"), names: names, models: models)
        checkSuccessors(&models, entries, names: names, today: today)
        return ModelCatalog(
            models: models,
            retired: retired,
            templates: templates.map(\.key),
            geographies: reader.geographies
        )
    }

    /// The members of a top-level mapping; empty when it is absent or something else, which is reported.
    private func members(_ map: MapReader, _ key: String) -> [YAMLNode.Member] {
        guard let node = map.node(key) else { return [] }
        guard let members = node.members else {
            map.report(key, "must be a map, found \(node.kindName)")
            return []
        }
        return members
    }

    private func geographies(_ map: MapReader) -> Geographies {
        let reader = ModelReader(problems: problems, geographies: Geographies([]), adapters: [])
        return Geographies(
            members(map, "geographies").compactMap { member in
                let subject = "geography '\(member.key)'"
                if !ModelIdentifier.isGeography(member.key[...]) {
                    problems.report(
                        "no id begins so",
                        at: member.keyLocation,
                        subject: subject,
                        fix: "write what stands before the first dot of its profiles, such as eu or us-gov"
                    )
                }
                guard case .sequence(let regions) = member.value.content else {
                    problems.report(
                        "expected a list of regions, found \(member.value.kindName)",
                        at: member.value.location,
                        subject: subject,
                        fix: "write it in brackets: [eu-*]"
                    )
                    return nil
                }
                let patterns = regions.compactMap { region -> RegionPattern? in
                    guard case .scalar(let text, _) = region.content else {
                        problems.report("a region must be text", at: region.location, subject: subject)
                        return nil
                    }
                    return reader.regionPattern((text, region.location), subject: subject)
                }
                return Geographies.Entry(prefix: GeoPrefix(rawValue: member.key), regions: patterns)
            }
        )
    }
}
