import JSON
public import NIOCore

/// Reads the server-sent events in which Bedrock's OpenAI-shaped endpoints stream an answer.
///
/// Each `data:` payload becomes a ``BedrockEvent`` of kind ``BedrockEvent/Kind/data``; comments and the other fields are
/// passed over, `[DONE]` ends the stream, and an event that holds an error is thrown. Used as ``BedrockEventReader`` is:
/// take events until nil after each ``append(_:)``, and call ``finish()`` at the end.
///
/// Lines end as https://html.spec.whatwg.org/multipage/server-sent-events.html says: LF, CR LF or CR.
public struct ServerSentEventReader: Sendable {
    /// The longest line or event that is taken, in bytes.
    private static let maximumLength = 16 * 1_048_576

    private var buffer = ByteBuffer()
    /// How much of the unread bytes is known to hold no line end.
    private var searched = 0
    /// Whether the last line ended with CR, so that an LF right behind it belongs to it.
    private var endedWithCarriageReturn = false
    private var data: ByteBuffer?
    private var isErrorEvent = false
    private var isDone = false
    private var failure: BedrockError?
    private let requestID: String?

    /// Creates a reader at the beginning of a stream.
    ///
    /// - Parameter requestID: The answer's request id, for the errors of this stream.
    public init(requestID: String? = nil) {
        self.requestID = requestID
    }

    /// Adds bytes as they came from the connection.
    public mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.discardReadBytes()
            buffer.writeImmutableBuffer(bytes)
        }
    }

    /// Takes the next event.
    ///
    /// - Returns: The event; nil when more bytes are needed, or after the end.
    /// - Throws: ``BedrockError`` that came in the stream, or ``BedrockError/Phase/interrupted`` when it cannot be read.
    ///   Every later call throws it again.
    public mutating func next() throws(BedrockError) -> BedrockEvent? {
        if let failure { throw failure }
        while !isDone, let line = nextLine() {
            if line.readableBytes > 0 {
                read(line)
            } else if let payload = takeEvent() {
                if isErrorEvent || Self.holdsError(payload) {
                    throw fail(BedrockError(streamFailure: payload, requestID: requestID))
                }
                if Self.isDone(payload) {
                    isDone = true
                    return nil
                }
                return BedrockEvent(.data, payload: payload)
            }
        }
        if !isDone, buffer.readableBytes + (data?.readableBytes ?? 0) > Self.maximumLength {
            throw fail(.interrupted("an event is too long", requestID: requestID))
        }
        return nil
    }

    /// Says whether the stream may end here.
    ///
    /// - Throws: The error it had before, or one of ``BedrockError/Phase/interrupted`` inside an event.
    public func finish() throws(BedrockError) {
        if let failure { throw failure }
        guard isDone || (data == nil && buffer.readableBytes == 0) else {
            throw .interrupted("the stream ended inside an event", requestID: requestID)
        }
    }

    private mutating func fail(_ error: BedrockError) -> BedrockError {
        failure = error
        return error
    }
}

// MARK: Lines

extension ServerSentEventReader {
    /// Takes the next whole line, without its end.
    private mutating func nextLine() -> ByteBuffer? {
        if endedWithCarriageReturn, let first = buffer.readableBytesView.first {
            if first == UInt8(ascii: "\n") { buffer.moveReaderIndex(forwardBy: 1) }
            endedWithCarriageReturn = false
        }
        let found: Int? = buffer.withUnsafeReadableBytes { bytes in
            var position = searched
            while position < bytes.count, bytes[position] != UInt8(ascii: "\n"), bytes[position] != UInt8(ascii: "\r") {
                position += 1
            }
            return position < bytes.count ? position : nil
        }
        guard let length = found else {
            searched = buffer.readableBytes
            return nil
        }
        searched = 0
        let line = buffer.readSlice(length: length)
        endedWithCarriageReturn = buffer.readInteger(as: UInt8.self) == UInt8(ascii: "\r")
        return line
    }

    /// Reads one field; a line that begins with a colon is a comment.
    private mutating func read(_ line: ByteBuffer) {
        var value = line
        if Self.skip("data:", in: &value) {
            if value.readableBytesView.first == UInt8(ascii: " ") { value.moveReaderIndex(forwardBy: 1) }
            if data == nil {
                data = value
            } else {
                data?.writeInteger(UInt8(ascii: "\n"))
                data?.writeImmutableBuffer(value)
            }
        } else if Self.skip("event:", in: &value) {
            _ = Self.skip(" ", in: &value)
            isErrorEvent = Self.skip("error", in: &value) && value.readableBytes == 0
        }
    }

    /// The data gathered since the last empty line; nil when there was none.
    private mutating func takeEvent() -> ByteBuffer? {
        guard let payload = data else {
            isErrorEvent = false
            return nil
        }
        data = nil
        return payload.readableBytes > 0 ? payload : nil
    }

    private static func skip(_ prefix: StaticString, in line: inout ByteBuffer) -> Bool {
        let length = prefix.utf8CodeUnitCount
        let expected = UnsafeBufferPointer(start: prefix.utf8Start, count: length)
        guard line.readableBytesView.prefix(length).elementsEqual(expected) else { return false }
        line.moveReaderIndex(forwardBy: length)
        return true
    }

    private static func isDone(_ payload: ByteBuffer) -> Bool {
        payload.readableBytes == 6 && payload.readableBytesView.elementsEqual("[DONE]".utf8)
    }

    /// Whether an event is `{"error": …}`, told by its first bytes; an answer's chunk never begins so.
    private static func holdsError(_ payload: ByteBuffer) -> Bool {
        var rest = payload.readableBytesView[...]
        func skipSpace() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }
        skipSpace()
        guard rest.first == UInt8(ascii: "{") else { return false }
        rest = rest.dropFirst()
        skipSpace()
        guard rest.starts(with: "\"error\"".utf8) else { return false }
        return (try? JSONValue.parse(payload, maximumDepth: 32))?["error"]?.isNull == false
    }
}
