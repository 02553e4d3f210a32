/// Why a request's body was not collected.
public enum BodyFailure: Error, Sendable, Hashable {
    /// The body is larger than the limit given; 413 is the usual answer.
    case tooLarge
    /// The body paused for longer than ``HTTPServerConfiguration/bodyTimeout``, or took longer than
    /// ``HTTPServerConfiguration/bodyTotalTimeout`` allows; 408 is the usual answer.
    case timedOut
    /// The client left; no answer reaches it.
    case clientLeft
    /// The bytes are not a valid body; 400 is the usual answer.
    case malformed
    /// The fields behind the body are more than ``HTTPServerConfiguration/maximumHeaderBytes``; 431 is the usual answer.
    case trailersTooLarge
    /// The bodies in memory are at ``HTTPServerConfiguration/maximumBodyBytesInMemory``; 503 is the usual answer.
    case overloaded
}

extension BodyFailure {
    /// What a complaint of the parser's says of a body.
    init(_ failure: HTTPServerFailure) {
        self = failure == .headersTooLarge ? .trailersTooLarge : .malformed
    }
}
