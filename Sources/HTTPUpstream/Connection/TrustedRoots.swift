import NIOCore
import NIOSSL

/// Makes the one TLS context of a client.
enum TrustedRoots {
    /// Makes a context that verifies certificate and host name, always.
    ///
    /// - Parameter trust: Whose certificates are believed.
    /// - Returns: The context, for every connection of every loop.
    /// - Throws: ``UpstreamError/invalidTrust(file:reason:)``.
    static func context(for trust: UpstreamTrust) throws(UpstreamError) -> NIOSSLContext {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .fullVerification
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["http/1.1"]
        tls.shutdownTimeout = .seconds(1)
        var file = "of the system"
        switch trust {
        case .system:
            break
        case .file(let path):
            file = path
            tls.trustRoots = .certificates(try certificates(in: path))
        case .systemAndFile(let path):
            file = path
            tls.additionalTrustRoots = [.certificates(try certificates(in: path))]
        }
        do {
            return try NIOSSLContext(configuration: tls)
        } catch {
            throw .invalidTrust(file: file, reason: "\(error)")
        }
    }

    private static func certificates(in path: String) throws(UpstreamError) -> [NIOSSLCertificate] {
        let found: [NIOSSLCertificate]
        do {
            found = try NIOSSLCertificate.fromPEMFile(path)
        } catch {
            throw .invalidTrust(file: path, reason: "it is no readable PEM file of certificates")
        }
        if found.isEmpty { throw .invalidTrust(file: path, reason: "it holds no certificate") }
        return found
    }
}
