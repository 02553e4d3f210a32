/// A model id that matches AWS's pattern, so that it can stand in a path and be answered by AWS rather than a proxy.
///
/// The pattern is that of `InvokeModelIdentifier` and `ConversationalModelId` in AWS's service model: a foundation model
/// or system profile id, a short name, or one of the ARNs. Two things are stricter here: what begins with `arn:` must
/// be one of the ARN forms, and an id of dots alone is refused, because `/model/../converse` is another path.
public struct ModelIdentifier: Hashable, Sendable {
    /// The id as AWS writes it, percent escapes removed.
    public let rawValue: String
    /// The parts of the id when it is an ARN.
    public let arn: BedrockARN?

    /// The greatest length AWS accepts, in characters.
    public static let maximumLength = 2048

    /// Reads a model id.
    ///
    /// Clients that paste an ARN from a URL send it percent-encoded: an id with a `%` is decoded, once.
    ///
    /// - Parameter text: The id or ARN.
    /// - Throws: ``ModelIdentifierError`` when it is empty, too long or does not match.
    public init(_ text: some StringProtocol) throws(ModelIdentifierError) {
        guard !text.isEmpty else { throw .empty }
        // An escape takes three bytes, so anything longer is too long however it decodes.
        guard text.utf8.count <= Self.maximumLength * 3 else { throw .tooLong }
        var id = String(text)
        if id.utf8.contains(UInt8(ascii: "%")) {
            guard let decoded = PathEncoding.decodeOnce(id) else { throw .malformed }
            id = decoded
        }
        guard id.utf8.count <= Self.maximumLength else { throw .tooLong }
        if id.hasPrefix("arn:") {
            guard let arn = BedrockARN(id), arn.namesModel else { throw .malformed }
            self.arn = arn
        } else {
            guard Self.isPlainID(id.utf8) else { throw .malformed }
            arn = nil
        }
        rawValue = id
    }

    /// Checks that an ARN's region is the one the call goes to; ids that are not ARNs have none and always pass.
    ///
    /// - Parameter region: The region of the caller's key.
    /// - Throws: ``ModelIdentifierError/regionMismatch(arn:key:)``.
    public func requireRegion(_ region: AWSRegion) throws(ModelIdentifierError) {
        guard let arn, !arn.region.utf8.elementsEqual(region.rawValue.utf8) else { return }
        throw .regionMismatch(arn: arn.region, key: region)
    }

    /// `[a-zA-Z0-9-:.]+` with something other than dots, or `([0-9a-zA-Z][_-]?)+`.
    private static func isPlainID(_ id: String.UTF8View) -> Bool {
        let dot = UInt8(ascii: ".")
        let isFirstForm = id.allSatisfy {
            ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ":") || $0 == dot
        }
        if isFirstForm { return !id.allSatisfy { $0 == dot } }
        var previousIsAlphanumeric = false
        for byte in id {
            let isAlphanumeric = ASCII.isAlphanumeric(byte)
            let isJoint = byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            guard isAlphanumeric || (isJoint && previousIsAlphanumeric) else { return false }
            previousIsAlphanumeric = isAlphanumeric
        }
        return true
    }
}

/// Why a model id cannot be used.
public enum ModelIdentifierError: Error, Hashable, Sendable {
    /// There is no id.
    case empty
    /// The id is longer than ``ModelIdentifier/maximumLength``.
    case tooLong
    /// The id matches none of the forms that AWS accepts.
    case malformed
    /// The ARN is of another region than the caller's key, which Bedrock would not find.
    case regionMismatch(arn: String, key: AWSRegion)
}

extension ModelIdentifierError: CustomStringConvertible {
    /// What is wrong, for the caller; the id itself is not repeated.
    public var description: String {
        switch self {
        case .empty: "The model id is empty."
        case .tooLong: "The model id is longer than \(ModelIdentifier.maximumLength) characters."
        case .malformed: "The model id is neither a Bedrock model or inference profile id nor a Bedrock model ARN."
        case .regionMismatch(let arn, let key):
            "The model's ARN is in region \(arn), but the API key is for region \(key): "
                + "use a key for \(arn), or a model of \(key)."
        }
    }
}
