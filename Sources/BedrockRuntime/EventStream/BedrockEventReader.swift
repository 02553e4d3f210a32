import Glibc
import JSON
public import NIOCore

/// Reads the events of a streamed answer: unframes, verifies, removes a chunk's Base64, and turns exceptions into errors.
///
/// Take events until nil after each ``append(_:)``, and call ``finish()`` when the connection says that the answer is
/// complete. That the answer itself is complete (`messageStop`, a model's last chunk) is for its decoder to see.
public struct BedrockEventReader: Sendable {
    private var parser = EventStreamParser()
    /// The memory of the last decoded chunk, used again if nobody kept it.
    private var decoded = ByteBuffer()
    private var failure: BedrockError?
    /// Whether there is a failure: looking at it would copy it.
    private var hasFailed = false
    private let requestID: String?

    /// Creates a reader at the beginning of a stream.
    ///
    /// - Parameter requestID: The answer's `x-amzn-requestid`, for the errors of this stream.
    public init(requestID: String? = nil) {
        self.requestID = requestID
    }

    /// Adds bytes as they came from the connection.
    public mutating func append(_ bytes: ByteBuffer) {
        parser.append(bytes)
    }

    /// Takes the next event.
    ///
    /// - Returns: The event; nil when more bytes are needed.
    /// - Throws: ``BedrockError`` that Bedrock sent in the stream, or ``BedrockError/Phase/interrupted`` when the bytes
    ///   cannot be trusted. Every later call throws it again.
    public mutating func next() throws(BedrockError) -> BedrockEvent? {
        if hasFailed, let failure { throw failure }
        let frame: EventStreamFrame?
        do {
            frame = try parser.next()
        } catch {
            throw fail(.interrupted(error.description, requestID: requestID))
        }
        guard let frame else { return nil }
        guard let summary = Summary(frame.headers) else {
            throw fail(.interrupted(EventStreamError.malformedHeaders.description, requestID: requestID))
        }
        switch summary.message {
        case .event:
            return summary.kind == .chunk
                ? try chunk(frame.payload) : BedrockEvent(summary.kind, payload: frame.payload)
        case .exception, .error:
            throw fail(BedrockError(streamFailure: frame, requestID: requestID))
        case .unknown:
            return BedrockEvent(.unknown, payload: frame.payload)
        }
    }

    /// Says whether the stream may end here.
    ///
    /// - Throws: The error it had before, or one of ``BedrockError/Phase/interrupted`` inside a frame.
    public func finish() throws(BedrockError) {
        if let failure { throw failure }
        do {
            try parser.finish()
        } catch {
            throw .interrupted(error.description, requestID: requestID)
        }
    }

    private mutating func fail(_ error: BedrockError) -> BedrockError {
        failure = error
        hasFailed = true
        return error
    }
}

// MARK: Chunks

extension BedrockEventReader {
    /// Unwraps `{"bytes":"<base64>","p":"…"}`.
    private mutating func chunk(_ payload: ByteBuffer) throws(BedrockError) -> BedrockEvent {
        // One large chunk must not keep its memory for the rest of the stream.
        if decoded.capacity > 65_536 { decoded = ByteBuffer() }
        decoded.clear(minimumCapacity: max(1024, payload.readableBytes / 4 * 3))
        let isPlain = payload.withUnsafeReadableBytes { bytes in
            Self.leadingBytesMember(bytes).map { Base64.decode($0, into: &decoded) } ?? false
        }
        if isPlain { return BedrockEvent(.chunk, payload: decoded) }

        // Another order of keys, spaces or an escaped slash: read it as any JSON.
        guard let object = try? JSONValue.parse(payload), object.kind == .object else {
            throw fail(.interrupted("a chunk is not a JSON object", requestID: requestID))
        }
        // Nothing was sent that could be lost.
        guard let member = object["bytes"], !member.isNull else { return BedrockEvent(.unknown, payload: payload) }
        guard let bytes = member.text.flatMap({ Base64.decode($0.decodedBytes) }) else {
            throw fail(.interrupted("a chunk's bytes are not Base64", requestID: requestID))
        }
        return BedrockEvent(.chunk, payload: bytes)
    }

    /// The still encoded value of `bytes` when it is the object's first member, written without spaces.
    @inline(__always)
    private static func leadingBytesMember(_ payload: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let prefix: StaticString = #"{"bytes":""#
        let length = prefix.utf8CodeUnitCount
        guard let base = payload.baseAddress, payload.count > length, memcmp(base, prefix.utf8Start, length) == 0,
            let quote = memchr(base + length, 0x22, payload.count - length)
        else { return nil }
        // A backslash before the quote is no character of Base64, so an escaped quote is refused by the decoder.
        return UnsafeRawBufferPointer(start: base + length, count: UnsafeRawPointer(quote) - (base + length))
    }
}

// MARK: Headers

extension BedrockEventReader {
    /// What the headers say that decides what to do with a frame, found without making strings.
    private struct Summary {
        enum Message { case event, exception, error, unknown }

        var message = Message.event
        var kind = BedrockEvent.Kind.unknown

        /// Reads headers; nil when they are malformed.
        ///
        /// A frame without `:message-type` is an event, as AWS's own decoders take it.
        init?(_ headers: ByteBuffer) {
            var message = Message.event
            var kind = BedrockEvent.Kind.unknown
            let isWellFormed = headers.withUnsafeReadableBytes { bytes in
                EventStreamHeaders.scan(bytes) { name, type, value in
                    guard type == .string else { return }
                    if matches(name, ":event-type") {
                        kind = Self.kind(of: value)
                    } else if matches(name, ":message-type") {
                        message = Self.message(of: value)
                    }
                }
            }
            guard isWellFormed else { return nil }
            self.message = message
            self.kind = kind
        }

        private static func message(of value: UnsafeRawBufferPointer) -> Message {
            if matches(value, "event") { return .event }
            if matches(value, "exception") { return .exception }
            return matches(value, "error") ? .error : .unknown
        }

        private static func kind(of value: UnsafeRawBufferPointer) -> BedrockEvent.Kind {
            switch value.count {
            case 5: matches(value, "chunk") ? .chunk : .unknown
            case 8: matches(value, "metadata") ? .metadata : .unknown
            case 11: matches(value, "messageStop") ? .messageStop : .unknown
            case 12: matches(value, "messageStart") ? .messageStart : .unknown
            case 16: matches(value, "contentBlockStop") ? .contentBlockStop : .unknown
            case 17:
                if matches(value, "contentBlockDelta") {
                    .contentBlockDelta
                } else {
                    matches(value, "contentBlockStart") ? .contentBlockStart : .unknown
                }
            default: .unknown
            }
        }
    }
}

@inline(__always)
private func matches(_ bytes: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
    guard let base = bytes.baseAddress, bytes.count == word.utf8CodeUnitCount else { return false }
    return memcmp(base, word.utf8Start, bytes.count) == 0
}
