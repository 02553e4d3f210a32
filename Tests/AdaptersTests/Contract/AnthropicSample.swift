import Adapters
import BedrockRuntime
import Catalog

/// Anthropic Messages' spelling (INVOKE.md).
struct AnthropicSample: WireSample {
    let adapter = AdapterID.anthropic
    let model = "Claude-4-Sonnet"
    let carries: Set<LogicalReply.Feature> = [
        .text, .thinking, .signatures, .redacted, .toolCalls, .cacheCounts, .contentFilter,
    ]

    func whole(_ reply: LogicalReply) -> BedrockReply {
        let content = reply.parts.map { part in
            switch part {
            case .text(let pieces): #"{"type":"text","text":\#(Wire.string(pieces.joined()))}"#
            case .thinking(let pieces, let signature):
                #"{"type":"thinking","thinking":\#(Wire.string(pieces.joined())),"signature":"\#(signature ?? "")"}"#
            case .redacted(let data): #"{"type":"redacted_thinking","data":"\#(data)"}"#
            case .toolCall(let id, let name, let arguments):
                #"{"type":"tool_use","id":"\#(id)","name":"\#(name)","input":"#
                    + (arguments.isEmpty ? "{}" : arguments.joined()) + "}"
            }
        }
        return Wire.reply(
            #"{"type":"message","role":"assistant","content":[\#(content.joined(separator: ","))],"#
                + #""stop_reason":"\#(stopReason(reply.finish))","usage":\#(usage(reply.usage, withOutput: true))}"#
        )
    }

    func events(_ reply: LogicalReply) -> [BedrockEvent] {
        var chunks = [
            #"{"type":"message_start","message":{"role":"assistant","usage":\#(usage(reply.usage, withOutput: false))}}"#
        ]
        for (index, part) in reply.parts.enumerated() {
            func start(_ block: String) {
                chunks.append(#"{"type":"content_block_start","index":\#(index),"content_block":\#(block)}"#)
            }
            func delta(_ type: String, _ key: String, _ value: String) {
                let delta = #"{"type":"\#(type)","\#(key)":\#(Wire.string(value))}"#
                chunks.append(#"{"type":"content_block_delta","index":\#(index),"delta":\#(delta)}"#)
            }
            switch part {
            case .text(let pieces):
                start(#"{"type":"text","text":""}"#)
                for piece in pieces { delta("text_delta", "text", piece) }
            case .thinking(let pieces, let signature):
                start(#"{"type":"thinking","thinking":"","signature":""}"#)
                for piece in pieces { delta("thinking_delta", "thinking", piece) }
                if let signature { delta("signature_delta", "signature", signature) }
            case .redacted(let data): start(#"{"type":"redacted_thinking","data":"\#(data)"}"#)
            case .toolCall(let id, let name, let arguments):
                start(#"{"type":"tool_use","id":"\#(id)","name":"\#(name)","input":{}}"#)
                for piece in [""] + arguments { delta("input_json_delta", "partial_json", piece) }
            }
            chunks.append(#"{"type":"content_block_stop","index":\#(index)}"#)
        }
        chunks.append(
            #"{"type":"message_delta","delta":{"stop_reason":"\#(stopReason(reply.finish))"},"#
                + #""usage":{"output_tokens":\#(reply.usage.completionTokens)}}"#
        )
        chunks.append(#"{"type":"message_stop"}"#)
        return chunks.map { Wire.event(.chunk, $0) }
    }

    let unknownEvents = [
        Wire.event(.unknown, #"{"anything":[1]}"#), Wire.event(.chunk, #"{"type":"ping"}"#),
        Wire.event(.chunk, #"{"type":"something_new","index":0}"#), Wire.event(.chunk, "{}"),
        Wire.event(.chunk, #"{"type":"content_block_delta","index":90,"delta":{"type":"something_delta"}}"#),
        Wire.event(.chunk, #"{"type":"content_block_start","index":91,"content_block":{"type":"something"}}"#),
        Wire.event(.chunk, #"{"type":"content_block_stop","index":92}"#),
    ]

    private func stopReason(_ reason: FinishReason) -> String {
        switch reason {
        case .stop: "end_turn"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .contentFilter: "refusal"
        }
    }

    private func usage(_ usage: TokenUsage, withOutput: Bool) -> String {
        let input = usage.promptTokens - (usage.cacheReadTokens ?? 0) - (usage.cacheWriteTokens ?? 0)
        var json = #"{"input_tokens":\#(input),"output_tokens":\#(withOutput ? usage.completionTokens : 1)"#
        if let read = usage.cacheReadTokens { json += #","cache_read_input_tokens":\#(read)"# }
        if let write = usage.cacheWriteTokens { json += #","cache_creation_input_tokens":\#(write)"# }
        return json + "}"
    }
}
