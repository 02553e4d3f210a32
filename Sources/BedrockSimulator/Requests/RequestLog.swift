import JSON
public import NIOCore
public import NIOHTTP1
import Synchronization

/// A request that a simulator received.
public struct RequestRecord: Sendable {
    /// The method and the target as they were sent.
    public var method: String
    /// The target, still percent-encoded.
    public var target: String
    /// The header fields, `Authorization` included: keep it in the test that reads it.
    public var headers: HTTPHeaders
    /// The body.
    public var body: ByteBuffer
}

/// How many requests a simulator received, and what became of them.
public struct RequestCounts: Sendable, Equatable {
    /// All requests, those for the counts themselves left out.
    public var requests = 0
    /// The requests by operation: `converse`, `invoke-with-response-stream`.
    public var operations: [String: Int] = [:]
    /// The refusals by type: `ValidationException`.
    public var errors: [String: Int] = [:]
    /// The streams that are being sent now.
    public var openStreams = 0
    /// The streams that came to their end, or to the failure they were told to have.
    public var finishedStreams = 0
    /// The streams whose client left.
    public var cancelledStreams = 0

    /// Creates counts of nothing.
    public init() {}
}

/// Counts requests, keeps the latest if it is asked to, and numbers them.
final class RequestLog: Sendable {
    private struct State {
        var counts = RequestCounts()
        var records: [RequestRecord] = []
    }

    private let state = Mutex(State())
    private let limit: Int
    private let number = Atomic<Int>(0)

    init(keeping limit: Int) {
        self.limit = limit
    }

    var counts: RequestCounts { state.withLock { $0.counts } }
    var records: [RequestRecord] { state.withLock { $0.records } }

    /// Makes the next request's id: a UUID in form, a number in content.
    func nextID() -> String {
        let number = number.wrappingAdd(1, ordering: .relaxed).newValue
        let digits = String(number, radix: 16)
        return "51300000-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.utf8.count)) + digits
    }

    func received(_ operation: String) {
        state.withLock { state in
            state.counts.requests += 1
            state.counts.operations[operation, default: 0] += 1
        }
    }

    func keep(_ record: @autoclosure () -> RequestRecord) {
        guard limit > 0 else { return }
        let record = record()
        state.withLock { state in
            if state.records.count >= limit { state.records.removeFirst() }
            state.records.append(record)
        }
    }

    func refused(_ error: SimulatorError) {
        state.withLock { $0.counts.errors[error.type, default: 0] += 1 }
    }

    func streamOpened() {
        state.withLock { $0.counts.openStreams += 1 }
    }

    func streamClosed(byClient: Bool) {
        state.withLock { state in
            state.counts.openStreams -= 1
            if byClient {
                state.counts.cancelledStreams += 1
            } else {
                state.counts.finishedStreams += 1
            }
        }
    }
}

extension RequestCounts {
    /// The counts as the simulator's own endpoint tells them.
    var json: ByteBuffer {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.key("requests")
        writer.int(requests)
        writer.key("open_streams")
        writer.int(openStreams)
        writer.key("finished_streams")
        writer.int(finishedStreams)
        writer.key("cancelled_streams")
        writer.int(cancelledStreams)
        writer.key("operations")
        write(operations, to: &writer)
        writer.key("errors")
        write(errors, to: &writer)
        writer.endObject()
        return writer.buffer
    }

    private func write(_ table: [String: Int], to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, value) in table.sorted(by: { $0.key < $1.key }) {
            writer.key(key)
            writer.int(value)
        }
        writer.endObject()
    }
}
