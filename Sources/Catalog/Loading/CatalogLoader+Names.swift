extension CatalogLoader {
    /// Whether a name can be told from an ARN, a path and a sentence.
    private func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first.isLetterOrDigit, name.utf8.count <= 128 else { return false }
        return !name.lowercased().hasPrefix("arn:")
            && name.utf8.allSatisfy { byte in
                byte.isLetterOrDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
            }
    }

    /// Reports names that are malformed or taken, and returns the index of the entry of each lower-case name.
    func checkNames(_ models: [Model], _ entries: [YAMLNode.Member]) -> [String: Int] {
        var taken: [String: Int] = [:]
        let entries = Dictionary(entries.map { ($0.key, $0) }) { first, _ in first }
        func claim(_ name: String, _ index: Int, at location: SourceLocation?) {
            let subject = "model '\(models[index].name)'"
            guard isName(name) else {
                problems.report(
                    "'\(name)' cannot be a name",
                    at: location,
                    subject: subject,
                    fix: "use letters, digits and . _ - : only, at most 128, with a letter or digit first"
                )
                return
            }
            if let other = taken[name.lowercased()] {
                problems.report(
                    other == index
                        ? "the name '\(name)' is there already"
                        : "the name '\(name)' belongs to '\(models[other].name)' already",
                    at: location,
                    subject: subject,
                    fix: other == index
                        ? "remove it: names are found without regard to case" : "choose another"
                )
                return
            }
            taken[name.lowercased()] = index
        }
        for (index, model) in models.enumerated() { claim(model.name, index, at: model.location) }
        for (index, model) in models.enumerated() {
            guard case .sequence(let aliases) = entries[model.name]?.value["aliases"]?.content else { continue }
            for alias in aliases {
                guard case .scalar(let name, _) = alias.content else { continue }
                claim(name, index, at: alias.location)
            }
        }
        checkIdentifiers(models, names: taken)
        return taken
    }

    /// Reports names that are an id of another model: a caller of the id would get the wrong one.
    private func checkIdentifiers(_ models: [Model], names: [String: Int]) {
        for (index, model) in models.enumerated() {
            for id in model.requestedIDs {
                guard let owner = names[id.lowercased()], owner != index, !models[owner].answers(to: id, of: model)
                else {
                    continue
                }
                problems.report(
                    "the id '\(id)' is a name of '\(models[owner].name)'",
                    at: model.location,
                    subject: "model '\(model.name)'",
                    fix: "remove that name"
                )
            }
        }
    }
}

extension Model {
    /// The ids by which requests find the entry, besides its names.
    var requestedIDs: [String] {
        [self.bedrockID] + self.profiles.map(self.profileID) + [self.native?.modelID].compactMap(\.self)
    }

    /// Whether a caller of another entry's id is right here: this is a variant of the same model, or the id is its own.
    fileprivate func answers(to id: String, of other: Model) -> Bool {
        let own = self.bedrockID.lowercased()
        if own == other.bedrockID.lowercased() || own == id.lowercased() { return true }
        return id == other.native?.modelID && self.native?.modelID?.lowercased() == id.lowercased()
    }
}

extension UInt8 {
    /// Whether this is an ASCII letter or digit.
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
