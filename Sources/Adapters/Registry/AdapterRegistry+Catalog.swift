public import Catalog
import JSON

extension AdapterRegistry {
    /// What `adapter:` in models.yaml may name, for `ModelCatalog` to check.
    ///
    /// These are the standard dialects and every registered adapter's own; each says what is wrong with an entry's options.
    /// A standard one without an adapter is called through Converse.
    public var dialects: [Dialect] {
        let others = ids.subtracting(AdapterID.standard).sorted { $0.rawValue < $1.rawValue }
        return (AdapterID.standard + others).map { id in
            Dialect(id) { model in id == .converse ? strayOption(of: model) : refusal(by: id, of: model) }
        }
    }

    /// The option for which an adapter cannot be made for an entry.
    private func refusal(by id: AdapterID, of model: Model) -> Dialect.OptionProblem? {
        do throws(AdapterError) {
            _ = try make(id, for: model)
            return nil
        } catch {
            guard case .badOption(let name, let reason, _) = error else { return nil }
            return Dialect.OptionProblem(option: name, reason: reason)
        }
    }

    /// The option of a Converse entry that means nothing to any adapter.
    ///
    /// Converse itself has none. But one line moves an entry to it, and back: what the template's own dialect takes stays.
    private func strayOption(of model: Model) -> Dialect.OptionProblem? {
        let given = model.options?.members.filter { !$0.value.isNull }.compactMap(\.key.string) ?? []
        guard var stray = given.first else { return nil }
        var furthest = 0
        for id in ids where id != .converse {
            guard let refusal = refusal(by: id, of: model) else { return nil }
            // The dialect that the options were written for is the one that takes the most of them.
            let key = refusal.option.prefix { $0 != "." }
            guard let place = given.firstIndex(where: { $0 == key }), place > furthest else { continue }
            (stray, furthest) = (given[place], place)
        }
        return Dialect.OptionProblem(
            option: stray,
            reason: "no adapter takes it with the others, and the converse adapter has no options; remove it"
        )
    }
}
