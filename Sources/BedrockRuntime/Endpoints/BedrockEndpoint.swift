import Glibc

/// Where a call is sent: a scheme, host and port, and a path that every call's path follows.
public struct BedrockEndpoint: Hashable, Sendable {
    /// Whether the connection is encrypted.
    public let isSecure: Bool
    /// The DNS name, in lower case, or the address; an IPv6 address stands without brackets.
    public let host: String
    /// The TCP port.
    public let port: Int
    /// What precedes every path: empty, or a percent-encoded path with a leading and no trailing slash.
    public let pathPrefix: String
    /// The value of the `Host` header: an IPv6 address in brackets, the port only when it is not the scheme's own.
    public let hostHeader: String

    /// Creates an endpoint of parts that have been checked.
    init(isSecure: Bool = true, host: String, port: Int? = nil, pathPrefix: String = "") {
        let standardPort = isSecure ? 443 : 80
        self.isSecure = isSecure
        self.host = host
        self.port = port ?? standardPort
        self.pathPrefix = pathPrefix
        let shown = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        hostHeader = self.port == standardPort ? shown : "\(shown):\(self.port)"
    }
}

// MARK: Overrides

extension BedrockEndpoint {
    /// Reads an endpoint that replaces AWS's own: `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`, `AWS_ENDPOINT_URL`.
    ///
    /// Plain HTTP is accepted to `localhost`, 127.0.0.0/8 and ::1 only, because credentials and prompts travel on it.
    /// Trailing slashes are dropped; a path is kept in front of every call's path and is signed.
    ///
    /// - Parameters:
    ///   - url: The setting's value.
    ///   - allowInsecure: Whether the operator accepts plain HTTP to any host.
    /// - Returns: The endpoint.
    /// - Throws: ``BedrockConfigurationError`` with the part that cannot be used.
    public static func parse(
        override url: String,
        allowInsecure: Bool
    ) throws(BedrockConfigurationError) -> BedrockEndpoint {
        // "\" is what some URL parsers take for a slash: two readers must never see two hosts.
        guard url.utf8.count <= 2048, url.utf8.allSatisfy({ ASCII.isVisible($0) && $0 != UInt8(ascii: "\\") })
        else { throw .endpointIsNotPlainText }

        let isSecure: Bool
        let rest: Substring
        if ASCII.equalIgnoringCase(url.prefix(8), "https://") {
            (isSecure, rest) = (true, url.dropFirst(8))
        } else if ASCII.equalIgnoringCase(url.prefix(7), "http://") {
            (isSecure, rest) = (false, url.dropFirst(7))
        } else {
            throw .endpointScheme
        }
        guard !rest.contains("#") else { throw .endpointHasFragment }
        guard !rest.contains("?") else { throw .endpointHasQuery }

        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        guard !authority.contains("@") else { throw .endpointHasUserInformation }
        let (host, portText) = try splitAuthority(authority)
        var port: Int?
        if let portText {
            guard (1...5).contains(portText.utf8.count), portText.utf8.allSatisfy(ASCII.isDigit),
                let number = Int(portText), (1...65_535).contains(number)
            else { throw .endpointPort }
            port = number
        }
        guard isSecure || allowInsecure || isLoopback(host) else { throw .endpointIsInsecure(host: host) }
        return BedrockEndpoint(
            isSecure: isSecure,
            host: host,
            port: port,
            pathPrefix: try checkedPath(rest[slash...])
        )
    }

    /// Splits `host:port` and checks the host; the port is nil when there is no colon after the host.
    private static func splitAuthority(
        _ authority: Substring
    ) throws(BedrockConfigurationError) -> (host: String, port: Substring?) {
        if authority.first == "[" {
            guard let close = authority.firstIndex(of: "]") else { throw .endpointHost }
            let address = String(authority[authority.index(after: authority.startIndex)..<close])
            guard isAddress(address, family: AF_INET6) else { throw .endpointHost }
            let after = authority[authority.index(after: close)...]
            if after.isEmpty { return (address.lowercased(), nil) }
            guard after.first == ":" else { throw .endpointHost }
            return (address.lowercased(), after.dropFirst())
        }
        let colon = authority.firstIndex(of: ":")
        let host = authority[..<(colon ?? authority.endIndex)].lowercased()
        guard isHostName(host) else { throw .endpointHost }
        return (host, colon.map { authority[authority.index(after: $0)...] })
    }

    private static func isHostName(_ host: String) -> Bool {
        let labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard host.utf8.count <= 253, let last = labels.last else { return false }
        // A host whose last label is a number is an IPv4 address or nothing ("127.1", "0x7f.0.0.1" mean different
        // things to different resolvers).
        if let first = last.first, ASCII.isDigit(first), isNumber(last) { return isAddress(host, family: AF_INET) }
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        }
    }

    private static func isNumber(_ label: Substring.UTF8View) -> Bool {
        if label.starts(with: "0x".utf8) { return label.dropFirst(2).allSatisfy { ASCII.hexValue($0) != nil } }
        return label.allSatisfy(ASCII.isDigit)
    }

    private static func isAddress(_ text: String, family: Int32) -> Bool {
        var address = in6_addr()
        return inet_pton(family, text, &address) == 1
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" { return true }
        if host.hasPrefix("127."), isAddress(host, family: AF_INET) { return true }
        var address = in6_addr()
        guard inet_pton(AF_INET6, host, &address) == 1 else { return false }
        return withUnsafeBytes(of: address) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
    }

    /// Drops trailing slashes and checks what is left: what is sent is what is signed, so nothing may need normalising.
    private static func checkedPath(_ path: Substring) throws(BedrockConfigurationError) -> String {
        var path = path
        while path.last == "/" { path.removeLast() }
        guard !path.isEmpty else { return "" }
        for segment in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard !segment.isEmpty, segment != ".", segment != ".." else { throw .endpointPath }
            var bytes = segment.utf8.makeIterator()
            while let byte = bytes.next() {
                if byte == UInt8(ascii: "%") {
                    guard let high = bytes.next(), let low = bytes.next(), ASCII.hexValue(high) != nil,
                        ASCII.hexValue(low) != nil
                    else { throw .endpointPath }
                } else if !ASCII.isUnreserved(byte), !"!$&'()*+,;=:@".utf8.contains(byte) {
                    throw .endpointPath
                }
            }
        }
        return String(path)
    }
}
