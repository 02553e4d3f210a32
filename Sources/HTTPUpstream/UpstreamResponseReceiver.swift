public import NIOCore
public import NIOHTTP1

/// What is told how one call goes.
///
/// A call makes its calls on the pool's loop, in this order: the head once, bytes any number of times, then exactly
/// one of finished and failed; failed may come at any point. Nothing is called after ``UpstreamCall/cancel()``, and
/// nothing before ``UpstreamPool/send(_:receiver:)`` has returned. The call holds its receiver until it ends.
public protocol UpstreamResponseReceiver: AnyObject {
    /// Takes the head of the answer. A 1xx never arrives here.
    ///
    /// - Parameters:
    ///   - status: The status code, 200 and up.
    ///   - headers: The headers as received.
    func upstream(head status: Int, headers: HTTPHeaders)

    /// Takes body bytes with their transfer coding removed.
    ///
    /// Called at most once for each read from the socket: one write of one's own for each call is right.
    ///
    /// After ``UpstreamCall/pauseReading()``, what the socket had already given (at most 128 KiB) may still arrive.
    ///
    /// - Parameter bytes: A slice of what was read from the socket: keeping it keeps the whole read in memory.
    func upstream(bytes: ByteBuffer)

    /// Learns that the answer is complete.
    func upstreamFinished()

    /// Learns that there will be no complete answer.
    ///
    /// - Parameter error: Why.
    func upstreamFailed(_ error: UpstreamError)
}
