import Glibc
import NIOSSL

/// A certificate chain and its private key, ready to serve TLS.
public struct TLSIdentity: Sendable {
    /// Made once: it is expensive, and shared by all connections.
    let context: NIOSSLContext

    /// Loads an identity from two PEM files.
    ///
    /// - Parameters:
    ///   - keyPath: The path of the private key, unencrypted.
    ///   - certificatePath: The path of the certificate, followed by its chain.
    /// - Throws: `HTTPServerError.badIdentity` naming the file that cannot be used, and why.
    public init(keyPath: String, certificatePath: String) throws(HTTPServerError) {
        let chain = try Self.certificates(certificatePath)
        let key = try Self.key(keyPath)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw .badIdentity(file: keyPath, reason: "the key does not belong to the certificate \(certificatePath)")
        }
    }

    private static func certificates(_ path: String) throws(HTTPServerError) -> [NIOSSLCertificate] {
        let bytes = try contents(path)
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(bytes), !chain.isEmpty else {
            throw .badIdentity(file: path, reason: "it holds no PEM certificate that can be read")
        }
        return chain
    }

    private static func key(_ path: String) throws(HTTPServerError) -> NIOSSLPrivateKey {
        let bytes = try contents(path)
        do {
            return try NIOSSLPrivateKey(bytes: bytes, format: .pem)
        } catch {
            throw .badIdentity(file: path, reason: "it holds no unencrypted PEM private key that can be read")
        }
    }

    /// Reads a file whole, up to a size that no key or chain comes near.
    private static func contents(_ path: String) throws(HTTPServerError) -> [UInt8] {
        guard let file = fopen(path, "re") else {
            throw .badIdentity(file: path, reason: String(cString: strerror(errno)))
        }
        defer { fclose(file) }
        let limit = 1 << 20
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            count = fread(buffer.baseAddress, 1, limit, file)
        }
        guard ferror(file) == 0 else {
            throw .badIdentity(file: path, reason: String(cString: strerror(errno)))
        }
        guard !bytes.isEmpty else { throw .badIdentity(file: path, reason: "it is empty") }
        return bytes
    }
}
