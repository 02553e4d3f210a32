import Adapters
import JSON

/// An answer as a model means it, before any dialect spells it.
struct LogicalReply: Sendable, CustomStringConvertible {
    /// One piece of an answer, in the pieces in which it streams.
    enum Part: Sendable {
        case text([String])
        case thinking([String], signature: String?)
        case redacted(String)
        case toolCall(id: String, name: String, arguments: [String])
    }

    /// What a dialect must have words for to carry an answer.
    enum Feature: Hashable, Sendable {
        case text, thinking, signatures, redacted, toolCalls, cacheCounts, contentFilter
    }

    var description: String
    var parts: [Part]
    var finish: FinishReason
    var usage = TokenUsage(promptTokens: 10, completionTokens: 5)

    /// What this answer needs.
    var features: Set<Feature> {
        var features: Set<Feature> = finish == .contentFilter ? [.contentFilter] : []
        if usage.cacheReadTokens != nil { features.insert(.cacheCounts) }
        for part in parts {
            switch part {
            case .text: features.insert(.text)
            case .thinking(_, let signature):
                features.insert(.thinking)
                if signature != nil { features.insert(.signatures) }
            case .redacted: features.insert(.redacted)
            case .toolCall: features.insert(.toolCalls)
            }
        }
        return features
    }

    static let all = [
        LogicalReply(description: "a few words", parts: [.text(["Hel", "lo", "."])], finish: .stop),
        LogicalReply(
            description: "words in every script",
            parts: [.text(["日本", "語 👩‍👩‍👧 \"q\"\\\n\u{1}"])],
            finish: .stop
        ),
        LogicalReply(description: "an answer cut at its limit", parts: [.text(["Hel"])], finish: .length),
        LogicalReply(description: "a filtered answer", parts: [.text(["Sorry."])], finish: .contentFilter),
        LogicalReply(
            description: "cached prompts",
            parts: [.text(["Hi"])],
            finish: .stop,
            usage: TokenUsage(promptTokens: 130, completionTokens: 5, cacheReadTokens: 100, cacheWriteTokens: 20)
        ),
        LogicalReply(
            description: "thinking, then words",
            parts: [.thinking(["Let me ", "see."], signature: "c2ln"), .text(["Yes", "."])],
            finish: .stop
        ),
        LogicalReply(
            description: "encrypted thinking",
            parts: [.redacted("cmVk"), .thinking(["More."], signature: "c2ln"), .text(["Yes"])],
            finish: .stop
        ),
        LogicalReply(
            description: "words, then two calls",
            parts: [
                .text(["I look."]),
                .toolCall(id: "t1", name: "get_weather", arguments: [#"{"city""#, #":"Oslo"}"#]),
                .toolCall(id: "t2", name: "get_time", arguments: [#"{"zone":"CET","at":[1,2.50]}"#]),
            ],
            finish: .toolCalls
        ),
        LogicalReply(
            description: "a call without arguments",
            parts: [.toolCall(id: "t1", name: "get_time", arguments: [])],
            finish: .toolCalls
        ),
    ]
}

/// What chat events say once adjacent pieces are put together.
struct ReplyDigest: Equatable, CustomStringConvertible {
    private(set) var lines: [String] = []
    private(set) var finishes: [FinishReason] = []
    private(set) var usage: TokenUsage?
    private(set) var finishedCalls: [Int] = []

    var description: String {
        "\(lines) \(finishes.map(\.rawValue)) \(usage.map { "\($0)" } ?? "no usage") finished calls \(finishedCalls)"
    }

    /// What an answer must come to.
    init(expected reply: LogicalReply) {
        var calls = 0
        for part in reply.parts {
            switch part {
            case .text(let pieces): lines.append("text " + pieces.joined())
            case .thinking(let pieces, let signature):
                lines.append("thinking " + pieces.joined())
                if let signature { lines.append("signature " + signature) }
            case .redacted(let data): lines.append("redacted " + data)
            case .toolCall(let id, let name, let arguments):
                lines.append("call \(calls) \(id) \(name)")
                lines.append("arguments \(calls) " + (arguments.isEmpty ? "{}" : arguments.joined()))
                finishedCalls.append(calls)
                calls += 1
            }
        }
        finishes = [reply.finish]
        usage = reply.usage
    }

    init(_ events: [ChatEvent]) {
        for event in events {
            switch event {
            case .text(let text): append("text ", text)
            case .thinking(let text): append("thinking ", text)
            case .thinkingSignature(let signature): lines.append("signature " + signature.string)
            case .redactedThinking(let data): lines.append("redacted " + data.string)
            case .toolCallStarted(let index, let id, let name):
                lines.append("call \(index) \(id.string) \(name.string)")
            case .toolCallArguments(let index, let text): append("arguments \(index) ", text)
            case .toolCallFinished(let index): finishedCalls.append(index)
            case .usage(let counts): usage = counts
            case .finished(let reason): finishes.append(reason)
            case .serviceTier, .guardrailTrace: break
            }
        }
    }

    private mutating func append(_ kind: String, _ text: JSONText) {
        if let last = lines.last, last.hasPrefix(kind) {
            lines[lines.count - 1] = last + text.string
        } else {
            lines.append(kind + text.string)
        }
    }
}
