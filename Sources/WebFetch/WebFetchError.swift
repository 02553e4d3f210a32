/// Why a resource was not fetched.
///
/// Descriptions name the host at most: a URL's path and query may hold the client's secrets.
public enum WebFetchError: Error, Hashable, Sendable {
    /// The text is not a URL that can be fetched safely: malformed, with credentials in it, or with characters
    /// that must be percent-encoded.
    case invalidURL
    /// The URL, or one that it redirects to, is neither http nor https.
    case unsupportedScheme
    /// Every address of the host that could be tried is outside the public internet.
    case addressRefused(host: String)
    /// The resource has more bytes than this limit.
    case tooLarge(limit: Int)
    /// The resources of the fetch's group have together more bytes than this limit.
    case groupTooLarge(limit: Int)
    /// The resource did not arrive in time.
    case timedOut
    /// There were more redirects than this limit.
    case tooManyRedirects(limit: Int)
    /// The server answered with a status other than success, or with a redirect to nowhere.
    case status(Int)
    /// Too many fetches, or too many fetched bytes, are held already, or most of the time went by in waiting for other fetches.
    case busy
    /// No complete answer came: `reason` is a clause that follows "The server of the URL".
    case unreachable(reason: String)
    /// The server answered with success and no bytes.
    case emptyBody
    /// The fetch was cancelled by who asked for it.
    case cancelled
    /// An entry of the allowed hosts is neither `host` nor `host:port`.
    case invalidAllowedHost(String)
}

extension WebFetchError: CustomStringConvertible {
    /// The failure as a sentence that a client or operator can act on.
    public var description: String {
        switch self {
        case .invalidURL:
            """
            The URL cannot be fetched: it must be an absolute http or https URL without user name or password, with \
            spaces percent-encoded and an international host name in its xn-- form.
            """
        case .unsupportedScheme:
            "Only http and https URLs can be fetched, redirects included."
        case .addressRefused(let host):
            """
            The host \(host) of the URL is not at a public address. Send the content as a data URL, or have the \
            operator list the host in IMAGE_URL_ALLOWED_HOSTS.
            """
        case .tooLarge(let limit):
            "The resource at the URL is larger than the limit of \(limit) bytes."
        case .groupTooLarge(let limit):
            "The resources at the URLs are together larger than the limit of \(limit) bytes, counted up to this one."
        case .timedOut:
            "The resource at the URL did not arrive in time."
        case .tooManyRedirects(let limit):
            "The URL leads through more than \(limit) redirects."
        case .status(let status):
            "The server of the URL answered with status \(status)."
        case .busy:
            "Too many URLs are being fetched at the moment. Try again later, or send the content as a data URL."
        case .unreachable(let reason):
            "The server of the URL \(reason)."
        case .emptyBody:
            "The server of the URL answered without content."
        case .cancelled:
            "The fetch was cancelled."
        case .invalidAllowedHost(let entry):
            "'\(entry)' is not an allowed host: expected host or host:port, with an IPv6 address in brackets."
        }
    }
}
