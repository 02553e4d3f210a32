import NIOCore
import NIOHTTP1
import Synchronization

/// Decides whether a request may come in: by its signature, recomputed here, or by its API key.
final class AccessCheck: Sendable {
    private let configuration: SimulatorConfiguration
    private let secrets: [String: SimulatorCredential]
    /// Signing keys by access key id and scope: deriving one costs four hashes.
    private let signingKeys = Mutex<[String: [UInt8]]>([:])

    init(configuration: SimulatorConfiguration) {
        self.configuration = configuration
        secrets = Dictionary(configuration.credentials.map { ($0.accessKeyID, $0) }) { _, last in last }
    }

    /// Lets a request in, or says why not as AWS would.
    func check(_ request: ReceivedRequest) throws(SimulatorError) {
        guard let authorization = request.headers.first(name: "authorization") else {
            throw SimulatorError(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        }
        if authorization.hasPrefix("Bearer ") {
            guard configuration.bearerKeys.contains(String(authorization.dropFirst(7))) else {
                throw SimulatorError(
                    403,
                    "AccessDeniedException",
                    "Authentication failed: Please make sure your API Key is valid."
                )
            }
            return
        }
        try checkSignature(SignatureField(authorization), of: request)
    }

    private func checkSignature(
        _ field: SignatureField,
        of request: ReceivedRequest
    ) throws(SimulatorError) {
        guard let credential = secrets[field.accessKeyID] else { throw .unknownToken }
        guard let date = request.headers.first(name: "x-amz-date").flatMap(SignatureDate.init) else {
            throw .incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
        }
        guard field.service == "bedrock" else {
            throw .badSignature("Credential should be scoped to correct service: 'bedrock'.")
        }
        guard field.day == date.day else {
            throw .badSignature(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    + "'\(field.day)' != '\(date.day)', from '\(date.text)'."
            )
        }
        try checkAge(date)
        try checkCoverage(field, of: request)
        guard let canonical = CanonicalRequest.text(of: request, signedHeaders: field.signedHeaders) else {
            throw .badSignature("A header that 'SignedHeaders' names is not part of the request.")
        }
        let toSign =
            "AWS4-HMAC-SHA256\n\(date.text)\n\(field.scope)\n" + Digest.hex(Digest.sha256(canonical))
        let expected = Digest.hex(Digest.hmac(key: signingKey(of: credential, for: field), toSign))
        guard expected == field.signature else {
            throw .badSignature(
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
                    + "Access Key and signing method. Consult the service documentation for details."
            )
        }
        guard request.headers.first(name: "x-amz-security-token") == credential.sessionToken else {
            throw .unknownToken
        }
    }

    private func checkAge(_ date: SignatureDate) throws(SimulatorError) {
        let age = configuration.now() - date.seconds
        if age > configuration.clockTolerance {
            throw .badSignature(
                "Signature expired: \(date.text) is \(age) seconds old; at most \(configuration.clockTolerance) are allowed."
            )
        }
        if -age > configuration.clockTolerance {
            throw .badSignature("Signature not yet current: \(date.text) is still \(-age) seconds in the future.")
        }
    }

    /// Requires that the host and every `x-amz-` header are under the signature.
    private func checkCoverage(_ field: SignatureField, of request: ReceivedRequest) throws(SimulatorError) {
        guard field.signedHeaders.contains("host") else {
            throw .badSignature("'Host' must be a 'SignedHeader' in the AWS Authorization.")
        }
        guard field.signedHeaders == field.signedHeaders.sorted() else {
            throw .badSignature("'SignedHeaders' must be in order.")
        }
        for (name, _) in request.headers {
            let name = name.lowercased()
            guard name.hasPrefix("x-amz-"), !field.signedHeaders.contains(name) else { continue }
            throw .badSignature("There were headers present in the request which were not signed: \(name).")
        }
    }

    private func signingKey(of credential: SimulatorCredential, for field: SignatureField) -> [UInt8] {
        let name = "\(field.accessKeyID)/\(field.scope)"
        if let key = signingKeys.withLock({ $0[name] }) { return key }
        var key = Digest.hmac(key: Array("AWS4\(credential.secretAccessKey)".utf8), String(field.day))
        for part in [field.region, field.service, "aws4_request"] { key = Digest.hmac(key: key, String(part)) }
        signingKeys.withLock { keys in
            if keys.count >= 256 { keys.removeAll() }
            keys[name] = key
        }
        return key
    }
}

extension SimulatorError {
    static let unknownToken = SimulatorError(
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid."
    )

    static func badSignature(_ message: String) -> SimulatorError {
        SimulatorError(403, "InvalidSignatureException", message)
    }

    static func incomplete(_ message: String) -> SimulatorError {
        SimulatorError(400, "IncompleteSignature", message)
    }
}
