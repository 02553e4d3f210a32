/// Why bytes are not an event stream.
public enum EventStreamError: Error, Hashable, Sendable {
    /// The checksum of a frame's first eight bytes does not match, so its lengths mean nothing.
    case preludeChecksum
    /// The checksum of a whole frame does not match.
    case messageChecksum
    /// A frame's lengths contradict each other or exceed the limits.
    case invalidLength
    /// A frame's headers do not fit their length, or are of a type that does not exist.
    case malformedHeaders
    /// The stream ended inside a frame.
    case truncated
}

extension EventStreamError: CustomStringConvertible {
    /// What was wrong with the stream.
    public var description: String {
        switch self {
        case .preludeChecksum: "an event frame's prelude checksum does not match"
        case .messageChecksum: "an event frame's checksum does not match"
        case .invalidLength: "an event frame's lengths are impossible"
        case .malformedHeaders: "an event frame's headers are malformed"
        case .truncated: "the stream ended inside an event frame"
        }
    }
}
