import CCurl
import NIOCore

/// What one hop of a fetch has received, and what its callbacks decided.
///
/// Lives on the thread that runs the hop. The callbacks see it through an unretained pointer, so whoever runs the hop
/// keeps it alive until libcurl has returned.
final class Transfer {
    /// Why a callback ended the transfer.
    enum Stop {
        /// The answer is a redirect or a failure: its body is of no use.
        case bodyNotWanted
        case tooLarge
        case groupTooLarge
        case busy
        case headersTooLong
    }

    /// The most bytes that the header lines of one hop may have.
    static let maximumHeaderBytes = 262_144

    /// Whether the operator exempted the host of this hop from the address check.
    let isExempt: Bool
    /// Who waits for the result.
    let handle: FetchHandle
    /// The most bytes the body may have.
    let limit: Int
    /// Holds the bytes of the body in the budget.
    let lease: ByteLease
    private(set) var body = ByteBuffer()
    private var hasRefusedAddress = false
    private var hasTriedAddress = false
    private(set) var stop: Stop?
    private var headerBytes = 0
    private var hasBody = false

    init(isExempt: Bool, handle: FetchHandle, limit: Int, lease: ByteLease) {
        self.isExempt = isExempt
        self.handle = handle
        self.limit = limit
        self.lease = lease
    }

    /// Answers whether a socket may be opened to an address.
    func mayConnect(to socketAddress: UnsafeRawBufferPointer) -> Bool {
        guard !isExempt, !AddressPolicy.isPublic(socketAddress: socketAddress) else {
            hasTriedAddress = true
            return true
        }
        hasRefusedAddress = true
        return false
    }

    /// Whether the host has addresses, and none that may be connected to.
    var refusedEveryAddress: Bool { hasRefusedAddress && !hasTriedAddress }

    /// Answers whether more header lines may come.
    func receiveHeader(byteCount: Int) -> Bool {
        headerBytes += byteCount
        guard headerBytes <= Self.maximumHeaderBytes else { return stop(.headersTooLong) }
        return true
    }

    /// Adds a piece of the body.
    ///
    /// - Parameters:
    ///   - bytes: The piece, borrowed for the call.
    ///   - status: The status of the answer it belongs to.
    ///   - declaredLength: The answer's `Content-Length`, negative without one. It is only a hint here.
    /// - Returns: Whether more may come.
    func receive(_ bytes: UnsafeRawBufferPointer, status: Int, declaredLength: Int) -> Bool {
        guard Self.isSuccess(status) else { return stop(.bodyNotWanted) }
        let count = body.readableBytes + bytes.count
        guard max(count, declaredLength) <= limit else { return stop(.tooLarge) }
        switch lease.cover(max(count, declaredLength)) {
        case .covered: break
        case .groupIsFull: return stop(.groupTooLarge)
        case .busy: return stop(.busy)
        }
        if !hasBody, declaredLength > 0 {
            body.reserveCapacity(declaredLength)
        }
        hasBody = true
        body.writeBytes(bytes)
        return true
    }

    /// Answers whether a status promises the whole resource: any success but 206, a part that nobody asked for.
    static func isSuccess(_ status: Int) -> Bool {
        200...299 ~= status && status != 206
    }

    private func stop(_ reason: Stop) -> Bool {
        stop = reason
        return false
    }
}
