public import NIOCore
public import NIOHTTP1

/// What is wrong with a request that no handler got to see.
public enum HTTPServerFailure: Sendable, Hashable {
    /// The bytes are not an HTTP/1 request, or contradict themselves about the body's length or the host: 400.
    case malformedRequest
    /// The head did not arrive in time: 408.
    case requestTimeout
    /// The request's target is longer than ``HTTPServerConfiguration/maximumTargetBytes``: 414.
    case targetTooLong
    /// `Expect` asks for something other than `100-continue`: 417.
    case expectationFailed
    /// The header fields are larger than ``HTTPServerConfiguration/maximumHeaderBytes``, or too many: 431.
    case headersTooLarge
    /// The body has a transfer coding other than `chunked`: 501.
    case unsupportedTransferCoding
    /// The request is of a version of HTTP other than 1.0 and 1.1: 505.
    case unsupportedVersion

    /// The status that says it.
    public var status: HTTPResponseStatus {
        switch self {
        case .malformedRequest: .badRequest
        case .requestTimeout: .requestTimeout
        case .targetTooLong: .uriTooLong
        case .expectationFailed: .expectationFailed
        case .headersTooLarge: .requestHeaderFieldsTooLarge
        case .unsupportedTransferCoding: .notImplemented
        case .unsupportedVersion: .httpVersionNotSupported
        }
    }
}

/// The answer to a request that no handler got to see.
public struct FailureResponse: Sendable {
    /// The answer's status.
    public var status: HTTPResponseStatus

    /// Header fields, without `Content-Length`, `Date` and `Connection`, which the server writes.
    public var headers: [(name: String, value: String)]

    /// The whole body.
    public var body: ByteBuffer

    /// Creates an answer.
    ///
    /// - Parameters:
    ///   - status: The answer's status.
    ///   - headers: Header fields, without those the server writes.
    ///   - body: The whole body.
    public init(status: HTTPResponseStatus, headers: [(name: String, value: String)], body: ByteBuffer) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Creates an answer whose body is the status's reason phrase.
    ///
    /// - Parameter failure: What is wrong with the request.
    public init(plainText failure: HTTPServerFailure) {
        self.init(
            status: failure.status,
            headers: [("Content-Type", "text/plain; charset=utf-8")],
            body: ByteBuffer(string: failure.status.reasonPhrase + "\n")
        )
    }
}
