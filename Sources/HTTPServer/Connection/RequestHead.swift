import NIOCore
import NIOHTTP1

/// A request's head, checked, with what its fields say about the connection.
struct RequestHead {
    /// The head as parsed.
    let head: HTTPRequestHead

    /// The body's announced length, or `nil` for a chunked one; 0 without a body.
    let contentLength: Int?

    /// Whether the client waits for `100 Continue` before it sends the body.
    let awaitsContinue: Bool

    /// Whether another request may follow.
    let allowsAnother: Bool

    /// Checks a head against the limits and what the parser leaves open.
    ///
    /// The parser has already refused two lengths, a length with a transfer coding, and a coding that does not end in `chunked`.
    init(_ head: HTTPRequestHead, configuration: HTTPServerConfiguration) throws(HTTPServerFailure) {
        if head.uri.utf8.count > configuration.maximumTargetBytes { throw .targetTooLong }
        var bytes = 0
        var hosts = 0
        var contentLength: Int? = 0
        var awaitsContinue = false
        // After a request that could change the protocol the parser stops.
        var allowsAnother = head.method != .CONNECT && head.isKeepAlive
        for (name, value) in head.headers {
            bytes += name.utf8.count + value.utf8.count
            switch name.utf8.count {
            case 4 where name.isField("host"):
                hosts += 1
            case 6 where name.isField("expect"):
                guard value.isField("100-continue") else { throw .expectationFailed }
                awaitsContinue = true
            case 7 where name.isField("upgrade"):
                allowsAnother = false
            case 14 where name.isField("content-length"):
                guard let length = Int(value.trimmed), length >= 0 else { throw .malformedRequest }
                contentLength = length
            case 17 where name.isField("transfer-encoding"):
                guard contentLength != nil else { throw .malformedRequest }
                guard value.trimmed.isField("chunked") else { throw .unsupportedTransferCoding }
                contentLength = nil
            default:
                break
            }
        }
        if bytes > configuration.maximumHeaderBytes { throw .headersTooLarge }
        if head.version.minor == 0 {
            // An HTTP/1.0 client knows neither; RFC 9112 §6.1 calls its chunked message faulty.
            awaitsContinue = false
            if contentLength == nil { throw .malformedRequest }
        } else if hosts != 1 {
            throw .malformedRequest
        }
        self.head = head
        self.contentLength = contentLength
        self.awaitsContinue = awaitsContinue && contentLength != 0
        self.allowsAnother = allowsAnother
    }
}

extension StringProtocol {
    /// Whether this is a name, in any letter case; the name given is in lower case.
    func isField(_ name: StaticString) -> Bool {
        guard utf8.count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { expected in
            var index = 0
            for byte in utf8 {
                let lower = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
                if lower != expected[index] { return false }
                index += 1
            }
            return true
        }
    }
}

extension String {
    /// The text without the white space around it.
    var trimmed: Substring {
        var text = Substring(self)
        while let first = text.utf8.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        while let last = text.utf8.last, last == 0x20 || last == 0x09 { text.removeLast() }
        return text
    }
}
