import NIOCore
import NIOHTTP1

/// Requests that a client sent before the answer to an earlier one was out.
struct WaitingParts {
    private var parts = CircularBuffer<HTTPServerRequestPart>(initialCapacity: 0)

    /// About how much memory they hold.
    private(set) var byteCount = 0

    var isEmpty: Bool { parts.isEmpty }

    mutating func append(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head): byteCount += 256 + head.uri.utf8.count
        case .body(let bytes): byteCount += bytes.readableBytes
        case .end: break
        }
        parts.append(part)
    }

    mutating func popFirst() -> HTTPServerRequestPart? {
        let part = parts.popFirst()
        if parts.isEmpty { removeAll() }
        return part
    }

    mutating func removeAll() {
        parts = CircularBuffer(initialCapacity: 0)
        byteCount = 0
    }
}
