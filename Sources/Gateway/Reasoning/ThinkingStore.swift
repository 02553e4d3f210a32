import Adapters
import BedrockRuntime
import JSON
import NIOCore
import Synchronization

/// Remembers the signed thinking that led to tool calls, for clients that do not give it back.
///
/// Claude wants the thinking before its tool calls returned unchanged while the tool loop runs; plain OpenAI clients have no
/// field for it. So it is kept here, within this process only: found by caller, model and the id of any of the calls that it
/// led to, bounded in count, bytes and age. An entry is used as often as its history is sent. What is lost costs no failure:
/// the next call then goes without thinking. So do the calls of clients on the deprecated `functions`, which have no ids.
final class ThinkingStore: Sendable {
    /// Who may find an entry: nobody but the caller whose answer it was, for the same model and call.
    struct Key: Hashable, Sendable {
        var caller: SHA256Digest
        var model: String
        var toolCallID: String
    }

    /// What bounds the store.
    struct Limits: Sendable {
        /// The most entries.
        var count = 10_000
        /// The most bytes of thinking and signatures together.
        var bytes = 64 * 1_048_576
        /// How long an entry is kept.
        var age = TimeAmount.hours(1)
    }

    private struct Entry {
        var keys: [Key]
        var blocks: [ThinkingBlock]
        var bytes: Int
        var stored: NIODeadline
    }

    private struct State {
        /// The entries by their serial numbers, which are given out in the order of storing.
        var entries: [Int: Entry] = [:]
        /// The serial number of the entry that each key leads to: the last one stored for it.
        var serials: [Key: Int] = [:]
        var oldest = 0
        var nextSerial = 0
        var bytes = 0

        mutating func remove(_ serial: Int) {
            guard let entry = entries.removeValue(forKey: serial) else { return }
            bytes -= entry.bytes
            for key in entry.keys where serials[key] == serial { serials[key] = nil }
        }
    }

    private let limits: Limits
    private let state = Mutex(State())

    /// Creates an empty store.
    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Keeps thinking under the ids of the calls that it led to.
    ///
    /// An entry that has lost its first key to this one is let go of.
    func store(_ blocks: [ThinkingBlock], for keys: [Key], at now: NIODeadline) {
        guard let first = keys.first else { return }
        let names = keys.reduce(0) { $0 + $1.toolCallID.utf8.count + $1.model.utf8.count + 128 }
        let bytes = blocks.reduce(names) { $0 + $1.byteCount }
        // What would fill the store by itself is not worth keeping.
        guard bytes <= limits.bytes / 4 else { return }
        let compact = blocks.map(\.compacted)
        state.withLock { state in
            if let earlier = state.serials[first] { state.remove(earlier) }
            let serial = state.nextSerial
            state.nextSerial += 1
            state.entries[serial] = Entry(keys: keys, blocks: compact, bytes: bytes, stored: now)
            for key in keys { state.serials[key] = serial }
            state.bytes += bytes
            trim(&state, now)
        }
    }

    /// The thinking that led to a call; nil when it is not known, or too old.
    func blocks(for key: Key, at now: NIODeadline) -> [ThinkingBlock]? {
        state.withLock { state in
            guard let serial = state.serials[key], let entry = state.entries[serial], now - entry.stored < limits.age
            else { return nil }
            return entry.blocks
        }
    }

    /// Lets go of what is too old.
    func forget(at now: NIODeadline) {
        state.withLock { trim(&$0, now) }
    }

    /// Lets go of what is too old once a minute, until the task is cancelled: on a quiet gateway nobody else would.
    func forgetRegularly(on eventLoop: any EventLoop) -> RepeatedTask {
        eventLoop.scheduleRepeatedTask(initialDelay: .minutes(1), delay: .minutes(1)) { [weak self] _ in
            self?.forget(at: eventLoop.now)
        }
    }

    /// How many entries and bytes are held.
    var size: (count: Int, bytes: Int) { state.withLock { ($0.entries.count, $0.bytes) } }

    private func trim(_ state: inout State, _ now: NIODeadline) {
        while state.oldest < state.nextSerial {
            if let entry = state.entries[state.oldest] {
                let isTooMany = state.entries.count > limits.count || state.bytes > limits.bytes
                guard isTooMany || now - entry.stored >= limits.age else { break }
                state.remove(state.oldest)
            }
            state.oldest += 1
        }
    }
}

extension ThinkingBlock {
    fileprivate var byteCount: Int {
        switch self {
        case .signed(let text, let signature): text.escaped.readableBytes + signature.escaped.readableBytes
        case .redacted(let data): data.escaped.readableBytes
        }
    }

    /// The block in memory of its own, so that keeping it does not keep the answer it came from.
    fileprivate var compacted: ThinkingBlock {
        switch self {
        case .signed(let text, let signature): .signed(text: text.compacted, signature: signature.compacted)
        case .redacted(let data): .redacted(data.compacted)
        }
    }
}

extension JSONText {
    fileprivate var compacted: JSONText {
        JSONText(validEscaped: ByteBuffer(bytes: escaped.readableBytesView), hasEscapes: hasEscapes)
    }
}
