import NIOCore
import NIOHTTP1

/// The text whose hash a Signature Version 4 signs, made from a request as it arrived.
///
/// Format: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.
enum CanonicalRequest {
    /// Makes the text.
    ///
    /// - Parameters:
    ///   - request: The request as it arrived.
    ///   - signedHeaders: The names under the signature, in lower case and in order.
    /// - Returns: The text, or nil if the request lacks one of the headers.
    static func text(of request: ReceivedRequest, signedHeaders: [String]) -> String? {
        var text = request.method
        text.reserveCapacity(512)
        text += "\n"
        encodeAgain(request.path, into: &text)
        text += "\n"
        text += query(request.query)
        text += "\n"
        for name in signedHeaders {
            let values = request.headers[name]
            guard !values.isEmpty else { return nil }
            text += name
            text += ":"
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                text += collapsed(value)
            }
            text += "\n"
        }
        text += "\n"
        text += signedHeaders.joined(separator: ";")
        text += "\n"
        text += Digest.hex(Digest.sha256(request.body))
        return text
    }

    /// Encodes a path that is already encoded once more, as every service but S3 does: `%3A` becomes `%253A`.
    private static func encodeAgain(_ path: String, into text: inout String) {
        let digits: StaticString = "0123456789ABCDEF"
        var encoded: [UInt8] = []
        encoded.reserveCapacity(path.utf8.count + 16)
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                encoded.append(byte)
            default:
                encoded.append(UInt8(ascii: "%"))
                encoded.append(digits.utf8Start[Int(byte >> 4)])
                encoded.append(digits.utf8Start[Int(byte & 15)])
            }
        }
        text += String(decoding: encoded, as: UTF8.self)
    }

    /// Sorts a query's pairs by name, then by value.
    private static func query(_ query: String?) -> String {
        guard let query, !query.isEmpty else { return "" }
        let pairs = query.split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(halves[0]), value: halves.count > 1 ? String(halves[1]) : "")
        }
        return pairs.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
            .map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }

    /// Trims a header's value, and turns runs of spaces inside it into one.
    private static func collapsed(_ value: String) -> String {
        guard value.utf8.first == 0x20 || value.utf8.last == 0x20 || value.contains("  ") else { return value }
        return value.split(separator: " ").joined(separator: " ")
    }
}
