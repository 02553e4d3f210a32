import NIOCore
import NIOHTTP1

/// What carries exchanges: an HTTP/1 connection, and one day an HTTP/2 stream.
///
/// An exchange calls `respond` once, or `begin` and then `write` and `finish`, or `abort`; never anything after the last.
protocol ExchangeTransport: AnyObject {
    var isWritable: Bool { get }
    func collectBody(upTo limit: Int, _ completion: @escaping (Result<ByteBuffer, BodyFailure>) -> Void)
    func releaseBody()
    func respond(_ status: HTTPResponseStatus, headers: [(name: String, value: String)], body: ByteBuffer)
    func begin(_ status: HTTPResponseStatus, headers: [(name: String, value: String)])
    func write(_ bytes: ByteBuffer)
    func finish(with last: ByteBuffer)
    func abort()
}
