import Foundation
import NIOSSL
import Testing

@testable import WebFetch

struct FetchTLSTests {
    private func startServer() async throws -> LoopbackServer {
        let certificate = try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.privateKey.utf8), format: .pem)
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)],
            privateKey: .privateKey(key)
        )
        return try await LoopbackServer.start(tls: NIOSSLContext(configuration: configuration)) { _ in .ok("x") }
    }

    private func withCertificateFile(_ body: (String) async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pem")
        try Data(TestCertificate.certificate.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try await body(file.path)
    }

    @Test func aCertificateThatNobodyVouchesForIsRefused() async throws {
        let server = try await startServer()
        let error = try await makeFetcher(allowing: "127.0.0.1").error(fetching: "https://127.0.0.1:\(server.port)/")
        #expect(error == .unreachable(reason: "has a TLS certificate that cannot be verified"))
        #expect(server.requests.isEmpty)
    }

    @Test func authoritiesFromAFileAreTrusted() async throws {
        let server = try await startServer()
        try await withCertificateFile { file in
            let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.caCertificateFile = file }
            for _ in 0..<2 {
                #expect(try await fetcher.fetch("https://127.0.0.1:\(server.port)/").status == 200)
            }
        }
    }

    @Test func aCertificateForAnotherNameIsRefused() async throws {
        let server = try await startServer()
        try await withCertificateFile { file in
            let fetcher = try makeFetcher(allowing: "localhost") { $0.caCertificateFile = file }
            let error = await fetcher.error(fetching: "https://localhost:\(server.port)/")
            #expect(error == .unreachable(reason: "has a TLS certificate that cannot be verified"))
        }
        #expect(server.requests.isEmpty)
    }

    @Test func aMissingFileOfAuthoritiesIsNamed() async throws {
        let server = try await startServer()
        let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.caCertificateFile = "/nonexistent/ca.pem" }
        let error = await fetcher.error(fetching: "https://127.0.0.1:\(server.port)/")
        #expect(error == .unreachable(reason: "was not contacted because the certificate authorities cannot be read"))
    }
}
