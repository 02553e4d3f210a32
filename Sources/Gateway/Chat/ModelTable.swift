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
    /// The adapters of each entry, in the catalog's order.
    private let candidates: [Candidates]

    /// Makes the adapters of every entry.
    ///
    /// - Parameters:
    ///   - catalog: The catalog.
    ///   - registry: The adapters that exist.
    /// - Throws: `AdapterError.badOption` for an entry with an option that its adapter does not take.
    init(catalog: ModelCatalog, registry: AdapterRegistry = .standard) throws(AdapterError) {
        self.catalog = catalog
        var candidates: [Candidates] = []
        for model in catalog.models {
            let converse = [Candidate(adapter: try ConverseAdapter(model: model), api: .converse)]
            var preferred = converse
            if model.adapter != .converse, let adapter = try registry.make(model.adapter, for: model) {
                preferred = [Candidate(adapter: adapter, api: .invoke)] + (model.converse ? converse : [])
            }
            candidates.append(Candidates(preferred: preferred, converse: model.converse ? converse : preferred))
        }
        list = ModelList.list(of: catalog)
        self.candidates = candidates
        visionExamples = Array(
            catalog.models.lazy
                .filter {
                    $0.capabilities.contains(.vision) && !$0.lifecycle.isDeprecated && $0.lifecycle.sunset == nil
                }
                .prefix(3).map(\.name)
        )
    }

    /// Reads a catalog and makes its adapters.
    ///
    /// - Parameters:
    ///   - path: The catalog's file.
    ///   - registry: The adapters that exist, whose names `adapter:` may have.
    /// - Returns: The table.
    /// - Throws: `CatalogError`, or `AdapterError.badOption`.
    static func load(path: String, registry: AdapterRegistry = .standard) throws -> ModelTable {
        try ModelTable(catalog: ModelCatalog.load(path: path, adapters: registry.dialects), registry: registry)
    }

    /// The adapters to try for a model, the wanted one first.
    ///
    /// Precedence: 1. what the request says (`use_converse_api`), where the model has Converse; 2. the entry's own adapter.
    /// Converse stands behind both, for what a dialect has no words for.
    func adapters(for resolved: ResolvedModel, usesConverse: Bool?) throws(AdapterError) -> [Candidate] {
        guard let entry = resolved.entry else {
            return [Candidate(adapter: try ConverseAdapter(model: resolved.model), api: .converse)]
        }
        return usesConverse == true ? candidates[entry].converse : candidates[entry].preferred
    }

    /// The adapters of an entry, in the order in which they are tried.
    private struct Candidates {
        let preferred: [Candidate]
        /// Those for a request that wants Converse, if the model has it.
        let converse: [Candidate]
    }

    /// An adapter and the API it calls.
    ///
    /// A class, so that no request copies what the adapter holds.
    final class Candidate: Sendable {
        let adapter: any ModelAdapter
        let api: CapabilityPolicy.API

        init(adapter: any ModelAdapter, api: CapabilityPolicy.API) {
            self.adapter = adapter
            self.api = api
        }
    }
}
