import Adapters
import BedrockRuntime
import JSON
import NIOCore
import Synchronization

/// The part of the thinking store that one caller may see.
final class ThinkingMemory: Sendable {
    private let store: ThinkingStore
    private let caller: CallerKey
    /// The caller's fingerprint once it was needed, which few requests do: it costs a hash.
    private let fingerprint = Mutex<SHA256Digest?>(nil)

    init(store: ThinkingStore, caller: CallerKey) {
        self.store = store
        self.caller = caller
    }

    /// The thinking that led to a call; nil when it is not known.
    func blocks(for call: JSONText, model: String) -> [ThinkingBlock]? {
        store.blocks(for: key(call, model: model), at: .now())
    }

    /// Keeps the thinking of an answer, if it led to calls.
    func keep(_ collector: ThinkingCollector, model: String) {
        guard collector.isWorthKeeping else { return }
        store.store(collector.blocks, for: collector.toolCallIDs.map { key($0, model: model) }, at: .now())
    }

    private func key(_ call: JSONText, model: String) -> ThinkingStore.Key {
        let digest = fingerprint.withLock { known in
            let digest = known ?? caller.fingerprint
            known = digest
            return digest
        }
        return ThinkingStore.Key(caller: digest, model: model, toolCallID: call.string)
    }
}
