import CCrypto
public import NIOCore

/// The 32 bytes of a SHA-256.
public struct SHA256Digest: Hashable, Sendable {
    /// The bytes in order, eight to a word, each word in memory order.
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// Calls a closure with the 32 bytes.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: words, body)
    }

    /// The bytes as 64 lower-case hexadecimal digits.
    public var hex: String {
        String(unsafeUninitializedCapacity: 64) { target in
            withBytes { Digest.writeHex($0, to: UnsafeMutableRawBufferPointer(target)) }
            return 64
        }
    }

    /// Fills the bytes from a function that writes 32 of them.
    @inline(__always)
    mutating func fill(_ body: (UnsafeMutablePointer<UInt8>?) -> Void) {
        withUnsafeMutableBytes(of: &words) { body($0.assumingMemoryBound(to: UInt8.self).baseAddress) }
    }

    /// Whether all bytes are the same.
    public static func == (left: SHA256Digest, right: SHA256Digest) -> Bool {
        left.words == right.words
    }

    /// Hashes the first eight bytes, which are as good as any.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}

/// SHA-256 by libcrypto.
public enum Digest {
    // Fetched once: looking the algorithm up takes longer than hashing a short text. Immutable and safe to share.
    nonisolated(unsafe) static let algorithm: OpaquePointer? = EVP_MD_fetch(nil, "SHA256", nil)

    /// The SHA-256 of bytes.
    public static func sha256(_ bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        var digest = SHA256Digest()
        digest.fill { target in
            let done = EVP_Digest(bytes.baseAddress, bytes.count, target, nil, algorithm, nil)
            precondition(done == 1, "libcrypto offers no SHA-256")
        }
        return digest
    }

    /// The SHA-256 of a buffer's readable bytes.
    ///
    /// It takes about half a microsecond a kilobyte: work for another thread when the buffer is large.
    public static func sha256(_ buffer: ByteBuffer) -> SHA256Digest {
        buffer.withUnsafeReadableBytes { sha256($0) }
    }

    /// The SHA-256 of a body.
    public static func sha256(_ body: BedrockBody) -> SHA256Digest {
        guard !body.rest.isEmpty else { return sha256(body.first) }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var done = EVP_DigestInit_ex(context, algorithm, nil) == 1
        for part in CollectionOfOne(body.first) + body.rest {
            part.withUnsafeReadableBytes { done = done && EVP_DigestUpdate(context, $0.baseAddress, $0.count) == 1 }
        }
        var digest = SHA256Digest()
        digest.fill { done = done && EVP_DigestFinal_ex(context, $0, nil) == 1 }
        precondition(done, "libcrypto failed to compute a SHA-256")
        return digest
    }

    /// The SHA-256 of a string's UTF-8.
    public static func sha256(_ text: String) -> SHA256Digest {
        var text = text
        return text.withUTF8 { sha256(UnsafeRawBufferPointer($0)) }
    }

    /// Writes two lower-case digits a byte.
    @inline(__always)
    static func writeHex(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) {
        for (offset, byte) in bytes.enumerated() {
            target[offset * 2] = ASCII.lowerHexDigit(byte >> 4)
            target[offset * 2 + 1] = ASCII.lowerHexDigit(byte & 15)
        }
    }
}

/// An HMAC-SHA-256 whose key is already mixed in, so that each use copies it instead of hashing the key again.
///
/// It belongs to one event loop, as its owner does.
final class KeyedHMAC {
    private let keyed: OpaquePointer?
    private let working: OpaquePointer?

    init(key: UnsafeRawBufferPointer) {
        keyed = HMAC_CTX_new()
        working = HMAC_CTX_new()
        let done = HMAC_Init_ex(keyed, key.baseAddress, Int32(truncatingIfNeeded: key.count), Digest.algorithm, nil)
        precondition(done == 1, "libcrypto offers no HMAC-SHA-256")
    }

    /// Keys an HMAC with the outcome of another, as a chain of derived keys does.
    static func keyed(by digest: SHA256Digest) -> KeyedHMAC {
        digest.withBytes { KeyedHMAC(key: $0) }
    }

    deinit {
        // Freeing wipes the key.
        HMAC_CTX_free(keyed)
        HMAC_CTX_free(working)
    }

    /// The authentication code of bytes.
    func code(for bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        var digest = SHA256Digest()
        digest.fill { target in
            let done =
                HMAC_CTX_copy(working, keyed) == 1
                && HMAC_Update(working, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count) == 1
                && HMAC_Final(working, target, nil) == 1
            precondition(done, "libcrypto failed to compute an HMAC")
        }
        return digest
    }

    /// The authentication code of a text.
    func code(for text: String) -> SHA256Digest {
        var text = text
        return text.withUTF8 { code(for: UnsafeRawBufferPointer($0)) }
    }
}
