import Glibc

/// A run of bytes that grows as it is written and keeps its memory when it is emptied.
struct ScratchBytes: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deallocate()
    }

    /// Empties the run; its memory stays.
    mutating func clear() {
        count = 0
    }

    /// Makes room and hands out where the next bytes go; the closure returns how many it wrote.
    @inline(__always)
    mutating func write(atMost needed: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
        if count + needed > capacity { grow(by: needed) }
        count += body(base + count)
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        write(atMost: 1) {
            $0[0] = byte
            return 1
        }
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        write(atMost: length) {
            memcpy($0, text.utf8Start, length)
            return length
        }
    }

    @inline(__always)
    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            write(atMost: bytes.count) { target in
                if let source = bytes.baseAddress { memcpy(target, source, bytes.count) }
                return bytes.count
            }
        }
    }

    mutating func appendHex(of digest: SHA256Digest) {
        write(atMost: 64) { target in
            digest.withBytes { Digest.writeHex($0, to: UnsafeMutableRawBufferPointer(start: target, count: 64)) }
            return 64
        }
    }

    /// Appends a copy of bytes that are already in the run.
    mutating func appendCopy(of range: Range<Int>) {
        if count + range.count > capacity { grow(by: range.count) }
        memcpy(base + count, base + range.lowerBound, range.count)
        count += range.count
    }

    /// Calls a closure with the bytes of a range.
    func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    /// A copy of a range as a string.
    func string(_ range: Range<Int>) -> String {
        withBytes(range) { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func grow(by needed: Int) {
        let larger = max(capacity * 2, count + needed)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: base, count: count)
        base.deallocate()
        (base, capacity) = (moved, larger)
    }
}
