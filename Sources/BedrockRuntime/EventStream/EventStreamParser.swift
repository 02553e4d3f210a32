public import NIOCore

/// Cuts `application/vnd.amazon.eventstream` bytes into frames and verifies both of their checksums.
///
/// ```
/// 0   u32 total length, of the whole frame        12  headers
/// 4   u32 headers length                          ..  payload
/// 8   u32 CRC-32 of bytes 0…7                     -4  u32 CRC-32 of all before it
/// ```
///
/// Integers are big-endian. Frames that arrive whole are slices of what was read; only a frame that arrives in pieces
/// is put together, in memory that grows as its bytes come, whatever length it announces. Take all frames after each
/// ``append(_:)``: then no more than one frame and one read are held.
public struct EventStreamParser: Sendable {
    /// The greatest length of a frame's headers, in bytes.
    public static let maximumHeadersLength = 131_072
    /// The greatest length of a frame's payload, in bytes.
    public static let maximumPayloadLength = 25_165_824

    /// Both lengths and their checksum.
    private static let preludeLength = 12
    /// The prelude and the closing checksum.
    private static let overhead = 16

    /// The bytes not yet handed out.
    private var pending = ByteBuffer()
    /// Whether ``pending`` is memory of this parser's own, of which no slice was handed out.
    private var isOwned = false
    /// How many bytes must be there before it is worth looking again.
    private var needed = preludeLength
    private var failure: EventStreamError?

    /// Creates a parser at the beginning of a stream.
    public init() {}

    /// Whether bytes of an unfinished frame are held.
    public var hasPartialFrame: Bool { pending.readableBytes > 0 }

    /// How much memory is held for bytes not yet handed out.
    var heldCapacity: Int { pending.storageCapacity }

    /// Adds bytes as they came from the connection.
    public mutating func append(_ bytes: ByteBuffer) {
        guard pending.readableBytes > 0 else {
            pending = bytes
            isOwned = false
            return
        }
        if !isOwned {
            // Writing into memory that slices share would copy all of it: move what is left of it.
            var moved = ByteBufferAllocator().buffer(capacity: pending.readableBytes + bytes.readableBytes)
            moved.writeImmutableBuffer(pending)
            pending = moved
            isOwned = true
        }
        pending.writeImmutableBuffer(bytes)
    }

    /// Takes the next whole frame.
    ///
    /// - Returns: The frame; nil when more bytes are needed.
    /// - Throws: ``EventStreamError``, and the same again at every later call: past an error no byte can be trusted.
    public mutating func next() throws(EventStreamError) -> EventStreamFrame? {
        if let failure { throw failure }
        guard pending.readableBytes >= needed else { return nil }
        let lengths: Lengths?
        do {
            lengths = try measure()
        } catch {
            failure = error
            pending = ByteBuffer()
            throw error
        }
        guard let lengths else { return nil }
        let start = pending.readerIndex + Self.preludeLength
        guard let headers = pending.getSlice(at: start, length: lengths.headers),
            let payload = pending.getSlice(at: start + lengths.headers, length: lengths.payload)
        else { return nil }
        pending.moveReaderIndex(forwardBy: lengths.total)
        isOwned = false
        needed = Self.preludeLength
        // Nothing left: the memory belongs to the frames alone.
        if pending.readableBytes == 0 { pending = ByteBuffer() }
        return EventStreamFrame(headers: headers, payload: payload)
    }

    /// Says whether the stream may end here.
    ///
    /// - Throws: The error it had before, or ``EventStreamError/truncated`` inside a frame.
    public func finish() throws(EventStreamError) {
        if let failure { throw failure }
        if hasPartialFrame { throw .truncated }
    }

    private struct Lengths {
        var total: Int
        var headers: Int
        var payload: Int { total - headers - overhead }
    }

    /// Reads and verifies the frame at the front; nil when it is not all there.
    private mutating func measure() throws(EventStreamError) -> Lengths? {
        let outcome: Result<(lengths: Lengths, isWhole: Bool), EventStreamError> =
            pending.withUnsafeReadableBytes { bytes in
                let preludeChecksum = CRC32.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<8]))
                guard preludeChecksum == Self.word(bytes, at: 8) else { return .failure(.preludeChecksum) }
                let lengths = Lengths(total: Int(Self.word(bytes, at: 0)), headers: Int(Self.word(bytes, at: 4)))
                guard lengths.headers <= Self.maximumHeadersLength, lengths.payload >= 0,
                    lengths.payload <= Self.maximumPayloadLength
                else { return .failure(.invalidLength) }
                guard bytes.count >= lengths.total else { return .success((lengths, false)) }
                var checksum = CRC32(continuing: preludeChecksum)
                checksum.update(UnsafeRawBufferPointer(rebasing: bytes[8..<lengths.total - 4]))
                guard checksum.value == Self.word(bytes, at: lengths.total - 4) else {
                    return .failure(.messageChecksum)
                }
                return .success((lengths, true))
            }
        let (lengths, isWhole) = try outcome.get()
        if !isWhole { needed = lengths.total }
        return isWhole ? lengths : nil
    }

    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
