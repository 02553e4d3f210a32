/// CRC-32 as event streams use it: IEEE 802.3, the same as zlib's.
///
/// Sixteen bytes at a time over sixteen tables ("slicing by 16"): for frames of some hundred bytes the fastest that needs
/// no special instructions.
public struct CRC32: Sendable {
    private var state: UInt32 = 0xFFFF_FFFF

    /// Creates the checksum of nothing.
    public init() {}

    /// Continues from the checksum of earlier bytes.
    init(continuing value: UInt32) {
        state = ~value
    }

    /// The checksum of all bytes so far.
    public var value: UInt32 { ~state }

    /// The checksum of some bytes.
    public static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var crc = CRC32()
        crc.update(bytes)
        return crc.value
    }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        let table = Self.table
        var crc = state
        var position = 0
        let count = bytes.count
        while position + 16 <= count {
            let word = base.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian ^ UInt64(crc)
            let next = base.loadUnaligned(fromByteOffset: position + 8, as: UInt64.self).littleEndian
            // In two halves: the second does not wait for the bytes before it.
            let front =
                table[15 << 8 | Int(truncatingIfNeeded: word & 0xFF)]
                ^ table[14 << 8 | Int(truncatingIfNeeded: word >> 8 & 0xFF)]
                ^ table[13 << 8 | Int(truncatingIfNeeded: word >> 16 & 0xFF)]
                ^ table[12 << 8 | Int(truncatingIfNeeded: word >> 24 & 0xFF)]
                ^ table[11 << 8 | Int(truncatingIfNeeded: word >> 32 & 0xFF)]
                ^ table[10 << 8 | Int(truncatingIfNeeded: word >> 40 & 0xFF)]
                ^ table[9 << 8 | Int(truncatingIfNeeded: word >> 48 & 0xFF)]
                ^ table[8 << 8 | Int(truncatingIfNeeded: word >> 56)]
            let back =
                table[7 << 8 | Int(truncatingIfNeeded: next & 0xFF)]
                ^ table[6 << 8 | Int(truncatingIfNeeded: next >> 8 & 0xFF)]
                ^ table[5 << 8 | Int(truncatingIfNeeded: next >> 16 & 0xFF)]
                ^ table[4 << 8 | Int(truncatingIfNeeded: next >> 24 & 0xFF)]
                ^ table[3 << 8 | Int(truncatingIfNeeded: next >> 32 & 0xFF)]
                ^ table[2 << 8 | Int(truncatingIfNeeded: next >> 40 & 0xFF)]
                ^ table[1 << 8 | Int(truncatingIfNeeded: next >> 48 & 0xFF)]
                ^ table[Int(truncatingIfNeeded: next >> 56)]
            crc = front ^ back
            position += 16
        }
        while position + 8 <= count {
            let word = base.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian ^ UInt64(crc)
            crc =
                table[7 << 8 | Int(truncatingIfNeeded: word & 0xFF)]
                ^ table[6 << 8 | Int(truncatingIfNeeded: word >> 8 & 0xFF)]
                ^ table[5 << 8 | Int(truncatingIfNeeded: word >> 16 & 0xFF)]
                ^ table[4 << 8 | Int(truncatingIfNeeded: word >> 24 & 0xFF)]
                ^ table[3 << 8 | Int(truncatingIfNeeded: word >> 32 & 0xFF)]
                ^ table[2 << 8 | Int(truncatingIfNeeded: word >> 40 & 0xFF)]
                ^ table[1 << 8 | Int(truncatingIfNeeded: word >> 48 & 0xFF)]
                ^ table[Int(truncatingIfNeeded: word >> 56)]
            position += 8
        }
        while position < count {
            let byte = base.load(fromByteOffset: position, as: UInt8.self)
            crc = crc >> 8 ^ table[Int(truncatingIfNeeded: (crc ^ UInt32(byte)) & 0xFF)]
            position += 1
        }
        state = crc
    }

    /// Sixteen tables of 256: entry `n << 8 | byte` is the effect of a byte followed by `n` zero bytes.
    ///
    /// Plain memory that is never freed, because an array would be checked at each of its eight uses a word.
    nonisolated(unsafe) private static let table: UnsafePointer<UInt32> = {
        let table = UnsafeMutablePointer<UInt32>.allocate(capacity: 16 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
            table[byte] = crc
        }
        for index in 256..<16 * 256 {
            let previous = table[index - 256]
            table[index] = previous >> 8 ^ table[Int(previous & 0xFF)]
        }
        return UnsafePointer(table)
    }()
}
