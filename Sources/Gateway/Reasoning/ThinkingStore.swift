import Adapters
import BedrockRuntime
import JSON
import NIOCore
import Synchronization

/// Remembers the signed thinking that led to tool calls, for clients that do not give it back.
///
/// Claude wants the thinking before its tool calls returned unchanged while the tool loop runs; plain OpenAI clients have no
/// field for it. So it is kept here, within this process only: found by caller, model and tool-call id, bounded in count,
/// bytes and age. An entry is used as often as its history is sent. What is lost costs no failure: the next call then goes
/// without thinking.
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
        var blocks: [ThinkingBlock]
        var bytes: Int
        var stored: NIODeadline
        var serial: Int
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        /// Keys in the order in which they were stored; a key stored again stands here twice, with different serials.
        var order: [(key: Key, serial: Int)] = []
        var oldest = 0
        var nextSerial = 0
        var bytes = 0
    }

    private let limits: Limits
    private let state = Mutex(State())

    /// Creates an empty store.
    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Keeps thinking under the id of the first call that it led to.
    func store(_ blocks: [ThinkingBlock], for key: Key, at now: NIODeadline) {
        let bytes = blocks.reduce(key.toolCallID.utf8.count + key.model.utf8.count + 128) { $0 + $1.byteCount }
        // What would fill the store by itself is not worth keeping.
        guard bytes <= limits.bytes / 4 else { return }
        let compact = blocks.map(\.compacted)
        state.withLock { state in
            if let earlier = state.entries[key] { state.bytes -= earlier.bytes }
            state.entries[key] = Entry(blocks: compact, bytes: bytes, stored: now, serial: state.nextSerial)
            state.order.append((key, state.nextSerial))
            state.nextSerial += 1
            state.bytes += bytes
            trim(&state, now)
        }
    }

    /// The thinking that led to a call; nil when it is not known, or too old.
    func blocks(for key: Key, at now: NIODeadline) -> [ThinkingBlock]? {
        state.withLock { state in
            guard let entry = state.entries[key], now - entry.stored < limits.age else { return nil }
            return entry.blocks
        }
    }

    /// How many entries and bytes are held.
    var size: (count: Int, bytes: Int) { state.withLock { ($0.entries.count, $0.bytes) } }

    private func trim(_ state: inout State, _ now: NIODeadline) {
        while state.oldest < state.order.count {
            let (key, serial) = state.order[state.oldest]
            if let entry = state.entries[key], entry.serial == serial {
                let isTooMany = state.entries.count > limits.count || state.bytes > limits.bytes
                guard isTooMany || now - entry.stored >= limits.age else { break }
                state.entries[key] = nil
                state.bytes -= entry.bytes
            }
            state.oldest += 1
        }
        if state.oldest > 1024, state.oldest * 2 > state.order.count {
            state.order.removeFirst(state.oldest)
            state.oldest = 0
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
