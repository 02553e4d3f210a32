import NIOCore

/// The body of the request that is being answered.
struct RequestBody {
    /// What the handler wants done with the bytes.
    enum Demand {
        /// Nothing yet: they are held, and no more are read.
        case undecided
        /// Collected up to a limit.
        case collected(upTo: Int, (Result<ByteBuffer, BodyFailure>) -> Void)
        /// Nothing any more: it has them all, or they are dropped.
        case settled
    }

    /// The length announced, or `nil` for a chunked body.
    let contentLength: Int?

    /// Whether the client waits for `100 Continue`.
    var awaitsContinue: Bool

    /// Whether the last byte has arrived.
    var isComplete: Bool

    /// What went wrong before the handler asked for the bytes.
    var failure: BodyFailure?

    /// What the handler wants done with the bytes.
    var demand = Demand.undecided

    /// When the handler began to wait for the bytes.
    var begun = NIODeadline.distantFuture

    /// How many bytes are reserved in the memory that all bodies share.
    var reserved = 0

    /// The bytes held.
    private(set) var bytes = ByteBuffer()

    init(contentLength: Int?, awaitsContinue: Bool) {
        self.contentLength = contentLength
        self.awaitsContinue = awaitsContinue
        isComplete = contentLength == 0
    }

    /// Adds bytes; the first are taken without a copy.
    mutating func append(_ more: ByteBuffer) {
        if bytes.readableBytes == 0 {
            bytes = more
            return
        }
        let needed = bytes.readableBytes + more.readableBytes
        if needed > bytes.storageCapacity || bytes.readerIndex > 0 {
            // What is announced is believed up to 4 MiB: memory that is never written to is never taken from the system.
            let announced = min(contentLength ?? 0, max(reserved, 4 << 20))
            var larger = ByteBuffer()
            larger.reserveCapacity(max(announced, needed, min(needed * 2, needed + (16 << 20))))
            larger.writeImmutableBuffer(bytes)
            bytes = larger
        }
        bytes.writeImmutableBuffer(more)
    }

    /// Gives the bytes away, and holds none.
    mutating func takeBytes() -> ByteBuffer {
        let taken = bytes
        bytes = ByteBuffer()
        return taken
    }
}
