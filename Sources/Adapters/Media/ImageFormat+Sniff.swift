public import JSON
import NIOCore

extension ImageBlock.Format {
    /// Tells a format by the first bytes of an image; nil for one that Bedrock does not take.
    ///
    /// The label a client puts on an image is often wrong, and Bedrock checks it against the bytes.
    /// Signatures: PNG (ISO/IEC 15948 §5.2), JPEG (ITU T.81 SOI and a marker), GIF87a/89a, and RIFF with WEBP.
    public static func sniff(_ bytes: some Collection<UInt8>) -> ImageBlock.Format? {
        let start = Array(bytes.prefix(12))
        if start.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if start.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if start.starts(with: Array("GIF8".utf8)) { return .gif }
        if start.count == 12, start.starts(with: Array("RIFF".utf8)), start[8...].elementsEqual("WEBP".utf8) {
            return .webp
        }
        return nil
    }

    /// Tells a format by the first characters of an image in base64.
    public static func sniff(base64 text: JSONText) -> ImageBlock.Format? {
        sniff(Base64Prefix.decode(text, bytes: 12))
    }
}

/// Decoding of the first few bytes of base64 text, to look at what follows without decoding it all.
enum Base64Prefix {
    /// Decodes up to a number of bytes; fewer where the text is shorter or is not base64.
    static func decode(_ text: JSONText, bytes count: Int) -> [UInt8] {
        // A slash may be written "\/": the backslash is no base64 and is passed over.
        text.escaped.withUnsafeReadableBytes { raw in
            var decoded: [UInt8] = []
            var bits: UInt32 = 0
            var held = 0
            for byte in raw where byte != UInt8(ascii: "\\") {
                guard decoded.count < count, let value = value(of: byte) else { break }
                bits = bits << 6 | UInt32(value)
                held += 6
                if held >= 8 {
                    held -= 8
                    decoded.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
                }
            }
            return decoded
        }
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
