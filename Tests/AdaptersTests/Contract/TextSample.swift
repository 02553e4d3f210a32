import Adapters
import BedrockRuntime
import Catalog

/// The dialect of prompts by template, as Titan speaks it (INVOKE.md).
struct TextSample: WireSample {
    let adapter = AdapterID.text
    let model = "Titan-Text"
    let carries: Set<LogicalReply.Feature> = [.text, .contentFilter]

    func whole(_ reply: LogicalReply) -> BedrockReply {
        let text = Wire.string(pieces(reply).joined())
        return Wire.reply(
            #"{"inputTextTokenCount":\#(reply.usage.promptTokens),"results":[{"tokenCount":"#
                + #"\#(reply.usage.completionTokens),"outputText":\#(text),"completionReason":\#(reason(reply.finish))}]}"#
        )
    }

    func events(_ reply: LogicalReply) -> [BedrockEvent] {
        let pieces = pieces(reply)
        return pieces.enumerated().map { index, piece in
            let isLast = index == pieces.count - 1
            return Wire.event(
                .chunk,
                #"{"index":0,"inputTextTokenCount":\#(index == 0 ? "\(reply.usage.promptTokens)" : "null"),"#
                    + #""totalOutputTextTokenCount":\#(isLast ? "\(reply.usage.completionTokens)" : "null"),"#
                    + #""outputText":\#(Wire.string(piece)),"completionReason":\#(isLast ? reason(reply.finish) : "null")}"#
            )
        }
    }

    let unknownEvents = [
        Wire.event(.unknown, #"{"anything":[1]}"#), Wire.event(.chunk, #"{"something_new":1}"#),
    ]

    private func pieces(_ reply: LogicalReply) -> [String] {
        reply.parts.flatMap { part -> [String] in
            if case .text(let pieces) = part { pieces } else { [] }
        }
    }

    private func reason(_ reason: FinishReason) -> String {
        switch reason {
        case .length: #""LENGTH""#
        case .contentFilter: #""CONTENT_FILTERED""#
        default: #""FINISH""#
        }
    }
}
