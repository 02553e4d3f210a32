import NIOCore

/// Watches whether a client takes any of the bytes that wait for it.
struct WriteStall {
    private var pendingBytes = Int.max
    private var since = NIODeadline.uptimeNanoseconds(0)

    /// Looks whether bytes were taken since it last looked.
    ///
    /// - Parameters:
    ///   - pendingBytes: How many bytes wait now.
    ///   - now: The time now.
    ///   - limit: How long none may be taken.
    /// - Returns: Whether none was taken for longer than that.
    mutating func isStalled(pendingBytes: Int, at now: NIODeadline, limit: TimeAmount) -> Bool {
        if pendingBytes < self.pendingBytes {
            self.pendingBytes = pendingBytes
            since = now
            return false
        }
        return now - since > limit
    }
}
