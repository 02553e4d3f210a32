import Foundation
import JSON
import NIOCore
import Testing

/// 200,000 spoilt documents, and the table of cases, judged by us and by Foundation's `JSONSerialization`.
struct MutationTests {
    static let shards = 8
    static let mutationsPerShard = 25_000

    @Test func agreesWithFoundationButForListedReasons() async throws {
        print("JSON_MUTATION_SEED=\(mutationSeed)")
        var tally = Tally()
        for item in try CaseTable.load() { tally.judge(item.bytes) }
        let cases = tally.judged
        await withTaskGroup { group in
            for shard in 0..<Self.shards {
                group.addTask { Tally(mutations: Self.mutationsPerShard, seed: mutationSeed &+ UInt64(shard)) }
            }
            for await shard in group { tally.add(shard) }
        }

        print("\(tally.judged) texts, \(tally.accepted) accepted; disagreements with Foundation:")
        for reason in FoundationDisagreement.allCases {
            let count = tally.explained[reason, default: 0]
            print("\(count) \(reason): \(reason.rawValue)")
            // A reason that is never met does not belong in the table.
            #expect(count > 0, "\(reason)")
        }
        #expect(tally.judged - cases == 200_000)
        #expect(tally.unexplained.isEmpty, "\(tally.unexplained.prefix(5).joined(separator: "\n"))")
        // The mutations must leave both kinds in number, or the comparison says little.
        #expect(tally.accepted > tally.judged / 10)
        #expect(tally.accepted < tally.judged - tally.judged / 10)
    }

    @Test func theSameSeedMakesTheSameMutations() {
        var first = Mutator(seed: 1)
        var second = Mutator(seed: 1)
        var other = Mutator(seed: 2)
        let texts = (0..<100).map { _ in first.next() }
        #expect(texts == (0..<100).map { _ in second.next() })
        #expect(texts != (0..<100).map { _ in other.next() })
        // The first output for seed 1234567 in the reference implementation's published test vector.
        var random = SplitMix64(seed: 1_234_567)
        #expect(random.next() == 6_457_827_717_110_365_317)
    }
}

/// What came of a number of texts.
private struct Tally: Sendable {
    private(set) var judged = 0
    private(set) var accepted = 0
    private(set) var explained: [FoundationDisagreement: Int] = [:]
    private(set) var unexplained: [String] = []

    init() {}

    init(mutations: Int, seed: UInt64) {
        var mutator = Mutator(seed: seed)
        for _ in 0..<mutations { judge(mutator.next()) }
    }

    mutating func judge(_ bytes: [UInt8]) {
        let judgement = FoundationOracle.judge(bytes)
        judged += 1
        if judgement.accepted { accepted += 1 }
        guard let disagreement = judgement.disagreement else { return }
        if let reason = FoundationDisagreement.reason(for: disagreement, over: bytes) {
            explained[reason, default: 0] += 1
        } else {
            unexplained.append("\(disagreement): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
    }

    mutating func add(_ other: Tally) {
        judged += other.judged
        accepted += other.accepted
        explained.merge(other.explained, uniquingKeysWith: +)
        unexplained += other.unexplained
    }
}
