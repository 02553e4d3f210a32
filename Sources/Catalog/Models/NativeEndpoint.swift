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

    /// Whether a path goes into a URL as it is and leads nowhere else.
    static func isPath(_ path: String) -> Bool {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).allSatisfy { segment in
            segment.utf8.contains { $0 != UInt8(ascii: ".") } && segment.utf8.allSatisfy(isPathByte)
        }
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
