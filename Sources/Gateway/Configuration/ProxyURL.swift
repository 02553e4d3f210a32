import BedrockRuntime
import HTTPUpstream
import NIOCore

/// Reads what `HTTPS_PROXY` holds: `http://user:password@host:port`.
enum ProxyURL {
    /// The port of a proxy URL that names none.
    private static let defaultPort = 80

    /// Reads a proxy URL; nil for one that cannot be used.
    ///
    /// A scheme other than http is not supported.
    static func parse(_ url: String, noProxy: String) -> ProxySettings? {
        var rest = url.trimmed
        if rest.lowercased().hasPrefix("http://") {
            rest = rest.dropFirst("http://".count)
        } else if rest.contains("://") {
            return nil
        }
        if let slash = rest.firstIndex(of: "/") { rest = rest[..<slash] }
        var authorization: String?
        if let at = rest.lastIndex(of: "@") {
            guard let user = percentDecoded(rest[..<at]) else { return nil }
            authorization = "Basic " + String(buffer: Base64.encode(ByteBuffer(string: user)))
            rest = rest[rest.index(after: at)...]
        }
        guard let (host, port) = hostAndPort(rest) else { return nil }
        return ProxySettings(host: host, port: port, authorization: authorization, noProxy: noProxy)
    }

    private static func hostAndPort(_ text: Substring) -> (host: String, port: Int)? {
        var host = text
        var port = defaultPort
        // An IPv6 address stands in brackets, so only a colon behind them begins a port.
        let afterBracket = text.lastIndex(of: "]").map { text.index(after: $0) } ?? text.startIndex
        if let colon = text[afterBracket...].lastIndex(of: ":") {
            guard let number = Int(text[text.index(after: colon)...]), 1...65_535 ~= number else { return nil }
            port = number
            host = text[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return isHost(host) ? (String(host), port) : nil
    }

    /// Whether a text can be a DNS name or an IP address.
    private static func isHost(_ host: Substring) -> Bool {
        guard 1...253 ~= host.utf8.count, host.first != "-", host.first != "." else { return false }
        return host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: ":"), UInt8(ascii: "%"):
                true
            default: false
            }
        }
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var decoded: [UInt8] = []
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = bytes.next(), let low = bytes.next(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            decoded.append(value)
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
