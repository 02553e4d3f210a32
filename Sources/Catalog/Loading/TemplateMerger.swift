/// Merges entries over their templates, which may have templates themselves.
///
/// A template is an entry of `templates:` or, for a variant of a model, an entry of `models:`. Aliases stay with the
/// entry that lists them.
struct TemplateMerger {
    /// The most templates that may stand behind one entry.
    static let maximumDepth = 32

    /// What a template comes to, without its aliases, and how many templates stand behind it.
    private struct Base {
        var node: YAMLNode
        var depth: Int
    }

    private let templates: [String: YAMLNode.Member]
    private let models: [String: YAMLNode.Member]
    private let problems: Problems
    private var finished: [String: Base] = [:]
    private(set) var used: Set<String> = []

    init(templates: [YAMLNode.Member], models: [YAMLNode.Member], problems: Problems) {
        self.templates = Dictionary(templates.map { ($0.key, $0) }) { first, _ in first }
        self.models = Dictionary(models.map { ($0.key, $0) }) { first, _ in first }
        self.problems = problems
    }

    /// The entry's own keys merged over those of its template, without the keys that are not inherited.
    ///
    /// A loop, because a file may chain more templates than a thread's stack has room for.
    mutating func merge(_ entry: YAMLNode.Member, subject: String) -> YAMLNode {
        var path = [entry]
        var places: Set = [entry.keyLocation]
        var base: Base?
        while let name = reference(of: path[path.count - 1], subject: subject) {
            base = finished[name]
            guard base == nil, let next = template(name, of: path, places: places, subject: subject) else { break }
            path.append(next)
            places.insert(next.keyLocation)
        }
        for member in path.dropFirst().reversed() {
            base = over(base, member.value.without(["template", "aliases"]))
            finished[member.key] = base
        }
        let merged = over(base, entry.value.without(["template"]))
        // What builds on this one is deeper still, and not told again.
        if merged.depth == Self.maximumDepth + 1 {
            problems.report(
                "more than \(Self.maximumDepth) templates deep",
                at: entry.value["template"]?.location,
                subject: subject,
                fix: "start from one that has fewer templates behind it"
            )
        }
        return merged.node
    }

    /// Some keys merged over what a template comes to, if there is one.
    private func over(_ base: Base?, _ own: YAMLNode) -> Base {
        base.map { Base(node: $0.node.merged(with: own), depth: $0.depth + 1) } ?? Base(node: own, depth: 0)
    }

    /// The name of the template that an entry starts from; nil when it has none, or none that is text, which is reported.
    private mutating func reference(of entry: YAMLNode.Member, subject: String) -> String? {
        guard let reference = entry.value["template"], !reference.isNull else { return nil }
        guard case .scalar(let name, _) = reference.content else {
            problems.report(
                "'template' must be text, found \(reference.kindName)",
                at: reference.location,
                subject: subject
            )
            return nil
        }
        used.insert(name)
        return name
    }

    /// The template that the last entry of a path names; nil, and a report, when there is none or it is on the path.
    private func template(
        _ name: String,
        of path: [YAMLNode.Member],
        places: Set<SourceLocation>,
        subject: String
    ) -> YAMLNode.Member? {
        let location = path.last?.value["template"]?.location
        guard let member = templates[name] ?? models[name] else {
            problems.report(
                "there is no template '\(name)'",
                at: location,
                subject: subject,
                fix: Suggestion.fix(for: name, among: templates.keys.sorted())
            )
            return nil
        }
        guard !places.contains(member.keyLocation) else {
            problems.report(
                "the template '\(name)' comes back to itself",
                at: location,
                subject: subject,
                fix: "remove one 'template' of \((path + [member]).map(\.key).joined(separator: " -> "))"
            )
            return nil
        }
        return member
    }
}
