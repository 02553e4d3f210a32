import NIOCore

/// A few bytes that wait to go into a buffer together with what follows them.
///
/// A write to a `ByteBuffer` costs as much for one byte as for a hundred; a write here costs next to nothing.
struct StagedBytes {
    /// How many bytes may wait, which is a dozen keys: the length of the array.
    static let capacity = 128

    private var bytes = InlineArray<128, UInt8>(repeating: 0)
    private(set) var count = 0

    /// Whether this many bytes more may be added.
    @inline(__always)
    func hasRoom(for more: Int) -> Bool { count &+ more <= Self.capacity }

    /// Adds a byte, for which there must be room.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        bytes[count] = byte
        count &+= 1
    }

    /// Adds bytes, for which there must be room.
    @inline(__always)
    mutating func append(_ more: UnsafeRawBufferPointer) {
        precondition(hasRoom(for: more.count))
        guard let source = more.baseAddress else { return }
        withUnsafeMutableBytes(of: &bytes) { target in
            (target.baseAddress.unsafelyUnwrapped + count).copyMemory(from: source, byteCount: more.count)
        }
        count &+= more.count
    }

    /// Adds the decimal digits of a whole number, for which there must be room: up to 20 bytes.
    mutating func append(decimal value: Int) {
        let at = count
        count &+= withUnsafeMutableBytes(of: &bytes) {
            writeDecimal(value, to: UnsafeMutableRawBufferPointer(rebasing: $0[at...]))
        }
    }

    /// Takes the last bytes away again.
    mutating func removeLast(_ count: Int) { self.count -= count }

    /// Moves everything into a buffer, and more bytes behind it.
    mutating func move(to buffer: inout ByteBuffer, then more: UnsafeRawBufferPointer) {
        let waiting = count
        withUnsafeBytes(of: &bytes) { waitingBytes in
            _ = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: waiting + more.count) { target in
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: waitingBytes[..<waiting]))
                UnsafeMutableRawBufferPointer(rebasing: target[waiting...]).copyMemory(from: more)
                return waiting + more.count
            }
        }
        count = 0
    }

    /// Moves everything into a buffer.
    mutating func move(to buffer: inout ByteBuffer) {
        if count > 0 { move(to: &buffer, then: UnsafeRawBufferPointer(start: nil, count: 0)) }
    }
}
