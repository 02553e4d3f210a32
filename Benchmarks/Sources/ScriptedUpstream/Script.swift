import NIOCore

/// What the upstream answers, made once at start and never computed on a request.
///
/// The model id in the path says what a stream is like: `bench.e100-i20` sends 100 deltas, one every 20 ms; 0 ms sends them all at
/// once, and 0 deltas sends them without end.
struct Script: Sendable {
    /// One way of answering in a stream.
    struct Dialect: Sendable {
        var opening: ByteBuffer
        var delta: ByteBuffer
        var closing: ByteBuffer
    }

    /// A whole answer to a Converse call, of about 1 KB of text.
    let converse: ByteBuffer
    /// A whole answer of Anthropic's own form.
    let anthropic: ByteBuffer
    let converseStream = Dialect(
        opening: chunked([Frame.event("messageStart", #"{"p":"abcdefghij","role":"assistant"}"#)]),
        delta: chunked([
            Frame.event(
                "contentBlockDelta",
                #"{"contentBlockIndex":0,"delta":{"text":" and then the next words"},"p":"abcdefghijklmno"}"#
            )
        ]),
        closing: chunked([
            Frame.event("contentBlockStop", #"{"contentBlockIndex":0,"p":"abcd"}"#),
            Frame.event("messageStop", #"{"p":"abcdefg","stopReason":"end_turn"}"#),
            Frame.event(
                "metadata",
                #"{"metrics":{"latencyMs":900},"usage":{"inputTokens":480,"outputTokens":210,"totalTokens":690}}"#
            ),
        ])
    )
    let anthropicStream = Dialect(
        opening: chunked([
            Frame.chunk(
                #"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"#
                    + #""usage":{"input_tokens":480,"output_tokens":1}}}"#
            ),
            Frame.chunk(#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#),
        ]),
        delta: chunked([
            Frame.chunk(
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" and then the next words"}}"#
            )
        ]),
        closing: chunked([
            Frame.chunk(#"{"type":"content_block_stop","index":0}"#),
            Frame.chunk(
                #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":210}}"#
            ),
            Frame.chunk(#"{"type":"message_stop"}"#),
        ])
    )
    let streamHead = ByteBuffer(
        string: "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\n"
            + "x-amzn-RequestId: 8f1b7c52-9a0e-4f0e-9d53-6a1f3b5c7d90\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    let end = ByteBuffer(string: "0\r\n\r\n")

    init() {
        let text = String(
            repeating: "The quick brown fox jumps over the lazy dog, and the gateway says so.\\n",
            count: 11
        )
        converse = Self.whole(
            #"{"metrics":{"latencyMs":900},"output":{"message":{"content":[{"text":"\#(text)"}],"role":"assistant"}},"#
                + #""stopReason":"end_turn","usage":{"inputTokens":480,"outputTokens":210,"totalTokens":690}}"#
        )
        anthropic = Self.whole(
            #"{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"text","text":"\#(text)"}],"#
                + #""stop_reason":"end_turn","usage":{"input_tokens":480,"output_tokens":210}}"#
        )
    }

    private static func whole(_ body: String) -> ByteBuffer {
        ByteBuffer(
            string: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                + "x-amzn-RequestId: 8f1b7c52-9a0e-4f0e-9d53-6a1f3b5c7d90\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
    }

    private static func chunked(_ frames: [ByteBuffer]) -> ByteBuffer {
        var output = ByteBuffer()
        for frame in frames {
            output.writeString(String(frame.readableBytes, radix: 16) + "\r\n")
            output.writeImmutableBuffer(frame)
            output.writeString("\r\n")
        }
        return output
    }
}

/// How fast and how long a stream is, as the model id in a path says.
struct Pace {
    var events = 20
    var interval = TimeAmount.zero

    init(path: String) {
        guard let id = path.split(separator: "/").dropFirst().first, let dot = id.firstIndex(of: ".") else { return }
        for word in id[id.index(after: dot)...].split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            guard let number = Int(word.dropFirst()) else { continue }
            if word.first == "e" { events = number == 0 ? .max : number }
            if word.first == "i" { interval = .milliseconds(Int64(number)) }
        }
    }
}
