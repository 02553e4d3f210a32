extension CatalogLoader {
    /// Reads the names of models that are gone, and reports those in use, as a name or an id, and those without a successor.
    func readRetired(
        _ members: [YAMLNode.Member],
        names: [String: Int],
        models: [Model]
    ) -> [(name: String, successor: String)] {
        var seen: Set<String> = []
        let ids = Dictionary(
            models.flatMap { model in model.requestedIDs.map { ($0.lowercased(), model.name) } }
        ) { first, _ in first }
        return members.compactMap { member in
            let subject = "retired name '\(member.key)'"
            if let owner = names[member.key.lowercased()] {
                problems.report(
                    "the name belongs to '\(models[owner].name)'",
                    at: member.keyLocation,
                    subject: subject,
                    fix: "remove it here or there"
                )
                return nil
            }
            if let owner = ids[member.key.lowercased()] {
                problems.report(
                    "it is an id of '\(owner)', which would be refused",
                    at: member.keyLocation,
                    subject: subject,
                    fix: "remove it"
                )
                return nil
            }
            if !seen.insert(member.key.lowercased()).inserted {
                problems.report("the name is there already", at: member.keyLocation, subject: subject, fix: "remove it")
                return nil
            }
            guard case .scalar(let successor, _) = member.value.content, let index = names[successor.lowercased()]
            else {
                problems.report(
                    "the successor is not a model of this file",
                    at: member.value.location,
                    subject: subject,
                    fix: fix(for: member.value, among: models)
                )
                return nil
            }
            return (member.key, models[index].name)
        }
    }

    /// Checks `replaced_by`, spells it as the entry does, and warns of models whose last day has come or comes soon.
    func checkSuccessors(
        _ models: inout [Model],
        _ entries: [YAMLNode.Member],
        names: [String: Int],
        today: CalendarDate?
    ) {
        let entries = Dictionary(entries.map { ($0.key, $0) }) { first, _ in first }
        for index in models.indices {
            let model = models[index]
            let subject = "model '\(model.name)'"
            if let successor = model.lifecycle.replacedBy {
                let node = entries[model.name]?.value["replaced_by"]
                if let found = names[successor.lowercased()], models[found].name != model.name {
                    models[index].lifecycle.replacedBy = models[found].name
                } else {
                    problems.report(
                        names[successor.lowercased()] == nil
                            ? "'replaced_by' names '\(successor)', which is not a model of this file"
                            : "'replaced_by' names the model itself",
                        at: node?.location ?? model.location,
                        subject: subject,
                        fix: node.map { fix(for: $0, among: models) }
                    )
                }
            }
            guard let today, let sunset = model.lifecycle.sunset else { continue }
            let days = sunset.daysSince1970 - today.daysSince1970
            guard days <= 60 else { continue }
            problems.report(
                days <= 0 ? "AWS has refused this model since \(sunset)" : "AWS will refuse this model from \(sunset)",
                at: entries[model.name]?.value["sunset"]?.location ?? model.location,
                subject: subject,
                fix: models[index].lifecycle.replacedBy.map { "move to '\($0)'" },
                severity: .warning
            )
        }
    }

    private func fix(for node: YAMLNode, among models: [Model]) -> String {
        if case .mapping = node.content { return "a model's entry belongs under 'models', before 'retired'" }
        guard case .scalar(let name, _) = node.content,
            let nearest = Suggestion.nearest(to: name, among: models.map(\.name))
        else { return "write the name of an entry under 'models'" }
        return "did you mean '\(nearest)'?"
    }
}
