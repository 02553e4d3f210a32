import NIOCore
import NIOHTTP1

/// A request as it arrived: what a signature covers.
struct ReceivedRequest {
    var method: String
    /// The path, still percent-encoded.
    var path: String
    /// What follows the first `?`.
    var query: String?
    var headers: HTTPHeaders
    var body: ByteBuffer
}
