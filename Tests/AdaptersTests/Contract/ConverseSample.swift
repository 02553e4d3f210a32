import Adapters
import BedrockRuntime
import Catalog

/// Converse's spelling (WIRE.md §4.3 and §5.1).
struct ConverseSample: WireSample {
    let adapter = AdapterID.converse
    let model = "GPT-OSS-120B"
    let carries: Set<LogicalReply.Feature> = [
        .text, .thinking, .signatures, .redacted, .toolCalls, .cacheCounts, .contentFilter,
    ]

    func whole(_ reply: LogicalReply) -> BedrockReply {
        Wire.reply(Self.whole(reply, cacheSuffix: ""))
    }

    func events(_ reply: LogicalReply) -> [BedrockEvent] {
        Self.events(reply, cacheSuffix: "").map { Wire.event($0.kind, $0.json) }
    }

    let unknownEvents = [
        Wire.event(.unknown, #"{"anything":[1]}"#),
        Wire.event(.contentBlockDelta, #"{"contentBlockIndex":90,"delta":{"somethingNew":{"a":1}}}"#),
        Wire.event(.contentBlockDelta, #"{"contentBlockIndex":90,"delta":{"text":""}}"#),
        Wire.event(.contentBlockStart, #"{"contentBlockIndex":91,"start":{"somethingNew":{}}}"#),
        Wire.event(.contentBlockStop, #"{"contentBlockIndex":92}"#),
    ]

    // MARK: The parts that Nova's own dialect shares

    static func whole(_ reply: LogicalReply, cacheSuffix: String) -> String {
        let content = reply.parts.map { part in
            switch part {
            case .text(let pieces): #"{"text":\#(Wire.string(pieces.joined()))}"#
            case .thinking(let pieces, let signature):
                #"{"reasoningContent":{"reasoningText":{"text":\#(Wire.string(pieces.joined()))"#
                    + (signature.map { #","signature":"\#($0)""# } ?? "") + "}}}"
            case .redacted(let data): #"{"reasoningContent":{"redactedContent":"\#(data)"}}"#
            case .toolCall(let id, let name, let arguments):
                #"{"toolUse":{"toolUseId":"\#(id)","name":"\#(name)","input":"#
                    + (arguments.isEmpty ? "{}" : arguments.joined()) + "}}"
            }
        }
        return #"{"output":{"message":{"role":"assistant","content":[\#(content.joined(separator: ","))]}},"#
            + #""stopReason":"\#(stopReason(reply.finish))","usage":\#(usage(reply.usage, cacheSuffix))}"#
    }

    static func events(_ reply: LogicalReply, cacheSuffix: String) -> [(kind: BedrockEvent.Kind, json: String)] {
        var events: [(kind: BedrockEvent.Kind, json: String)] = [(.messageStart, #"{"role":"assistant"}"#)]
        for (index, part) in reply.parts.enumerated() {
            func delta(_ delta: String) {
                events.append((.contentBlockDelta, #"{"contentBlockIndex":\#(index),"delta":\#(delta)}"#))
            }
            switch part {
            case .text(let pieces): for piece in pieces { delta(#"{"text":\#(Wire.string(piece))}"#) }
            case .thinking(let pieces, let signature):
                for piece in pieces { delta(#"{"reasoningContent":{"text":\#(Wire.string(piece))}}"#) }
                if let signature { delta(#"{"reasoningContent":{"signature":"\#(signature)"}}"#) }
            case .redacted(let data): delta(#"{"reasoningContent":{"redactedContent":"\#(data)"}}"#)
            case .toolCall(let id, let name, let arguments):
                let start = #"{"toolUse":{"toolUseId":"\#(id)","name":"\#(name)"}}"#
                events.append((.contentBlockStart, #"{"contentBlockIndex":\#(index),"start":\#(start)}"#))
                for piece in arguments { delta(#"{"toolUse":{"input":\#(Wire.string(piece))}}"#) }
            }
            events.append((.contentBlockStop, #"{"contentBlockIndex":\#(index)}"#))
        }
        events.append((.messageStop, #"{"stopReason":"\#(stopReason(reply.finish))"}"#))
        events.append((.metadata, #"{"usage":\#(usage(reply.usage, cacheSuffix)),"metrics":{"latencyMs":1}}"#))
        return events
    }

    private static func stopReason(_ reason: FinishReason) -> String {
        switch reason {
        case .stop: "end_turn"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .contentFilter: "content_filtered"
        }
    }

    private static func usage(_ usage: TokenUsage, _ suffix: String) -> String {
        let input = usage.promptTokens - (usage.cacheReadTokens ?? 0) - (usage.cacheWriteTokens ?? 0)
        var json = #"{"inputTokens":\#(input),"outputTokens":\#(usage.completionTokens)"#
        if let read = usage.cacheReadTokens {
            json += #","cacheReadInputToken\#(suffix.isEmpty ? "s" : suffix)":\#(read)"#
        }
        if let write = usage.cacheWriteTokens {
            json += #","cacheWriteInputToken\#(suffix.isEmpty ? "s" : suffix)":\#(write)"#
        }
        return json + "}"
    }
}

/// Nova's spelling through InvokeModel: Converse's shapes as one-key chunks, cache counts named `…TokenCount`.
struct NovaSample: WireSample {
    let adapter = AdapterID.nova
    let model = "Nova-Pro"
    let carries: Set<LogicalReply.Feature> = [.text, .toolCalls, .cacheCounts, .contentFilter]

    func whole(_ reply: LogicalReply) -> BedrockReply {
        Wire.reply(ConverseSample.whole(reply, cacheSuffix: "Count"))
    }

    func events(_ reply: LogicalReply) -> [BedrockEvent] {
        ConverseSample.events(reply, cacheSuffix: "Count").map { event in
            Wire.event(.chunk, #"{"\#(event.kind)":\#(event.json)}"#)
        }
    }

    let unknownEvents = [
        Wire.event(.unknown, #"{"anything":[1]}"#), Wire.event(.chunk, #"{"somethingNew":{"a":1}}"#),
        Wire.event(.chunk, #"{"contentBlockDelta":{"contentBlockIndex":90,"delta":{"somethingNew":1}}}"#),
    ]
}
