/// The parts of an Amazon Resource Name: `arn:partition:service:region:account:resource`.
public struct BedrockARN: Hashable, Sendable {
    /// `aws`, or `aws-` and a partition's name.
    public let partition: String
    /// `bedrock`, or `sagemaker` for a Bedrock Marketplace endpoint.
    public let service: String
    /// The region's name as written: checked for its characters, not against any list.
    public let region: String
    /// Twelve digits; empty for AWS's own resources.
    public let account: String
    /// What precedes the resource's first slash: `inference-profile`.
    public let resourceType: String
    /// What follows the resource's first slash; it may hold more of them.
    public let resourceID: String

    /// Splits an ARN, checking all but the resource's id; nil when it is not the ARN of a resource with a slash.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", let slash = parts[5].firstIndex(of: "/") else { return nil }
        guard parts[1] == "aws" || (parts[1].hasPrefix("aws-") && parts[1].utf8.count > 4),
            text.utf8.allSatisfy(ASCII.isVisible),
            (1...20).contains(parts[3].utf8.count),
            parts[3].utf8.allSatisfy({ ASCII.isLowercase($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "-") }),
            parts[4].isEmpty || (parts[4].utf8.count == 12 && parts[4].utf8.allSatisfy(ASCII.isDigit))
        else { return nil }
        partition = String(parts[1])
        service = String(parts[2])
        region = String(parts[3])
        account = String(parts[4])
        resourceType = String(parts[5][..<slash])
        resourceID = String(parts[5][parts[5].index(after: slash)...])
    }

    /// Whether this is one of the resources that InvokeModel or Converse takes for a model, with an id of its form.
    var namesModel: Bool {
        let id = resourceID.utf8
        if service == "sagemaker" {
            return partition == "aws" && resourceType == "endpoint" && !account.isEmpty && !id.isEmpty
                && id.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
        guard service == "bedrock" else { return false }
        if resourceType == "foundation-model" { return account.isEmpty && Self.isFoundationModel(id) }
        guard !account.isEmpty else { return false }
        switch resourceType {
        case "inference-profile", "application-inference-profile", "prompt-router", "default-prompt-router":
            return Self.isProfile(id)
        case "imported-model", "provisioned-model", "custom-model-deployment":
            return Self.isTwelveCharacters(id)
        case "custom-model":
            let parts = id.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            return parts.count == 2 && Self.isFoundationModel(parts[0]) && Self.isTwelveCharacters(parts[1])
        case "prompt":
            let parts = id.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            return (1...2).contains(parts.count) && parts[0].count == 10 && parts[0].allSatisfy(ASCII.isAlphanumeric)
                && parts.dropFirst().allSatisfy { (1...5).contains($0.count) && $0.allSatisfy(ASCII.isDigit) }
        default:
            return false
        }
    }

    /// `vendor.name` and more labels after dots or colons, as `InvokedModelId` in AWS's model also allows.
    private static func isFoundationModel(_ id: some Collection<UInt8>) -> Bool {
        let labels = id.split(omittingEmptySubsequences: false) { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
        return labels.count >= 2 && id.first { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") } == UInt8(ascii: ".")
            && labels.allSatisfy { label in
                // Two groups of 63 that need no joint.
                (1...126).contains(label.count)
                    && label.allSatisfy { ASCII.isLowercase($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "-") }
            }
    }

    private static func isProfile(_ id: some Collection<UInt8>) -> Bool {
        !id.isEmpty
            && id.allSatisfy {
                ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ":")
                    || $0 == UInt8(ascii: ".")
            }
    }

    private static func isTwelveCharacters(_ id: some Collection<UInt8>) -> Bool {
        id.count == 12 && id.allSatisfy { ASCII.isLowercase($0) || ASCII.isDigit($0) }
    }
}
