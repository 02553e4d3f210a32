/// An AWS access key, permanent or temporary.
///
/// Nothing of it appears in descriptions, dumps or mirrors.
public struct AWSAccessKey: Sendable {
    /// The public half: `AKIA…`, or `ASIA…` for temporary keys.
    public let accessKeyID: String
    /// The secret half, which signs and never travels.
    public let secretAccessKey: String
    /// What AWS gave with a temporary key; it travels with every request.
    public let sessionToken: String?

    /// The SHA-256 of the secret, by which cached signing keys are told apart.
    let secretDigest: SHA256Digest

    /// Creates a key of its parts, which must be visible ASCII: the id and the token go into headers.
    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        secretDigest = Digest.sha256(secretAccessKey)
    }
}

/// What authorises a call to Bedrock.
public enum BedrockCredentials: Sendable {
    /// A key that signs each request (Signature Version 4).
    case accessKey(AWSAccessKey)
    /// A Bedrock API key (`ABSK…`, `bedrock-api-key-…`), sent as it is.
    case bearer(String)

    /// The digest of a body that signing wants; nil where nothing is signed.
    public func digest(signing body: BedrockBody) -> SHA256Digest? {
        switch self {
        case .accessKey: Digest.sha256(body)
        case .bearer: nil
        }
    }
}

extension AWSAccessKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A fixed text without any part of the key.
    public var description: String { "AWSAccessKey(redacted)" }
    /// A fixed text without any part of the key.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension BedrockCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Which kind of credentials these are, without any part of them.
    public var description: String {
        switch self {
        case .accessKey: "BedrockCredentials.accessKey(redacted)"
        case .bearer: "BedrockCredentials.bearer(redacted)"
        }
    }
    /// Which kind of credentials these are, without any part of them.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
