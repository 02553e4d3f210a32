import Glibc
public import NIOCore

/// An access key pair that the simulator knows, as AWS's identity service would.
public struct SimulatorCredential: Sendable, Hashable {
    /// The public half, as it stands in `Authorization`.
    public var accessKeyID: String
    /// The secret that signatures are made with.
    public var secretAccessKey: String
    /// The token that must come, signed, with a temporary pair; nil for a long-term one.
    public var sessionToken: String?

    /// Creates a key pair.
    ///
    /// - Parameters:
    ///   - accessKeyID: The public half.
    ///   - secretAccessKey: The secret.
    ///   - sessionToken: The token of a temporary pair.
    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    /// The pair that the demo signs with; it opens nothing but a simulator.
    public static let demo = SimulatorCredential(
        accessKeyID: "AKIASIMULATOREXAMPLE",
        secretAccessKey: "simulator-secret"
    )
}

extension SimulatorCredential: CustomStringConvertible, CustomDebugStringConvertible {
    /// The access key id; never the secret.
    public var description: String { "SimulatorCredential(\(accessKeyID))" }
    /// The access key id; never the secret.
    public var debugDescription: String { description }
}

/// Whom the simulator lets in, and how fast it answers.
public struct SimulatorConfiguration: Sendable {
    /// The API key that is accepted unless told otherwise.
    public static let demoBearerKey = "simulator-api-key"

    /// The key pairs whose signatures are accepted.
    public var credentials = [SimulatorCredential.demo]

    /// The API keys that are accepted as `Authorization: Bearer`.
    public var bearerKeys: Set<String> = [demoBearerKey]

    /// How far, in seconds, a signature's date may be from now in either direction.
    public var clockTolerance = 300

    /// The current time in whole seconds since 1970.
    public var now: @Sendable () -> Int = { time(nil) }

    /// The pause before each event of a streamed answer; nil writes events as fast as the client takes them.
    public var eventPause: TimeAmount?

    /// The pause before each event when `simulate:slow` gives no number.
    public var slowPause = TimeAmount.milliseconds(50)

    /// The most bytes a request's body may have: AWS's own limit.
    public var maximumBodyBytes = 25_000_000

    /// How many of the latest requests are kept, bodies included, for tests to read; 0 keeps none.
    public var recordedRequests = 0

    /// Creates a configuration that accepts the demo's credentials.
    public init() {}
}
