public import JSON
public import NIOCore

/// Writes the chunks of one choice of a streamed answer as server-sent events.
///
/// ```
/// data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"M","choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":null,"finish_reason":null}]}
/// ```
///
/// Everything up to `delta` is made once; a text delta then costs two copies and the text's own.
public struct ChatChunkEncoder: Sendable {
    private let head: ByteBuffer
    private let choiceHead: ByteBuffer
    /// What ends every chunk but the one of usage.
    private let tail: StaticString
    private let includesUsage: Bool

    /// Prepares the parts that every chunk shares.
    ///
    /// - Parameters:
    ///   - identity: Id, time and model.
    ///   - choice: The choice's index.
    ///   - includesUsage: Whether a usage chunk will come, so that the others say `"usage":null`.
    public init(identity: ReplyIdentity, choice: Int = 0, includesUsage: Bool) {
        var writer = JSONWriter(capacity: 160)
        writer.beginObject()
        identity.writeMembers(object: "chat.completion.chunk", to: &writer)
        writer.key("choices")
        var head = ByteBuffer(string: "data: ")
        head.writeImmutableBuffer(writer.buffer)
        self.head = head
        head.writeString(#"[{"index":\#(choice),"delta":{"#)
        choiceHead = head
        self.includesUsage = includesUsage
        tail = includesUsage ? "}],\"usage\":null}\n\n" : "}]}\n\n"
    }

    /// Writes the chunk that names the role, with an empty content.
    ///
    /// It comes first, and once.
    public func role(into output: inout ByteBuffer) {
        chunk(into: &output) { $0.writeStaticString(#""role":"assistant","content":"""#) }
    }

    /// Writes a piece of the visible answer.
    public func content(_ text: JSONText, into output: inout ByteBuffer) {
        delta(#""content":""#, text, into: &output)
    }

    /// Writes a piece of thinking.
    public func reasoning(_ text: JSONText, into output: inout ByteBuffer) {
        delta(#""reasoning_content":""#, text, into: &output)
    }

    /// Writes a whole thinking block that the client may give back.
    ///
    /// The index is its place among the answer's blocks: OpenAI's SDK puts the entries of a list together by it.
    public func thinkingBlock(_ block: ReplyThinkingBlock, index: Int, into output: inout ByteBuffer) {
        chunk(into: &output) { output in
            var writer = JSONWriter()
            writer.beginArray()
            block.write(index: index, to: &writer)
            writer.endArray()
            output.writeStaticString(#""thinking_blocks":"#)
            output.writeImmutableBuffer(writer.buffer)
        }
    }

    /// Writes the first fragment of a tool call: the only one with its id and name.
    public func toolCallStart(
        index: Int,
        id: JSONText,
        name: JSONText,
        form: ChatCompletion.ToolCall.Form = .function,
        into output: inout ByteBuffer
    ) {
        chunk(into: &output) { output in
            if form == .legacy {
                output.writeStaticString(#""function_call":{"name":""#)
                output.writeImmutableBuffer(name.escaped)
                output.writeStaticString(#"","arguments":""}"#)
                return
            }
            output.writeStaticString(#""tool_calls":[{"index":"#)
            output.writeDecimal(index)
            output.writeStaticString(#","id":""#)
            output.writeImmutableBuffer(id.escaped)
            output.writeStaticString(
                form == .custom
                    ? #"","type":"custom","custom":{"name":""# : #"","type":"function","function":{"name":""#
            )
            output.writeImmutableBuffer(name.escaped)
            output.writeStaticString(form == .custom ? #"","input":""}}]"# : #"","arguments":""}}]"#)
        }
    }

    /// Writes a further fragment of a tool call: index and arguments only, for SDKs concatenate repeated ids and names.
    public func toolCallArguments(
        index: Int,
        _ text: JSONText,
        form: ChatCompletion.ToolCall.Form = .function,
        into output: inout ByteBuffer
    ) {
        chunk(into: &output) { output in
            if form == .legacy {
                output.writeStaticString(#""function_call":{"arguments":""#)
                output.writeImmutableBuffer(text.escaped)
                output.writeStaticString(#""}"#)
                return
            }
            output.writeStaticString(#""tool_calls":[{"index":"#)
            output.writeDecimal(index)
            output.writeStaticString(form == .custom ? #","custom":{"input":""# : #","function":{"arguments":""#)
            output.writeImmutableBuffer(text.escaped)
            output.writeStaticString(#""}}]"#)
        }
    }

    /// Writes the finish chunk.
    ///
    /// It comes once, after everything but usage, and names the service tier where that is known by then.
    public func finish(_ reason: String, serviceTier: String? = nil, into output: inout ByteBuffer) {
        output.writeImmutableBuffer(choiceHead)
        output.writeStaticString(#"},"logprobs":null,"finish_reason":""#)
        output.writeString(reason)
        output.writeStaticString("\"")
        guard let serviceTier else {
            output.writeStaticString(tail)
            return
        }
        output.writeStaticString("}]")
        write(serviceTier, into: &output)
        output.writeStaticString(includesUsage ? ",\"usage\":null}\n\n" : "}\n\n")
    }

    private func write(_ serviceTier: String, into output: inout ByteBuffer) {
        var writer = JSONWriter()
        writer.string(serviceTier)
        output.writeStaticString(#","service_tier":"#)
        output.writeImmutableBuffer(writer.buffer)
    }

    /// Writes a chunk that says nothing but carries a guardrail's assessment, as AWS wrote it, beside its choices.
    public func guardrailTrace(_ trace: JSONValue, into output: inout ByteBuffer) {
        output.writeImmutableBuffer(choiceHead)
        output.writeStaticString(#"},"logprobs":null,"finish_reason":null}],"guardrail_trace":"#)
        output.writeImmutableBuffer(trace.rawBytes)
        output.writeStaticString("}\n\n")
    }

    /// Writes the usage chunk, which has no choices.
    public func usage(_ usage: Usage, serviceTier: String? = nil, into output: inout ByteBuffer) {
        var writer = JSONWriter(capacity: 256)
        usage.write(to: &writer)
        output.writeImmutableBuffer(head)
        output.writeStaticString("[]")
        if let serviceTier { write(serviceTier, into: &output) }
        output.writeStaticString(#","usage":"#)
        output.writeImmutableBuffer(writer.buffer)
        output.writeStaticString("}\n\n")
    }

    @inline(__always)
    private func chunk(into output: inout ByteBuffer, _ delta: (inout ByteBuffer) -> Void) {
        output.writeImmutableBuffer(choiceHead)
        delta(&output)
        output.writeStaticString(#"},"logprobs":null,"finish_reason":null"#)
        output.writeStaticString(tail)
    }

    /// Writes the chunk of a delta with one text in one go: it is what nearly every event becomes.
    @inline(__always)
    private func delta(_ key: StaticString, _ text: JSONText, into output: inout ByteBuffer) {
        let end: StaticString = #""},"logprobs":null,"finish_reason":null"#
        let count =
            choiceHead.readableBytes + key.utf8CodeUnitCount + text.escaped.readableBytes + end.utf8CodeUnitCount
            + tail.utf8CodeUnitCount
        choiceHead.withUnsafeReadableBytes { head in
            text.escaped.withUnsafeReadableBytes { text in
                _ = output.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
                    var at = 0
                    func put(_ bytes: UnsafeRawBufferPointer) {
                        UnsafeMutableRawBufferPointer(rebasing: target[at...]).copyMemory(from: bytes)
                        at += bytes.count
                    }
                    put(head)
                    put(UnsafeRawBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
                    put(text)
                    put(UnsafeRawBufferPointer(start: end.utf8Start, count: end.utf8CodeUnitCount))
                    put(UnsafeRawBufferPointer(start: tail.utf8Start, count: tail.utf8CodeUnitCount))
                    return at
                }
            }
        }
    }
}
