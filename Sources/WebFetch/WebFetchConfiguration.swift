/// The limits that every fetch keeps to, and the hosts that may be at private addresses.
public struct WebFetchConfiguration: Sendable {
    /// The most bytes one resource may have; no more than `maximumBytesInFlight` in effect.
    public var maximumBytes = 20 * 1_048_576
    /// The most bytes that all fetches, and the resources still held by callers, may have together.
    public var maximumBytesInFlight = 64 * 1_048_576
    /// The most bytes of these that one owner may have.
    public var maximumBytesInFlightPerOwner = 32 * 1_048_576
    /// The most fetches that run at once, each on a thread of its own.
    public var maximumConcurrentFetches = 16
    /// The most fetches of one owner that run at once: who names slow servers holds up nobody else.
    public var maximumConcurrentFetchesPerOwner = 4
    /// The most fetches that wait for one of those threads; one more fails as busy.
    public var maximumQueued = 256
    /// The most fetches of one owner that wait.
    public var maximumQueuedPerOwner = 64
    /// The time one fetch may take from the call to the last byte: waiting, redirects and name lookups included.
    public var timeout: Duration = .seconds(15)
    /// The part of `timeout` that each hop may spend on looking up a name, connecting and TLS.
    public var connectTimeout: Duration = .seconds(5)
    /// The most redirects that are followed.
    public var maximumRedirects = 3
    /// The hosts that are fetched from whatever their address.
    public var allowedHosts = AllowedHosts()
    /// The value of the `User-Agent` header.
    public var userAgent = "bedrock-gateway"
    /// The path of a PEM file of certificate authorities to trust in place of the system's.
    public var caCertificateFile: String?

    /// Creates a configuration with the default limits and no allowed hosts.
    public init() {}
}

extension Duration {
    /// The whole milliseconds of the duration, at least 1, since libcurl reads 0 as no limit.
    var limitInMilliseconds: Int {
        let (seconds, attoseconds) = components
        let (whole, overflow) = Int(seconds).multipliedReportingOverflow(by: 1_000)
        return overflow ? .max : max(1, whole + Int(attoseconds / 1_000_000_000_000_000))
    }
}
