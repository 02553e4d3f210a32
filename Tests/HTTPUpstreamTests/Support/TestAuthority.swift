import Foundation
import NIOSSL
import TestSupport

/// A certificate authority of our own and servers' certificates from it, made with the openssl command.
struct TestAuthority {
    let directory: URL

    var file: String { directory.appendingPathComponent("ca.pem").path }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("upstream-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=Test-CA "
                + "-keyout ca.key -out ca.pem"
        )
    }

    /// Makes the TLS context of a server whose certificate carries an alternative name such as `DNS:localhost`.
    func server(name: String) throws -> NIOSSLContext {
        let stem = UUID().uuidString
        try openssl(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout \(stem).key -out \(stem).csr"
        )
        try Data("subjectAltName=\(name)\n".utf8).write(to: directory.appendingPathComponent("\(stem).ext"))
        try openssl(
            "x509 -req -in \(stem).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile \(stem).ext -out \(stem).pem"
        )
        let path = directory.appendingPathComponent(stem).path
        let chain = try NIOSSLCertificate.fromPEMFile(path + ".pem").map { NIOSSLCertificateSource.certificate($0) }
        let key = NIOSSLPrivateKeySource.privateKey(try NIOSSLPrivateKey(file: path + ".key", format: .pem))
        return try NIOSSLContext(configuration: .makeServerConfiguration(certificateChain: chain, privateKey: key))
    }

    func remove() {
        try? FileManager.default.removeItem(at: directory)
    }

    private func openssl(_ arguments: String) throws {
        let words = arguments.split(separator: " ").map(String.init)
        let (status, output) = try ChildProcess.run("openssl", words, directory: directory)
        guard status == 0 else { throw ChildProcess.Failure(description: output) }
    }
}
