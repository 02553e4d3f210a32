import Adapters
import Catalog
import NIOCore

/// A catalog with its adapters made: everything about models that is computed at start.
///
/// It is immutable. A reload makes a new one; requests under way keep the one they began with.
final class ModelTable: Sendable {
    /// The catalog.
    let catalog: ModelCatalog
    /// Names of models that see images, for the error that a blind one causes.
    let visionExamples: [String]
    /// The body of `GET /v1/models`.
    let list: ByteBuffer
    private let native: [String: any ModelAdapter]
    private let converse: [String: any ModelAdapter]

    /// Makes the adapters of every entry.
    ///
    /// - Parameters:
    ///   - catalog: The catalog.
    ///   - registry: The adapters that exist.
    /// - Throws: `AdapterError.badOption` for an entry with an option that its adapter does not take.
    init(catalog: ModelCatalog, registry: AdapterRegistry = .standard) throws(AdapterError) {
        self.catalog = catalog
        var native: [String: any ModelAdapter] = [:]
        var converse: [String: any ModelAdapter] = [:]
        for model in catalog.models {
            if model.adapter != .converse, let adapter = try registry.make(model.adapter, for: model) {
                native[model.name] = adapter
            }
            converse[model.name] = try ConverseAdapter(model: model)
        }
        list = ModelList.list(of: catalog)
        self.native = native
        self.converse = converse
        visionExamples = Array(
            catalog.models.lazy
                .filter {
                    $0.capabilities.contains(.vision) && !$0.lifecycle.isDeprecated && $0.lifecycle.sunset == nil
                }
                .prefix(3).map(\.name)
        )
    }

    /// The adapters to try for a model, the wanted one first.
    ///
    /// Precedence: 1. what the request says (`use_converse_api`); 2. the entry's own adapter; Converse stands behind both,
    /// for what a dialect has no words for.
    func adapters(for resolved: ResolvedModel, usesConverse: Bool?) throws(AdapterError) -> [Candidate] {
        let model = resolved.model
        var candidates: [Candidate] = []
        if usesConverse != true, let adapter = native[model.name], !resolved.isUncatalogued {
            candidates.append(Candidate(adapter: adapter, api: .invoke))
        }
        if model.converse || candidates.isEmpty {
            let adapter: any ModelAdapter
            if let made = converse[model.name], !resolved.isUncatalogued {
                adapter = made
            } else {
                adapter = try ConverseAdapter(model: model)
            }
            candidates.append(Candidate(adapter: adapter, api: .converse))
        }
        return candidates
    }

    /// An adapter and the API it calls.
    struct Candidate {
        var adapter: any ModelAdapter
        var api: CapabilityPolicy.API
    }
}
