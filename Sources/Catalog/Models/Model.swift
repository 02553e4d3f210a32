public import JSON

/// One entry of the catalog: a model, its dialect, its limits and what it can do.
///
/// It has every property of its ``Entry``. Every request passes it from hand to hand, so a copy of it costs one reference.
@dynamicMemberLookup
public struct Model: Sendable {
    @usableFromInline var storage: Storage

    /// Creates a model that is callable everywhere on demand and can do nothing special.
    public init(name: String, bedrockID: String, adapter: AdapterID) {
        storage = Storage(Entry(name: name, bedrockID: bedrockID, adapter: adapter))
    }

    /// A property of the entry; setting one copies the others.
    @inlinable
    public subscript<Value>(dynamicMember path: WritableKeyPath<Entry, Value>) -> Value {
        get { storage.entry[keyPath: path] }
        set {
            var entry = storage.entry
            entry[keyPath: path] = newValue
            storage = Storage(entry)
        }
    }

    /// The entry, which never changes, so that it is shared without a lock.
    @usableFromInline
    final class Storage: Sendable {
        @usableFromInline let entry: Entry

        @usableFromInline
        init(_ entry: Entry) {
            self.entry = entry
        }
    }
}

extension Model {
    /// Whether this is no entry of a catalog but stands for an id that none knows.
    public var isUncatalogued: Bool { self.location == nil }

    /// Whether the bare id is callable on demand in some region.
    public var onDemand: Bool { !self.onDemandRegions.isEmpty }

    /// Whether the bare id is callable on demand in a region.
    public func isOnDemand(in region: String) -> Bool { self.onDemandRegions.contains { $0.matches(region) } }

    /// Where an option stands in the file, or else the map that lacks it.
    ///
    /// - Parameter path: The keys that lead to the option, with dots between: `prompt.user`.
    /// - Returns: The place of its key; nil for a model that is in no catalog.
    public func place(ofOption path: String) -> SourceLocation? {
        var known = path[...]
        while self.optionLocations[String(known)] == nil {
            guard let dot = known.lastIndex(of: ".") else { return self.optionsLocation ?? self.location }
            known = known[..<dot]
        }
        return self.optionLocations[String(known)]
    }

    /// What it reads.
    public var inputModalities: Modalities {
        var modalities: Modalities = .text
        if self.capabilities.contains(.vision) { modalities.insert(.image) }
        if self.capabilities.contains(.documents) { modalities.insert(.document) }
        if self.capabilities.contains(.video) { modalities.insert(.video) }
        if self.capabilities.contains(.audio) { modalities.insert(.audio) }
        return modalities
    }

    /// What it writes.
    public var outputModalities: Modalities { .text }

    /// The id of the inference profile of a geography.
    public func profileID(_ geography: GeoPrefix) -> String { "\(geography).\(self.bedrockID)" }
}

extension Model {
    /// What the file says about a model.
    ///
    /// Values are those of the entry merged over its template. Nothing here is guessed from an id.
    public struct Entry: Sendable {
        /// The name that clients use.
        public var name: String
        /// Other names for the same entry.
        public var aliases: [String] = []
        /// A sentence for people who choose a model.
        public var summary: String?
        /// Who made it: `Anthropic`.
        public var vendor: String?

        /// The id without a geo prefix, or the ARN of a profile or an imported model.
        public var bedrockID: String
        /// The dialect that speaks to it.
        public var adapter: AdapterID
        /// Whether it can also be called through Converse.
        public var converse = true
        /// Where it is served with OpenAI's own bodies, if anywhere.
        public var native: NativeEndpoint?
        /// The OpenAI APIs it answers.
        public var apis: ModelAPIs = .chat

        /// The regions where the bare id is callable on demand; empty when it needs a profile everywhere.
        public var onDemandRegions: [RegionPattern] = []
        /// The geographies that have an inference profile of it, as the entry lists them.
        public var profiles: [GeoPrefix] = []
        /// The order in which the entry wants its profiles tried; nil for narrowest first.
        public var profileOrder: [GeoPrefix]?
        /// Whether the `global` profile may serve a request that did not name it.
        public var allowGlobal = false

        /// The tokens that prompt and answer may have together.
        public var contextTokens: Int?
        /// The longest answer in tokens.
        public var maxOutputTokens: Int?
        /// The longest answer in tokens to ask for when a request names none; nil to ask for nothing.
        public var defaultMaxOutputTokens: Int?
        /// The smallest output limit that the model accepts; smaller ones are raised to it.
        public var minOutputTokens: Int?

        /// What it can be asked for.
        public var capabilities: Capabilities = []
        /// How it thinks.
        public var thinking = Thinking()
        /// Which sampling parameters it takes.
        public var sampling = Sampling()
        /// Where it stops at the caller's texts.
        public var stop = StopSupport()
        /// How it can be told to use tools.
        public var toolChoice: ToolChoiceModes = []
        /// What it takes in the turn that answers its tool calls.
        public var toolResults = ToolResultSupport()
        /// The schemas that its tools may have.
        public var toolSchemas: ToolSchemaStyle = .any
        /// How it caches prompts; nil when it does not.
        public var caching: Caching?
        /// How it is held to a JSON schema.
        public var structuredOutput: StructuredOutput = .tool
        /// Whether its input count includes cached tokens.
        public var usage: UsageCounting = .net
        /// What it costs; nil when no price is known.
        public var prices: Prices?
        /// Where it is between its preview and its end.
        public var lifecycle = Lifecycle()

        /// The object that is merged under what the adapter writes; key order is the file's.
        public var request: JSONValue?
        /// The object that the adapter reads when it is made.
        public var options: JSONValue?
        /// Where `options` stands in the file, for an adapter that finds one it does not know.
        public var optionsLocation: SourceLocation?
        /// Where each key inside `options` stands, by the keys that lead to it with dots between.
        var optionLocations: [String: SourceLocation] = [:]
        /// Where the entry stands in the file; nil for a model that is not in the catalog.
        public var location: SourceLocation?

        init(name: String, bedrockID: String, adapter: AdapterID) {
            self.name = name
            self.bedrockID = bedrockID
            self.adapter = adapter
        }
    }
}
