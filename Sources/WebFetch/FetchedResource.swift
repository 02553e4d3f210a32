public import NIOCore

/// What was at a URL.
///
/// While a resource is held its bytes count against `maximumBytesInFlight`: keep the resource as long as its bytes
/// are needed, and let go of it then.
public struct FetchedResource: Sendable {
    /// The body, as it was sent: never empty, and not decompressed.
    public let bytes: ByteBuffer
    /// The `Content-Type` header as the server wrote it, which may be wrong.
    public let contentType: String?
    /// The status of the last answer, 200 to 299.
    public let status: Int

    /// Returns the bytes to the budget when the last copy of the resource is gone.
    let lease: ByteLease
}
