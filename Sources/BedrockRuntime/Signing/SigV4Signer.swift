/// What Signature Version 4 covers of a request.
public struct SignableRequest {
    /// The method, in upper case.
    public var method: String
    /// The path as it is sent: percent-encoded once, without empty, `.` or `..` segments.
    public var path: String
    /// The query as it is sent, percent-encoded, without the question mark; empty when there is none.
    public var query: String
    /// The value of the `Host` header.
    public var host: String
    /// The headers to sign besides `Host` and those that signing adds.
    public var headers: [(name: String, value: String)]
    /// The SHA-256 of the body, also of an empty one.
    public var bodyDigest: SHA256Digest

    /// Creates a description of a request.
    public init(
        method: String = "POST",
        path: String,
        query: String = "",
        host: String,
        headers: [(name: String, value: String)] = [],
        bodyDigest: SHA256Digest
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.host = host
        self.headers = headers
        self.bodyDigest = bodyDigest
    }
}

/// Signs requests with AWS Signature Version 4.
///
/// It keeps derived keys and working memory from one request to the next. Make one for each event loop and use it there
/// only: it is not safe to share.
public final class SigV4Signer {
    private let service: String
    private let keys: SigningKeyCache
    private var text = ScratchBytes(capacity: 2048)
    /// The headers being signed: names in lower case, sorted.
    private var headers: [(name: String, value: String)] = []
    private var date = SigningDate(secondsSince1970: 0)
    private var timestamp: String
    private var day: String

    /// Creates a signer.
    ///
    /// - Parameters:
    ///   - service: The signing name: `bedrock` for every host of Bedrock.
    ///   - cachedKeys: How many derived keys are kept at most; the oldest gives way.
    public init(service: String = "bedrock", cachedKeys: Int = 256) {
        self.service = service
        keys = SigningKeyCache(capacity: cachedKeys)
        timestamp = date.timestamp
        day = date.date
    }

    /// Signs a request as of a moment.
    ///
    /// - Parameters:
    ///   - request: The request. Headers that proxies change on the way are left out of the signature.
    ///   - accessKey: The key to sign with.
    ///   - region: The region in the signature's scope: the real one, also behind an overridden endpoint.
    ///   - date: The moment the signature is valid from. AWS accepts five minutes either way.
    /// - Returns: The headers to add: `X-Amz-Date`, `X-Amz-Security-Token` for a temporary key, `Authorization`.
    public func sign(
        _ request: SignableRequest,
        with accessKey: AWSAccessKey,
        region: AWSRegion,
        at date: SigningDate
    ) -> [(name: String, value: String)] {
        let authorization = authorization(for: request, with: accessKey, region: region, at: date)
        var added = [(name: "X-Amz-Date", value: timestamp)]
        if let token = accessKey.sessionToken { added.append((name: "X-Amz-Security-Token", value: token)) }
        added.append((name: "Authorization", value: authorization))
        return added
    }

    /// The moment's text for `X-Amz-Date`, formatted once a second.
    func timestamp(at date: SigningDate) -> String {
        if date != self.date {
            self.date = date
            timestamp = date.timestamp
            day = date.date
        }
        return timestamp
    }

    /// The value of the `Authorization` header.
    func authorization(
        for request: SignableRequest,
        with accessKey: AWSAccessKey,
        region: AWSRegion,
        at date: SigningDate
    ) -> String {
        let signedNames = writeCanonicalRequest(request, token: accessKey.sessionToken, at: date)
        // No caller's token outlives his request here.
        headers.removeAll(keepingCapacity: true)
        let stringToSign = writeStringToSign(region: region)
        let key = keys.signingKey(for: accessKey, region: region, service: service, date: date)
        let signature = text.withBytes(stringToSign) { key.code(for: $0) }

        let start = text.count
        text.append("AWS4-HMAC-SHA256 Credential=")
        text.append(accessKey.accessKeyID)
        text.append(UInt8(ascii: "/"))
        writeScope(region: region)
        text.append(", SignedHeaders=")
        text.appendCopy(of: signedNames)
        text.append(", Signature=")
        text.appendHex(of: signature)
        return text.string(start..<text.count)
    }
}

// MARK: The three texts

extension SigV4Signer {
    /// The canonical request and the string to sign, for comparison with published examples.
    func explain(
        _ request: SignableRequest,
        with accessKey: AWSAccessKey,
        region: AWSRegion,
        at date: SigningDate
    ) -> (canonicalRequest: String, stringToSign: String) {
        _ = writeCanonicalRequest(request, token: accessKey.sessionToken, at: date)
        let canonicalRequest = text.string(0..<text.count)
        return (canonicalRequest, text.string(writeStringToSign(region: region)))
    }

    /// Begins the working text anew with the canonical request; returns where the names of the signed headers stand.
    private func writeCanonicalRequest(
        _ request: SignableRequest,
        token: String?,
        at date: SigningDate
    ) -> Range<Int> {
        collectHeaders(of: request, token: token, timestamp: timestamp(at: date))
        text.clear()
        text.append(request.method)
        text.append(UInt8(ascii: "\n"))
        writeCanonicalPath(request.path)
        text.append(UInt8(ascii: "\n"))
        if !request.query.isEmpty { writeCanonicalQuery(request.query) }
        text.append(UInt8(ascii: "\n"))
        // A repeated header is one line, its values joined by commas.
        for (index, header) in headers.enumerated() {
            if index > 0, headers[index - 1].name == header.name {
                text.append(UInt8(ascii: ","))
            } else {
                if index > 0 { text.append(UInt8(ascii: "\n")) }
                text.append(header.name)
                text.append(UInt8(ascii: ":"))
            }
            writeTrimmed(header.value)
        }
        text.append("\n\n")
        let names = text.count
        for (index, header) in headers.enumerated() where index == 0 || headers[index - 1].name != header.name {
            if index > 0 { text.append(UInt8(ascii: ";")) }
            text.append(header.name)
        }
        let signedNames = names..<text.count
        text.append(UInt8(ascii: "\n"))
        text.appendHex(of: request.bodyDigest)
        return signedNames
    }

    /// Appends the string to sign for the canonical request that is all of the working text; returns where it stands.
    private func writeStringToSign(region: AWSRegion) -> Range<Int> {
        let start = text.count
        let digest = text.withBytes(0..<start) { Digest.sha256($0) }
        text.append("AWS4-HMAC-SHA256\n")
        text.append(timestamp)
        text.append(UInt8(ascii: "\n"))
        writeScope(region: region)
        text.append(UInt8(ascii: "\n"))
        text.appendHex(of: digest)
        return start..<text.count
    }

    private func writeScope(region: AWSRegion) {
        text.append(day)
        text.append(UInt8(ascii: "/"))
        text.append(region.rawValue)
        text.append(UInt8(ascii: "/"))
        text.append(service)
        text.append("/aws4_request")
    }
}

// MARK: Parts of the canonical request

extension SigV4Signer {
    /// Headers that botocore leaves out of signatures because proxies may change them, and the signature's own.
    private static let unsigned: Set<String> = [
        "authorization", "baggage", "connection", "content-length", "expect", "host", "keep-alive",
        "proxy-authenticate", "proxy-authorization", "te", "traceparent", "tracestate", "trailer", "transfer-encoding",
        "upgrade", "user-agent", "x-amz-date", "x-amz-security-token", "x-amzn-trace-id",
    ]

    private func collectHeaders(of request: SignableRequest, token: String?, timestamp: String) {
        headers.removeAll(keepingCapacity: true)
        for header in request.headers {
            if header.name == "Content-Type" {
                insert("content-type", header.value)
            } else {
                let name = header.name.utf8.contains(where: ASCII.isUppercase) ? header.name.lowercased() : header.name
                if name.hasPrefix("x-amzn-bedrock-") || !Self.unsigned.contains(name) { insert(name, header.value) }
            }
        }
        insert("host", request.host)
        insert("x-amz-date", timestamp)
        if let token { insert("x-amz-security-token", token) }
    }

    /// Inserts a header where it belongs; headers of the same name keep their order.
    private func insert(_ name: String, _ value: String) {
        var index = headers.count
        while index > 0, name < headers[index - 1].name { index -= 1 }
        headers.insert((name, value), at: index)
    }

    /// Encodes the path as sent once more, all but its slashes: what the wire has as `%3A` is signed as `%253A`.
    private func writeCanonicalPath(_ path: String) {
        var path = path
        path.withUTF8 { bytes in
            text.write(atMost: bytes.count * 3) { target in
                var at = 0
                for byte in bytes {
                    if ASCII.isUnreserved(byte) || byte == UInt8(ascii: "/") {
                        target[at] = byte
                        at += 1
                    } else {
                        target[at] = UInt8(ascii: "%")
                        target[at + 1] = ASCII.upperHexDigit(byte >> 4)
                        target[at + 2] = ASCII.upperHexDigit(byte & 15)
                        at += 3
                    }
                }
                return at
            }
        }
    }

    /// Writes the parameters sorted by name, then value; they are encoded already.
    private func writeCanonicalQuery(_ query: String) {
        let parameters = query.split(separator: "&").map { parameter -> (name: Substring, value: Substring) in
            let equals = parameter.firstIndex(of: "=") ?? parameter.endIndex
            return (parameter[..<equals], parameter[equals...].dropFirst())
        }
        for (index, parameter) in parameters.sorted(by: { $0 < $1 }).enumerated() {
            if index > 0 { text.append(UInt8(ascii: "&")) }
            text.append(String(parameter.name))
            text.append(UInt8(ascii: "="))
            text.append(String(parameter.value))
        }
    }

    /// Writes a header's value without outer white space and with inner runs of it as one space.
    private func writeTrimmed(_ value: String) {
        var value = value
        value.withUTF8 { bytes in
            text.write(atMost: bytes.count) { target in
                var at = 0
                var owesSpace = false
                for byte in bytes {
                    if byte == 0x20 || byte &- 0x09 < 5 {
                        owesSpace = at > 0
                        continue
                    }
                    if owesSpace {
                        target[at] = 0x20
                        at += 1
                        owesSpace = false
                    }
                    target[at] = byte
                    at += 1
                }
                return at
            }
        }
    }
}
