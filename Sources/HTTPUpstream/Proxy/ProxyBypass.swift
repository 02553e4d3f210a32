import Glibc

/// The hosts that are reached without a proxy, as `NO_PROXY` lists them.
///
/// Entries are separated by commas or blanks and follow curl's rules:
///
/// 1. `*` matches every host.
/// 2. `example.com` and `.example.com` match that name and every name below it, in any case.
/// 3. `10.0.0.1` or `[::1]` matches that address; `10.0.0.0/8` or `fe80::/10` matches the network.
/// 4. An entry ending in `:8443` matches that port only. (Not in curl, but in Go's and Python's clients.)
public struct ProxyBypass: Sendable {
    private let rules: [Rule]

    /// Reads the value of `NO_PROXY`, in which an entry that makes no sense matches nothing.
    ///
    /// - Parameter list: The entries, separated by commas or blanks.
    public init(_ list: String) {
        rules = list.split(whereSeparator: { $0 == "," || $0.isWhitespace }).compactMap(Rule.init)
    }

    /// Says whether an endpoint is reached without the proxy.
    ///
    /// - Parameter endpoint: The endpoint about to be connected to.
    /// - Returns: Whether an entry matches.
    public func contains(_ endpoint: UpstreamEndpoint) -> Bool {
        if rules.isEmpty { return false }
        let name = endpoint.host.lowercased().trimmingTrailingDot()
        let address = IPAddress(name)
        return rules.contains { $0.matches(name: name, address: address, port: endpoint.port) }
    }
}

private struct Rule: Sendable {
    enum Pattern: Sendable {
        case everything
        case domain(String)
        case network(IPAddress, bits: Int)
    }

    let pattern: Pattern
    let port: Int?

    init?(_ entry: Substring) {
        var text = entry.lowercased()
        var port: Int?
        if let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon || text[..<colon].hasSuffix("]") {
            guard let number = UInt16(text[text.index(after: colon)...]) else { return nil }
            port = Int(number)
            text = String(text[..<colon])
        }
        self.port = port
        if text == "*" {
            pattern = .everything
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if let address = IPAddress(String(parts[0])) {
            guard parts.count <= 2 else { return nil }
            let width = address.bytes.count * 8
            guard let bits = parts.count == 2 ? Int(parts[1]) : width, 0...width ~= bits else { return nil }
            pattern = .network(address, bits: bits)
            return
        }
        if text.hasPrefix("*.") { text.removeFirst() }
        let name = String(text.drop(while: { $0 == "." })).trimmingTrailingDot()
        guard !name.isEmpty, parts.count == 1 else { return nil }
        pattern = .domain(name)
    }

    func matches(name: String, address: IPAddress?, port: Int) -> Bool {
        if let wanted = self.port, wanted != port { return false }
        switch pattern {
        case .everything:
            return true
        case .domain(let domain):
            guard address == nil, name.hasSuffix(domain) else { return false }
            return name.utf8.count == domain.utf8.count || name.dropLast(domain.count).last == "."
        case .network(let network, let bits):
            guard let address else { return false }
            return network.contains(address, bits: bits)
        }
    }
}

/// The bytes of an IPv4 or IPv6 address.
private struct IPAddress: Sendable {
    let bytes: [UInt8]

    /// Reads a literal; an IPv6 one may stand in brackets.
    init?(_ text: String) {
        let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        var raw = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, bare, &raw) == 1 {
            bytes = Array(raw[..<4])
        } else if inet_pton(AF_INET6, bare, &raw) == 1 {
            bytes = raw
        } else {
            return nil
        }
    }

    func contains(_ other: IPAddress, bits: Int) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        let whole = bits / 8
        guard bytes.prefix(whole).elementsEqual(other.bytes.prefix(whole)) else { return false }
        let rest = bits % 8
        return rest == 0 || (bytes[whole] ^ other.bytes[whole]) >> UInt8(8 - rest) == 0
    }
}

extension String {
    fileprivate func trimmingTrailingDot() -> String {
        hasSuffix(".") ? String(dropLast()) : self
    }
}
