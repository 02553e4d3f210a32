import Adapters
import BedrockRuntime
import Catalog

/// The chat completions dialect of open models through InvokeModel (INVOKE.md).
struct OpenAIChatSample: WireSample {
    let adapter = AdapterID.openAIChat
    let model = "Qwen3-32B"
    let carries: Set<LogicalReply.Feature> = [.text, .toolCalls]

    func whole(_ reply: LogicalReply) -> BedrockReply {
        var text: String?
        var calls: [String] = []
        for part in reply.parts {
            switch part {
            case .text(let pieces): text = (text ?? "") + pieces.joined()
            case .toolCall(let id, let name, let arguments):
                let all = Wire.string(arguments.isEmpty ? "{}" : arguments.joined())
                calls.append(
                    #"{"id":"\#(id)","type":"function","function":{"name":"\#(name)","arguments":\#(all)}}"#
                )
            case .thinking, .redacted: break
            }
        }
        return Wire.reply(
            #"{"id":"x","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"#
                + (text.map(Wire.string) ?? "null")
                + (calls.isEmpty ? "" : #","tool_calls":[\#(calls.joined(separator: ","))]"#)
                + #"},"finish_reason":"\#(finishReason(reply.finish))"}],"usage":\#(usage(reply.usage))}"#
        )
    }

    func events(_ reply: LogicalReply) -> [BedrockEvent] {
        var deltas = [#"{"role":"assistant","content":""}"#]
        var calls = 0
        for part in reply.parts {
            switch part {
            case .text(let pieces): deltas += pieces.map { #"{"content":\#(Wire.string($0))}"# }
            case .toolCall(let id, let name, let arguments):
                let function = #"{"name":"\#(name)","arguments":""}"#
                deltas.append(
                    #"{"tool_calls":[{"index":\#(calls),"id":"\#(id)","type":"function","function":\#(function)}]}"#
                )
                deltas += arguments.map {
                    #"{"tool_calls":[{"index":\#(calls),"function":{"arguments":\#(Wire.string($0))}}]}"#
                }
                calls += 1
            case .thinking, .redacted: break
            }
        }
        var chunks = deltas.map { #"{"choices":[{"index":0,"delta":\#($0),"finish_reason":null}]}"# }
        chunks.append(#"{"choices":[{"index":0,"delta":{},"finish_reason":"\#(finishReason(reply.finish))"}]}"#)
        chunks.append(
            #"{"choices":[],"usage":\#(usage(reply.usage)),"amazon-bedrock-invocationMetrics":{"inputTokenCount":"#
                + #"\#(reply.usage.promptTokens),"outputTokenCount":\#(reply.usage.completionTokens)}}"#
        )
        return chunks.map { Wire.event(.chunk, $0) }
    }

    let unknownEvents = [
        Wire.event(.unknown, #"{"anything":[1]}"#), Wire.event(.chunk, #"{"object":"something.new"}"#),
        Wire.event(.chunk, #"{"choices":[{"index":0,"delta":{"something_new":1},"finish_reason":null}]}"#),
    ]

    private func finishReason(_ reason: FinishReason) -> String {
        switch reason {
        case .stop: "stop"
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .contentFilter: "content_filter"
        }
    }

    private func usage(_ usage: TokenUsage) -> String {
        #"{"prompt_tokens":\#(usage.promptTokens),"completion_tokens":\#(usage.completionTokens),"#
            + #""total_tokens":\#(usage.promptTokens + usage.completionTokens)}"#
    }
}

/// Llama's prompt dialect through InvokeModel (INVOKE.md).
struct LlamaSample: WireSample {
    let adapter = AdapterID.llama
    let model = "Llama-3-3-70b"
    let carries: Set<LogicalReply.Feature> = [.text]

    func whole(_ reply: LogicalReply) -> BedrockReply {
        Wire.reply(object(pieces(reply).joined(), reply, reason: reply.finish, isFirst: true))
    }

    func events(_ reply: LogicalReply) -> [BedrockEvent] {
        let pieces = pieces(reply)
        var chunks = pieces.enumerated().map { object($0.element, reply, reason: nil, isFirst: $0.offset == 0) }
        chunks.append(object("", reply, reason: reply.finish, isFirst: false))
        return chunks.map { Wire.event(.chunk, $0) }
    }

    let unknownEvents = [
        Wire.event(.unknown, #"{"anything":[1]}"#), Wire.event(.chunk, #"{"something_new":1}"#),
    ]

    private func pieces(_ reply: LogicalReply) -> [String] {
        reply.parts.flatMap { part -> [String] in
            if case .text(let pieces) = part { pieces } else { [] }
        }
    }

    private func object(_ text: String, _ reply: LogicalReply, reason: FinishReason?, isFirst: Bool) -> String {
        let stop = reason.map { $0 == .length ? #""length""# : #""stop""# } ?? "null"
        return #"{"generation":\#(Wire.string(text)),"prompt_token_count":"#
            + (isFirst ? "\(reply.usage.promptTokens)" : "null")
            + #","generation_token_count":\#(reply.usage.completionTokens),"stop_reason":\#(stop)}"#
    }
}
