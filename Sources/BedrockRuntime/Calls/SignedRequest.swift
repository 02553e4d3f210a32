/// A request to Bedrock, complete but for `Content-Length`: what the connection has to send.
///
/// Its headers hold credentials and its body a prompt, so neither is described.
public struct SignedRequest: Sendable {
    /// Where to connect.
    public let endpoint: BedrockEndpoint
    /// The method, always `POST`.
    public let method: String
    /// The path with the endpoint's prefix, to be sent byte for byte as it is.
    public let path: String
    /// Every header that is signed or authorises, `Host` first.
    public let headers: [(name: String, value: String)]
    /// The body.
    public let body: BedrockBody
}

extension SignedRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The method, host and path.
    public var description: String { "\(method) \(endpoint.hostHeader)\(path)" }
    /// The method, host and path.
    public var debugDescription: String { description }
    /// A mirror without headers and body.
    public var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}

extension SigV4Signer {
    /// Turns a call into the request that makes it, authorised by a caller's key.
    ///
    /// A Bedrock API key is sent as a bearer token; an access key signs. Whose value a header has, the first that is set:
    /// 1. `Host`, `Authorization` and `X-Amz-…`: always this function's,
    /// 2. the call's own headers,
    /// 3. `Content-Type` and the operation's accept header, both `application/json`.
    ///
    /// - Parameters:
    ///   - call: The call. In its header values, what is neither visible ASCII nor a space becomes `?`, so that no value
    ///     can end its header.
    ///   - key: The region and the credentials.
    ///   - resolver: Where the region is served.
    ///   - date: The moment of signing.
    ///   - bodyDigest: The SHA-256 of the body, for a large body hashed on another thread; hashed here when nil.
    /// - Returns: The request.
    public func request(
        for call: BedrockCall,
        with key: CallerKey,
        resolver: EndpointResolver,
        at date: SigningDate,
        bodyDigest: SHA256Digest? = nil
    ) -> SignedRequest {
        let endpoint = resolver.endpoint(for: call.host, in: key.region)
        let path = endpoint.pathPrefix.isEmpty ? call.path : endpoint.pathPrefix + call.path
        var headers = Self.headers(of: call)
        var authorizing: [(name: String, value: String)] = []
        switch key.credentials {
        case .bearer(let token):
            authorizing.append((name: "Authorization", value: "Bearer " + token))
        case .accessKey(let accessKey):
            let signable = SignableRequest(
                path: path,
                host: endpoint.hostHeader,
                headers: headers,
                bodyDigest: bodyDigest ?? Digest.sha256(call.body)
            )
            authorizing = sign(signable, with: accessKey, region: key.region, at: date)
        }
        headers.insert((name: "Host", value: endpoint.hostHeader), at: 0)
        headers.append(contentsOf: authorizing)
        return SignedRequest(endpoint: endpoint, method: "POST", path: path, headers: headers, body: call.body)
    }

    /// The call's headers over those that every such call has.
    private static func headers(of call: BedrockCall) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        headers.reserveCapacity(call.headers.count + 6)
        headers.append((name: "Content-Type", value: "application/json"))
        switch call.operation {
        case .invoke: headers.append((name: "Accept", value: "application/json"))
        case .invokeStream: headers.append((name: "X-Amzn-Bedrock-Accept", value: "application/json"))
        case .converse, .converseStream, .chatCompletions: break
        }
        guard !call.headers.isEmpty else { return headers }
        headers.removeAll { preset in
            call.headers.contains { ASCII.equalIgnoringCase($0.name, preset.name) }
        }
        for header in call.headers where !reserved.contains(where: { ASCII.equalIgnoringCase($0, header.name) }) {
            headers.append((name: header.name, value: clean(header.value)))
        }
        return headers
    }

    private static func clean(_ value: String) -> String {
        guard !value.utf8.allSatisfy({ ASCII.isVisible($0) || $0 == 0x20 }) else { return value }
        return String(decoding: value.utf8.map { ASCII.isVisible($0) ? $0 : $0 == 0x20 ? 0x20 : 0x3F }, as: UTF8.self)
    }

    private static let reserved = [
        "authorization", "content-length", "host", "transfer-encoding", "x-amz-date", "x-amz-security-token",
    ]
}
