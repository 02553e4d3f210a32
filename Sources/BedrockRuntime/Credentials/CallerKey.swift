/// What a caller's API key says: the region to call and the credentials to call it with.
///
/// Parts are separated by dots; how many there are decides what they are:
/// 1. `KEY`: a Bedrock API key, for the gateway's default region.
/// 2. `region.KEY`: a Bedrock API key.
/// 3. `region.accessKeyId.secretAccessKey`.
/// 4. `region.accessKeyId.secretAccessKey.sessionToken`.
public struct CallerKey: Sendable {
    /// The region to call, which is a known one.
    public let region: AWSRegion
    /// What authorises the call.
    public let credentials: BedrockCredentials

    /// The greatest length of a key, in bytes; temporary credentials are long.
    public static let maximumLength = 8192

    /// Creates a key of parts that are known to be good.
    public init(region: AWSRegion, credentials: BedrockCredentials) {
        self.region = region
        self.credentials = credentials
    }

    /// A digest by which a caller is told from others without keeping its key.
    public var fingerprint: SHA256Digest {
        switch credentials {
        case .bearer(let token): Digest.sha256("bearer\n" + token)
        case .accessKey(let key): Digest.sha256(key.accessKeyID + "\n" + key.secretDigest.hex)
        }
    }

    /// Reads an API key.
    ///
    /// - Parameters:
    ///   - token: The key, without `Bearer`.
    ///   - regions: The regions that are accepted.
    ///   - defaultRegion: The region of a key that names none.
    /// - Returns: The region and the credentials.
    /// - Throws: ``CallerKeyError``, whose description repeats no part of the key but a region's name.
    public static func parse(
        _ token: some StringProtocol,
        regions: RegionTable,
        defaultRegion: AWSRegion?
    ) throws(CallerKeyError) -> CallerKey {
        guard !token.isEmpty else { throw .empty }
        guard token.utf8.count <= maximumLength else { throw .tooLong }
        guard let parts = split(String(token)) else { throw .unprintable }
        guard parts.count <= 4 else { throw .tooManyParts }
        guard !parts.contains(where: \.isEmpty) else { throw .emptyPart }

        if parts.count == 1 {
            guard let defaultRegion else { throw .missingRegion }
            return CallerKey(region: defaultRegion, credentials: .bearer(parts[0]))
        }
        guard let region = regions.region(parts[0]) else {
            throw .unknownRegion(RegionTable.isRegionName(parts[0].utf8) ? parts[0] : nil)
        }
        if parts.count == 2 {
            return CallerKey(region: region, credentials: .bearer(parts[1]))
        }
        // It stands between "Credential=" and "/" in a header.
        let isWord = parts[1].utf8.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
        guard isWord, parts[1].utf8.count <= 128 else { throw .invalidAccessKeyID }
        guard parts.count == 4 || !parts[1].hasPrefix("ASIA") else { throw .missingSessionToken }
        return CallerKey(
            region: region,
            credentials: .accessKey(
                AWSAccessKey(
                    accessKeyID: parts[1],
                    secretAccessKey: parts[2],
                    sessionToken: parts.count == 4 ? parts[3] : nil
                )
            )
        )
    }

    /// Splits a key at its dots, at most into five parts; nil when it holds anything but visible ASCII, which could end
    /// the header it goes into.
    ///
    /// Over bytes, because finding the characters of a string takes ten times as long.
    private static func split(_ token: String) -> [String]? {
        var token = token
        return token.withUTF8 { bytes in
            guard bytes.allSatisfy(ASCII.isVisible) else { return nil }
            return bytes.split(separator: UInt8(ascii: "."), maxSplits: 4, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
        }
    }
}

extension CallerKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The region alone.
    public var description: String { "CallerKey(region: \(region), redacted)" }
    /// The region alone.
    public var debugDescription: String { description }
    /// A mirror without the credentials.
    public var customMirror: Mirror { Mirror(self, children: ["region": region.rawValue]) }
}

/// Why an API key cannot be used.
public enum CallerKeyError: Error, Hashable, Sendable {
    /// There is no key.
    case empty
    /// The key is longer than ``CallerKey/maximumLength``.
    case tooLong
    /// The key holds a space, a control character or a character beyond ASCII.
    case unprintable
    /// The key has more than four parts.
    case tooManyParts
    /// Two dots stand together, or one at an end.
    case emptyPart
    /// The key names no region and there is no default one.
    case missingRegion
    /// The key's region is not accepted; its name, unless that does not look like one.
    case unknownRegion(String?)
    /// The access key id holds something other than letters, digits and `_`, or more than 128 of them.
    case invalidAccessKeyID
    /// A temporary access key without its session token.
    case missingSessionToken
}

extension CallerKeyError: CustomStringConvertible {
    /// What is wrong and how to write it, for the caller.
    public var description: String {
        switch self {
        case .empty:
            return "The API key is empty. \(Self.forms)"
        case .tooLong:
            return "The API key is longer than \(CallerKey.maximumLength) characters."
        case .unprintable:
            return
                "The API key holds spaces or characters that are not ASCII: copy it again, without quotes or line breaks."
        case .tooManyParts:
            return "The API key has more than four parts separated by dots. \(Self.forms)"
        case .emptyPart:
            return "The API key has an empty part: look for a dot too many. \(Self.forms)"
        case .missingRegion:
            return "The API key names no region and the gateway has no default one: write it as region.KEY, "
                + "or set AWS_REGION."
        case .unknownRegion(let name):
            let subject = name.map { "The API key's region, \($0)," } ?? "What precedes the API key's first dot"
            return "\(subject) is not an AWS region that this gateway knows: write it like us-east-1, "
                + "or add it to EXTRA_AWS_REGIONS."
        case .invalidAccessKeyID:
            return "The API key's access key id may hold letters, digits and _ only. \(Self.forms)"
        case .missingSessionToken:
            return "An access key id that begins with ASIA is temporary and needs its session token: "
                + "region.accessKeyId.secretAccessKey.sessionToken."
        }
    }

    private static let forms =
        "Write region.BEDROCK_API_KEY, region.accessKeyId.secretAccessKey or "
        + "region.accessKeyId.secretAccessKey.sessionToken."
}
