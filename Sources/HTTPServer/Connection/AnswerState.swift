import NIOCore
import NIOHTTP1

/// How far the answer to a request is, and what the request allows it to be.
struct AnswerState {
    /// A whole answer, held until it is known whether the request's body has arrived.
    struct Whole {
        let status: HTTPResponseStatus
        let headers: [(name: String, value: String)]
        let body: ByteBuffer
    }

    /// Whether another request may follow on the connection.
    var allowsAnother = false

    /// Whether the answer has no body because the request's method is HEAD.
    private(set) var isHeadOnly = false

    /// Whether the client speaks HTTP/1.0: no chunks, and keeping the connection must be said.
    private(set) var isVersion10 = false

    /// How the end of the answer's body is told, once it has begun.
    var framing = AnswerHead.Framing.none

    /// The whole answer, if it is held.
    var deferred: Whole?

    init() {}

    init(to head: RequestHead) {
        allowsAnother = head.allowsAnother
        isHeadOnly = head.head.method == .HEAD
        isVersion10 = head.head.version.minor == 0
    }

    /// What to tell the client about the connection.
    var persistence: AnswerHead.Persistence {
        if !allowsAnother { return .close }
        return isVersion10 ? .keepAlive : .implied
    }
}
