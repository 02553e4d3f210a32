/// The parts of an `Authorization` header that carries a signature.
///
/// `AWS4-HMAC-SHA256 Credential=AKID/20260115/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=06c8…`
struct SignatureField {
    let accessKeyID: String
    let day: Substring
    let region: Substring
    let service: Substring
    /// The names under the signature, as they were written.
    let signedHeaders: [String]
    let signature: String

    /// What stands behind the access key id.
    var scope: String { "\(day)/\(region)/\(service)/aws4_request" }

    init(_ header: String) throws(SimulatorError) {
        let algorithm = "AWS4-HMAC-SHA256 "
        guard header.hasPrefix(algorithm) else {
            throw .incomplete("Unsupported AWS 'algorithm' in the Authorization header.")
        }
        var parts: [Substring: Substring] = [:]
        for part in header.dropFirst(algorithm.count).split(separator: ",") {
            let halves = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            guard halves.count == 2 else { continue }
            parts[halves[0]] = halves[1]
        }
        guard let credential = parts["Credential"] else { throw Self.missing("Credential") }
        guard let signedHeaders = parts["SignedHeaders"] else { throw Self.missing("SignedHeaders") }
        guard let signature = parts["Signature"] else { throw Self.missing("Signature") }
        let scope = credential.split(separator: "/", omittingEmptySubsequences: false)
        guard scope.count == 5, scope[4] == "aws4_request" else {
            throw .incomplete("Credential must have exactly 5 slash-delimited elements and end with 'aws4_request'.")
        }
        accessKeyID = String(scope[0])
        day = scope[1]
        region = scope[2]
        service = scope[3]
        self.signedHeaders = signedHeaders.split(separator: ";").map(String.init)
        self.signature = String(signature)
    }

    private static func missing(_ parameter: String) -> SimulatorError {
        .incomplete("Authorization header requires '\(parameter)' parameter.")
    }
}
