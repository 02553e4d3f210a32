import JSON

/// An image that a request names by URL.
struct RemoteImage: Sendable {
    /// The URL as the client wrote it.
    ///
    /// No `String`: that takes a composed accent for a decomposed one, and the two are different addresses.
    let url: JSONText
    /// Where it stands, for errors.
    let part: String
}
