import Adapters
import BedrockRuntime
import NIOCore
import OpenAISchema

/// The way back of one streamed answer: Bedrock's bytes in, server-sent events out.
///
/// One synchronous fold without a task, a socket or a clock: it may be fed at any chunking.
struct ReplyFold {
    private var frames: BedrockEventReader
    /// Reads instead of ``frames`` where Bedrock streams server-sent events.
    private var lines: ServerSentEventReader?
    private var decoder: any ChatEventDecoder
    private var pipeline: ReplyPipeline
    private(set) var encoder: StreamEncoder
    /// The thinking that may have to be given back; nil for a model that signs none.
    private(set) var thinking: ThinkingCollector?
    private var events: [ChatEvent] = []
    private let wantsUsage: Bool

    init(
        prepared: ChatPreparation.Prepared,
        identity: ReplyIdentity,
        choice: Int,
        requestID: String?,
        serviceTier: String? = nil
    ) {
        frames = BedrockEventReader(requestID: requestID)
        if prepared.call.framing == .serverSentEvents { lines = ServerSentEventReader(requestID: requestID) }
        decoder = prepared.adapter.makeEventDecoder(for: prepared.context)
        pipeline = ReplyPipeline(context: prepared.context)
        encoder = StreamEncoder(identity: identity, choice: choice, style: prepared.style, serviceTier: serviceTier)
        wantsUsage = prepared.style.includesUsage
        if prepared.memory != nil { thinking = ThinkingCollector() }
    }

    /// Whether the answer was cut at a stop text, so that the rest need not be waited for.
    ///
    /// A client that asked for token counts is owed them, and most models say them last: for it the rest is read for a while,
    /// and not shown.
    var isCut: Bool { hasSaidAll && (!wantsUsage || encoder.usage != nil) }

    /// Whether the answer was cut at a stop text, whatever is still waited for.
    var hasSaidAll: Bool { pipeline.isCut }

    /// Whether the finish chunk was written.
    var isFinished: Bool { encoder.isFinished }

    /// The token counts, once they are known.
    var usage: Usage? { encoder.usage }

    /// The service tier, once it is known.
    var serviceTier: String? { encoder.serviceTier }

    /// Takes bytes as they came from Bedrock and writes what they mean for the client.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - output: Gets the chunks; whatever was written before a failure is good.
    /// - Throws: `AdapterError` when Bedrock reports a failure or sends what cannot be read.
    mutating func receive(_ bytes: ByteBuffer, into output: inout ByteBuffer) throws(AdapterError) {
        if lines == nil { frames.append(bytes) } else { lines?.append(bytes) }
        while let event = try nextEvent() {
            // Decoded before anything is written: a failure as the first event still gets its real status.
            try decoder.decode(event, into: &events)
            encoder.begin(into: &output)
            encodeEvents(into: &output)
            if isCut { return }
        }
    }

    /// Takes note that Bedrock ended the stream.
    ///
    /// - Throws: `AdapterError` unless the answer was complete.
    mutating func finish(into output: inout ByteBuffer) throws(AdapterError) {
        if isCut { return }
        do throws(BedrockError) {
            if let lines { try lines.finish() } else { try frames.finish() }
        } catch {
            throw .bedrock(error)
        }
        try decoder.finish(into: &events)
        encodeEvents(into: &output)
        guard encoder.isFinished else { throw .streamCutShort }
    }

    /// Takes note that the stream broke: an answer that is complete gets its finish chunk, and ``isFinished`` tells so.
    mutating func breakOff(into output: inout ByteBuffer) {
        // What a failed read left behind is not part of the answer.
        events.removeAll(keepingCapacity: true)
        decoder.breakOff(into: &events)
        encodeEvents(into: &output)
    }

    /// Writes what an answer that breaks off still owes the client before its error: the end of thinking in the content.
    mutating func closeThinking(into output: inout ByteBuffer) {
        encoder.closeThinkTag(into: &output)
    }

    private mutating func nextEvent() throws(AdapterError) -> BedrockEvent? {
        do throws(BedrockError) {
            return lines == nil ? try frames.next() : try lines?.next()
        } catch {
            throw .bedrock(error)
        }
    }

    private mutating func encodeEvents(into output: inout ByteBuffer) {
        pipeline.process(&events)
        for index in events.indices {
            // Nearly every event is text: taken out once, and of no interest to the collector.
            if case .text(let text) = events[index] {
                encoder.encode(text: text, into: &output)
                continue
            }
            thinking?.observe(events[index])
            encoder.encode(events[index], into: &output)
        }
        // At once: what an event holds on to is memory that the next one could use.
        events.removeAll(keepingCapacity: true)
    }
}
