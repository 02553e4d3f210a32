import CCrypto
import NIOCore

/// SHA-256 and HMAC-SHA-256, one call each, from libcrypto.
enum Digest {
    static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { target, count in
            EVP_Digest(bytes.baseAddress, bytes.count, target.baseAddress, nil, EVP_sha256(), nil)
            count = 32
        }
    }

    static func sha256(_ buffer: ByteBuffer) -> [UInt8] {
        buffer.withUnsafeReadableBytes { sha256($0) }
    }

    static func sha256(_ string: String) -> [UInt8] {
        var string = string
        return string.withUTF8 { sha256(UnsafeRawBufferPointer($0)) }
    }

    static func hmac(key: [UInt8], _ message: String) -> [UInt8] {
        var message = message
        return message.withUTF8 { bytes in
            [UInt8](unsafeUninitializedCapacity: 32) { target, count in
                HMAC(EVP_sha256(), key, CInt(key.count), bytes.baseAddress, bytes.count, target.baseAddress, nil)
                count = 32
            }
        }
    }

    /// Lower-case hexadecimal digits.
    static func hex(_ bytes: [UInt8]) -> String {
        let digits: StaticString = "0123456789abcdef"
        return String(unsafeUninitializedCapacity: bytes.count * 2) { target in
            for (index, byte) in bytes.enumerated() {
                target[index * 2] = digits.utf8Start[Int(byte >> 4)]
                target[index * 2 + 1] = digits.utf8Start[Int(byte & 15)]
            }
            return bytes.count * 2
        }
    }
}
