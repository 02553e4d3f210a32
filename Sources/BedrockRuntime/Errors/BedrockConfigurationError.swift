/// Why a setting that says where Bedrock is cannot be used.
///
/// Descriptions never repeat the whole setting: an endpoint may hold a password.
public enum BedrockConfigurationError: Error, Hashable, Sendable {
    /// A region name that could not stand in a host name.
    case invalidRegionName(String)
    /// An endpoint that holds spaces, control characters or characters beyond ASCII, or is longer than 2,048 bytes.
    case endpointIsNotPlainText
    /// An endpoint that begins with neither `https://` nor `http://`.
    case endpointScheme
    /// An endpoint with a user name or password.
    case endpointHasUserInformation
    /// An endpoint with a `?`.
    case endpointHasQuery
    /// An endpoint with a `#`.
    case endpointHasFragment
    /// An endpoint whose host is neither a DNS name nor an IP address.
    case endpointHost
    /// An endpoint whose port is not a number from 1 to 65,535.
    case endpointPort
    /// An endpoint whose path holds an empty, `.` or `..` segment or a character that must be percent-encoded.
    case endpointPath
    /// An `http://` endpoint on a host other than this machine.
    case endpointIsInsecure(host: String)
}

extension BedrockConfigurationError: CustomStringConvertible {
    /// What is wrong and what to write instead.
    public var description: String {
        switch self {
        case .invalidRegionName(let name):
            let shown = name.utf8.count <= 64 && name.utf8.allSatisfy(ASCII.isVisible) ? "\"\(name)\"" : "this"
            return "\(shown) cannot be a region's name: use lower-case letters, digits and single hyphens, "
                + "at most 32, such as us-east-1."
        case .endpointIsNotPlainText:
            return "The endpoint must be at most 2048 visible ASCII characters, without spaces."
        case .endpointScheme:
            return "The endpoint must begin with https:// (or http:// for this machine)."
        case .endpointHasUserInformation:
            return "The endpoint must not hold a user name or password."
        case .endpointHasQuery:
            return "The endpoint must not hold a query (\"?\")."
        case .endpointHasFragment:
            return "The endpoint must not hold a fragment (\"#\")."
        case .endpointHost:
            return "The endpoint's host must be a DNS name or an IP address (IPv6 in square brackets)."
        case .endpointPort:
            return "The endpoint's port must be a number from 1 to 65535."
        case .endpointPath:
            return "The endpoint's path must have no empty, \".\" or \"..\" segment, and its special characters "
                + "must be percent-encoded."
        case .endpointIsInsecure(let host):
            return "The endpoint uses http:// on \(host), which is not this machine: use https://, or set "
                + "ALLOW_INSECURE_ENDPOINT=true to send credentials and prompts unencrypted."
        }
    }
}
