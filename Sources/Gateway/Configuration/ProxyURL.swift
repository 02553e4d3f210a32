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
        var rest = Substring(url.filter { !$0.isWhitespace })
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
        return host.isEmpty ? nil : (String(host), port)
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
