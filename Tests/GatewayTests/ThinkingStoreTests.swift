import Adapters
import BedrockRuntime
import JSON
import NIOCore
import NIOEmbedded
import Testing

@testable import Gateway

@Suite("Thinking is remembered for its caller, within bounds")
struct ThinkingStoreTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func key(_ caller: String, _ model: String = "M", _ call: String = "call") -> ThinkingStore.Key {
        ThinkingStore.Key(caller: Digest.sha256(caller), model: model, toolCallID: call)
    }

    private func block(_ text: String) -> ThinkingBlock { .signed(text: JSONText(text), signature: "sig") }

    private func texts(_ blocks: [ThinkingBlock]?) -> [String]? {
        blocks?.map { if case .signed(let text, _) = $0 { text.string } else { "redacted" } }
    }

    @Test func onlyTheSameCallerModelAndCallFindIt() {
        let store = ThinkingStore()
        store.store([block("a"), .redacted("AAAA")], for: [key("alice")], at: start)
        #expect(texts(store.blocks(for: key("alice"), at: start)) == ["a", "redacted"])
        #expect(store.blocks(for: key("bob"), at: start) == nil)
        #expect(store.blocks(for: key("alice", "N"), at: start) == nil)
        #expect(store.blocks(for: key("alice", "M", "other"), at: start) == nil)
    }

    @Test func itIsForgottenWithAge() {
        let store = ThinkingStore(limits: .init(count: 10, bytes: 1_000_000, age: .seconds(60)))
        store.store([block("a")], for: [key("alice")], at: start)
        #expect(store.blocks(for: key("alice"), at: start + .seconds(59)) != nil)
        #expect(store.blocks(for: key("alice"), at: start + .seconds(60)) == nil)
        store.store([block("b")], for: [key("bob")], at: start + .seconds(61))
        #expect(store.size.count == 1)
    }

    @Test func whatIsTooOldIsLetGoOfThoughNobodyAsks() {
        let loop = EmbeddedEventLoop()
        let store = ThinkingStore()
        let task = store.forgetRegularly(on: loop)
        store.store([block("a")], for: [key("alice")], at: loop.now)
        loop.advanceTime(by: .minutes(59))
        #expect(store.size.count == 1)
        loop.advanceTime(by: .minutes(2))
        #expect(store.size.count == 0)
        #expect(store.size.bytes == 0)
        task.cancel()
    }

    @Test func theOldestGoFirstBeyondTheCount() {
        let store = ThinkingStore(limits: .init(count: 3, bytes: 1_000_000, age: .hours(1)))
        for index in 0..<10 { store.store([block("\(index)")], for: [key("caller \(index)")], at: start) }
        #expect(store.size.count == 3)
        #expect(store.blocks(for: key("caller 6"), at: start) == nil)
        #expect(store.blocks(for: key("caller 7"), at: start) != nil)
    }

    @Test func bytesAreBoundedAndCountedBack() {
        let store = ThinkingStore(limits: .init(count: 1000, bytes: 10_000, age: .hours(1)))
        for index in 0..<100 {
            store.store([block(String(repeating: "x", count: 1000))], for: [key("caller \(index)")], at: start)
            #expect(store.size.bytes <= 10_000)
        }
        store.store([block(String(repeating: "x", count: 5000))], for: [key("too large")], at: start)
        #expect(store.blocks(for: key("too large"), at: start) == nil)
    }

    @Test func anEntryStoredAgainIsCountedOnceAndKeepsItsNewPlace() {
        let store = ThinkingStore(limits: .init(count: 2, bytes: 1_000_000, age: .hours(1)))
        store.store([block("old")], for: [key("a")], at: start)
        let once = store.size.bytes
        store.store([block("new")], for: [key("a")], at: start)
        #expect(store.size == (1, once))
        store.store([block("b")], for: [key("b")], at: start)
        #expect(texts(store.blocks(for: key("a"), at: start)) == ["new"])
        store.store([block("c")], for: [key("c")], at: start)
        #expect(store.blocks(for: key("a"), at: start) == nil)
        #expect(store.size.count == 2)
    }

    @Test func anyOfTheCallsFindsIt() {
        let store = ThinkingStore(limits: .init(count: 2, bytes: 1_000_000, age: .hours(1)))
        store.store([block("a")], for: [key("alice"), key("alice", "M", "second")], at: start)
        #expect(texts(store.blocks(for: key("alice", "M", "second"), at: start)) == ["a"])
        #expect(store.size.count == 1)
        // An id that comes again leads to the newer thinking, and the end of the older entry leaves it there.
        store.store([block("b")], for: [key("alice", "M", "third"), key("alice", "M", "second")], at: start)
        store.store([block("c")], for: [key("bob")], at: start)
        #expect(store.blocks(for: key("alice"), at: start) == nil)
        #expect(texts(store.blocks(for: key("alice", "M", "second"), at: start)) == ["b"])
        let bytes = store.size.bytes
        store.store([block("c")], for: [key("bob")], at: start)
        #expect(store.size == (2, bytes))
    }
}
