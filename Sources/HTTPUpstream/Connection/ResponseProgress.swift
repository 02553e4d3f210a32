import NIOCore

/// How far the answer to one call has come.
struct ResponseProgress {
    /// Whether any byte came, be it of a 1xx answer or of half a head: then the call is not tried again.
    var hasBegun = false
    /// Whether the head allows another request on this connection.
    var mayBeReused = false
    /// Whether the decoder has seen the end of the answer.
    var hasEnded = false

    private var gathered: ByteBuffer?
    private var readLength = 0
    private var lastPartEnd: UInt = 0

    /// Begins a read: where the parts of an earlier one lay means nothing any more, as its memory is used again.
    mutating func beginRead(of length: Int) {
        readLength = length
        lastPartEnd = 0
    }

    /// Adds a body part of the current read.
    ///
    /// A single part stays a slice of the read. Several, such as many small chunks that came together, are joined, so
    /// that the receiver works and writes once for each read: a write for each chunk would cost many times more.
    mutating func append(_ part: ByteBuffer) {
        lastPartEnd = part.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) &+ UInt($0.count) }
        guard var joined = gathered.take() else {
            gathered = part
            return
        }
        if joined.writableBytes < part.readableBytes {
            let capacity = max(readLength, joined.readableBytes + part.readableBytes)
            var larger = ByteBufferAllocator().buffer(capacity: capacity)
            larger.writeImmutableBuffer(joined)
            joined = larger
        }
        joined.writeImmutableBuffer(part)
        gathered = joined
    }

    /// Takes what the current read had of the body.
    mutating func takeBody() -> ByteBuffer? {
        gathered.take()
    }

    /// Says whether the answer ended exactly where a read ended.
    ///
    /// The decoder swallows the beginning of a second answer without a word, and it would then be read as the answer
    /// to the next request. So a connection is reused only if the read ended with the last byte of a body of known
    /// length, or with the blank line that ends a head and a chunked body.
    func ended(at end: ReadEnd) -> Bool {
        hasEnded && (end.isBlankLine || end.address == lastPartEnd)
    }
}

/// Where a read from the socket ended.
struct ReadEnd {
    /// The address behind its last byte.
    let address: UInt
    /// Whether its last four bytes are two line ends.
    let isBlankLine: Bool

    init(of bytes: UnsafeRawBufferPointer) {
        address = UInt(bitPattern: bytes.baseAddress) &+ UInt(bytes.count)
        let blankLine = UInt32(bigEndian: 0x0D0A_0D0A)
        isBlankLine =
            bytes.count >= 4 && bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self) == blankLine
    }
}
