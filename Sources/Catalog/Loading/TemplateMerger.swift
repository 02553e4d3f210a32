/// Merges entries over their templates, which may have templates themselves.
///
/// A template is an entry of `templates:` or, for a variant of a model, an entry of `models:`. Aliases stay with the
/// entry that lists them.
struct TemplateMerger {
    private let templates: [String: YAMLNode.Member]
    private let models: [String: YAMLNode.Member]
    private let problems: Problems
    private var finished: [String: YAMLNode] = [:]
    private(set) var used: Set<String> = []

    init(templates: [YAMLNode.Member], models: [YAMLNode.Member], problems: Problems) {
        self.templates = Dictionary(templates.map { ($0.key, $0) }) { first, _ in first }
        self.models = Dictionary(models.map { ($0.key, $0) }) { first, _ in first }
        self.problems = problems
    }

    /// The entry's own keys merged over those of its template, without the keys that are not inherited.
    mutating func merge(_ entry: YAMLNode.Member, subject: String) -> YAMLNode {
        merge(entry, subject: subject, path: [entry])
    }

    /// Merges an entry whose path, the entry itself last, leads from the one that is being read.
    private mutating func merge(_ entry: YAMLNode.Member, subject: String, path: [YAMLNode.Member]) -> YAMLNode {
        let own = entry.value.without(["template"])
        guard let reference = entry.value["template"], !reference.isNull else { return own }
        guard case .scalar(let name, _) = reference.content else {
            problems.report(
                "'template' must be text, found \(reference.kindName)",
                at: reference.location,
                subject: subject
            )
            return own
        }
        used.insert(name)
        if let base = finished[name] { return base.merged(with: own) }
        guard let member = templates[name] ?? models[name] else {
            problems.report(
                "there is no template '\(name)'",
                at: reference.location,
                subject: subject,
                fix: Suggestion.fix(for: name, among: templates.keys.sorted())
            )
            return own
        }
        guard !path.contains(where: { $0.keyLocation == member.keyLocation }) else {
            problems.report(
                "the template '\(name)' comes back to itself",
                at: reference.location,
                subject: subject,
                fix: "remove one 'template' of \((path + [member]).map(\.key).joined(separator: " -> "))"
            )
            return own
        }
        let base = merge(member, subject: subject, path: path + [member]).without(["aliases"])
        finished[name] = base
        return base.merged(with: own)
    }
}
