public import Catalog

/// The adapters that exist, by the names models.yaml uses.
public struct AdapterRegistry: Sendable {
    private let makers: [AdapterID: @Sendable (Model) throws(AdapterError) -> any ModelAdapter]

    /// Every dialect this product speaks: one line an adapter.
    public static let standard = AdapterRegistry([
        AnthropicAdapter.self,
        ConverseAdapter.self,
        NovaAdapter.self,
        OpenAIChatAdapter.self,
        OpenAINativeAdapter.self,
        LlamaAdapter.self,
        TextAdapter.self,
    ])

    /// Creates a registry of some adapters.
    ///
    /// Two of the same name are a programming mistake.
    public init(_ adapters: [any ModelAdapter.Type]) {
        var makers: [AdapterID: @Sendable (Model) throws(AdapterError) -> any ModelAdapter] = [:]
        for adapter in adapters {
            precondition(makers[adapter.id] == nil, "two adapters are named \(adapter.id)")
            makers[adapter.id] = Self.maker(of: adapter)
        }
        self.makers = makers
    }

    private static func maker<Adapter: ModelAdapter>(
        of adapter: Adapter.Type
    ) -> @Sendable (Model) throws(AdapterError) -> any ModelAdapter {
        { model throws(AdapterError) in try Adapter(model: model) }
    }

    /// The names of all adapters.
    public var ids: Set<AdapterID> { Set(makers.keys) }

    /// Makes an adapter for a catalog entry; nil when there is none of that name.
    ///
    /// - Throws: `AdapterError.badOption` with the place of the option itself, which an adapter does not know.
    public func make(_ id: AdapterID, for model: Model) throws(AdapterError) -> (any ModelAdapter)? {
        guard let maker = makers[id] else { return nil }
        do throws(AdapterError) {
            return try maker(model)
        } catch {
            guard case .badOption(let name, let reason, _) = error else { throw error }
            throw .badOption(name: name, reason: reason, location: model.place(ofOption: name))
        }
    }
}
