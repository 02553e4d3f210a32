/// Where Bedrock serves a model with OpenAI's own bodies, for the adapter ``AdapterID/openAINative``.
public struct NativeEndpoint: Hashable, Sendable {
    /// The hosts that have such endpoints.
    public enum Host: String, Hashable, Sendable, CaseIterable {
        /// `bedrock-runtime.{region}…`; the model is named by its profile id.
        case runtime
        /// `bedrock-mantle.{region}.api.aws`; the model is named by ``NativeEndpoint/modelID`` and has no profiles.
        case mantle
    }

    /// The host.
    public var host: Host = .runtime
    /// The path before `/chat/completions`, such as `/openai/v1`; the wrong one is answered with 400.
    public var path = "/openai/v1"
    /// The model's id on that host, where it differs from its Bedrock id.
    public var modelID: String?

    /// Creates the endpoint of a model on the runtime host.
    public init() {}
}

/// The OpenAI APIs that a model answers.
public struct ModelAPIs: OptionSet, Hashable, Sendable {
    /// One bit an API.
    public let rawValue: UInt8

    /// Creates a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Chat completions, whatever the adapter makes of them.
    public static let chat = ModelAPIs(rawValue: 1 << 0)
    /// Responses only: a chat request is refused with an error that says so.
    public static let responses = ModelAPIs(rawValue: 1 << 1)

    /// The spelling of each API in models.yaml.
    static let spellings: [(String, ModelAPIs)] = [("chat", .chat), ("responses", .responses)]
}
