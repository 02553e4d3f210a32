/// The parts of a Bedrock model id or ARN.
///
/// Only what resolving needs: whether AWS would accept the characters is checked where calls are made.
enum ModelIdentifier {
    /// `anthropic.claude-…`, or any other text.
    case bare(String)
    /// `eu.anthropic.claude-…`: a first part without digits before something that has a vendor again.
    case prefixed(GeoPrefix, id: String)
    case arn(ARN)

    /// An ARN's region and what follows the account.
    struct ARN {
        var partition: String
        var service: String
        var region: String
        /// `inference-profile` of `inference-profile/eu.anthropic.…`.
        var resourceType: String
        /// `eu.anthropic.…` of `inference-profile/eu.anthropic.…`.
        var resourceID: String
    }

    /// Whether an id has AWS's characters only, so that it leads nowhere else.
    static func isWellFormed(_ id: String) -> Bool {
        let isARN = id.hasPrefix("arn:")
        return id.utf8.contains { $0 != UInt8(ascii: ".") }
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
                    UInt8(ascii: "_"):
                    true
                case UInt8(ascii: "/"): isARN
                default: false
                }
            }
    }

    init(_ text: String) {
        if let arn = ARN(text) {
            self = .arn(arn)
        } else if let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")),
            Self.isGeography(text[..<dot]), Self.hasVendor(text[text.utf8.index(after: dot)...])
        {
            self = .prefixed(
                GeoPrefix(rawValue: String(text[..<dot])),
                id: String(text[text.utf8.index(after: dot)...])
            )
        } else {
            self = .bare(text)
        }
    }

    /// Whether this is an ARN of one of the services that have models.
    var isARNOfModel: Bool {
        if case .arn(let arn) = self { arn.service == "bedrock" || arn.service == "sagemaker" } else { false }
    }

    /// The geography that the id is prefixed with, or that the profile of an ARN is of.
    var geography: GeoPrefix? {
        switch self {
        case .bare: nil
        case .prefixed(let prefix, _): prefix
        case .arn(let arn):
            arn.resourceType == "inference-profile" ? ModelIdentifier(arn.resourceID).geography : nil
        }
    }

    /// The id without its geography; nil for an ARN that does not say which model it stands for.
    var baseID: String? {
        switch self {
        case .bare(let id), .prefixed(_, let id): id
        case .arn(let arn):
            switch arn.resourceType {
            case "foundation-model", "inference-profile": ModelIdentifier(arn.resourceID).baseID
            default: nil
            }
        }
    }

    /// Whether the text has the form `vendor.model`, so that Bedrock may know it though the catalog does not.
    ///
    /// A vendor is lower-case letters and digits, a model begins with a letter: `gpt-4.1` and `qwen2.5` are no ids.
    static func hasVendor(_ text: Substring) -> Bool {
        guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")), let first = text.utf8.first, isLower(first),
            text[..<dot].utf8.allSatisfy({ isLower($0) || isDigit($0) })
        else { return false }
        let model = text[text.utf8.index(after: dot)...]
        return model.utf8.first.map(isLower) == true
            && model.utf8.allSatisfy { byte in
                isLower(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                    || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "_")
            }
    }

    /// Whether an id can begin with the text as its geography.
    static func isGeography(_ text: Substring) -> Bool {
        text.utf8.first.map(isLower) == true && text.utf8.allSatisfy { isLower($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isLower(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}

extension ModelIdentifier.ARN {
    /// Reads `arn:partition:service:region:account:type/id`; nil for anything else.
    init?(_ text: String) {
        guard text.hasPrefix("arn:") else { return nil }
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[1].hasPrefix("aws") else { return nil }
        let resource = parts[5].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard resource.count == 2, !resource[0].isEmpty, !resource[1].isEmpty else { return nil }
        partition = String(parts[1])
        service = String(parts[2])
        region = String(parts[3])
        resourceType = String(resource[0])
        resourceID = String(resource[1])
    }
}

extension ModelIdentifier {
    /// Takes percent escapes off, once; nil when an escape is malformed or the result is not UTF-8.
    ///
    /// A `+` stays a `+`: ids stand in paths, not in forms.
    static func removingPercentEscapes(_ text: String) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
