import BedrockSimulator
import Catalog
import Foundation
import HTTPServer
import TestSupport
import Testing

@testable import Gateway

/// The program as an operator runs it.
@Suite(.serialized) struct ProgramTests {
    private static let quiet = ["HTTP_HOST": "127.0.0.1", "HTTP_PORT": "0", "IP_RATE_LIMIT_ENABLED": "false"]

    // MARK: Commands

    @Test func helpNamesEveryCommand() async throws {
        let program = try Program(["--help"])
        #expect(try await program.status() == 0)
        let commands = program.text.split(separator: "\n").compactMap { line in
            line.hasPrefix("  ") ? line.split(separator: " ").first.map(String.init) : nil
        }
        for command in ["serve", "demo", "simulate", "explain", "models", "check", "health"] {
            #expect(commands.contains(command), "\(command)")
        }
        for word in ["OpenAI", ".env"] { #expect(program.text.contains(word), "\(word)") }
    }

    /// It listens by itself: a `.env` that is meant for something else does not keep it from starting.
    @Test func theDemoIgnoresSettingsThatItDoesNotUse() async throws {
        let program = try Program(
            ["demo"],
            environment: ["HTTP_PORT": "eighty"],
            dotEnv: "HTTP_ENABLED=false\nHTTPS_ENABLED=true\nIP_RATE_LIMIT_WINDOW_MS=x\n"
        )
        #expect(try await program.port(behind: "http://127.0.0.1:") != nil, "\(program.text)")
        program.send(SIGTERM)
        #expect(try await program.status() == 0)
    }

    @Test func modelsPrintsATable() async throws {
        let program = try Program(["models"])
        #expect(try await program.status() == 0)
        let lines = program.text.split(separator: "\n")
        #expect(lines.count == (try GatewayHarness.models.get().catalog.models.count) + 1)
        #expect(lines.first?.hasPrefix("Model") == true)
        #expect(program.text.contains(ChatBody.model))
    }

    @Test func checkNamesFileAndLine() async throws {
        let good = try Program(["check"])
        #expect(try await good.status() == 0, "\(good.text)")
        let missing = try Program(["check", "missing.yaml"])
        #expect(try await missing.status() == 1)
        #expect(missing.text.contains("missing.yaml: "))
        let directory = good.directory.appendingPathComponent("mine.yaml")
        try Data("models:\n  A:\n    bedrock_id: a.b\n    adapter: nonsense\n".utf8).write(to: directory)
        let wrong = try Program(["check", directory.path])
        #expect(try await wrong.status() == 1)
        #expect(wrong.text.contains("mine.yaml:4"), "\(wrong.text)")
    }

    @Test func checkReadsTheFilesThatSettingsName() async throws {
        let https = ["HTTPS_ENABLED": "true", "HTTPS_KEY_PATH": "/no/k.pem", "HTTPS_CERT_PATH": "/no/c.pem"]
        for (settings, expected) in [
            (https, "HTTPS_CERT_PATH: the file /no/c.pem"),
            (["AWS_CA_BUNDLE": "/no/bundle.pem"], "AWS_CA_BUNDLE: the file /no/bundle.pem"),
            (["HTTP_PORT": "eighty"], "HTTP_PORT: must be a whole number"),
        ] {
            let program = try Program(["check"], environment: settings)
            #expect(try await program.status() == 1, "\(settings)")
            #expect(program.text.contains(expected), "\(program.text)")
        }
    }

    // MARK: Launch

    @Test func whatStopsTheLaunchIsOneLineThatNamesIt() async throws {
        let cases: [([String: String], String)] = [
            (["HTTP_PORT": "eighty"], "HTTP_PORT: must be a whole number"),
            (["MAX_BODY_MEMORY": "1mb", "MAX_REQUEST_BODY_SIZE": "2mb"], "MAX_BODY_MEMORY: must not be less"),
            (["HTTPS_ENABLED": "true"], "HTTPS_KEY_PATH: must name"),
            (
                ["HTTPS_ENABLED": "true", "HTTPS_KEY_PATH": "/no/k.pem", "HTTPS_CERT_PATH": "/no/c.pem"],
                "HTTPS_CERT_PATH: the file /no/c.pem"
            ),
            (["MODELS_FILE": "/no/models.yaml"], "MODELS_FILE: /no/models.yaml"),
            (["AWS_CA_BUNDLE": "/no/bundle.pem"], "AWS_CA_BUNDLE: the file /no/bundle.pem"),
            (["SSL_CERT_FILE": "/no/bundle.pem"], "SSL_CERT_FILE: the file /no/bundle.pem"),
            (["HTTP_HOST": "no!se"], "HTTP_HOST must be"), (["HTTP_HOST": "192.0.2.1"], "HTTP_HOST must be"),
            (["AWS_REGION": "nowhere"], "AWS_REGION: is not a region"),
        ]
        for (settings, expected) in cases {
            let program = try Program([], environment: Self.quiet.merging(settings) { $1 })
            #expect(try await program.status() == 1, "\(settings)")
            #expect(program.text.contains(expected), "\(program.text)")
            #expect(!program.text.contains("Fatal error"))
        }
        let dotEnv = try Program([], environment: Self.quiet, dotEnv: "# x\nA B=1\n")
        #expect(try await dotEnv.status() == 1)
        #expect(dotEnv.text.contains(".env:2:"))
    }

    @Test func aPortInUseSaysSoAndNamesTheRemedy() async throws {
        try await GatewayHarness.run { gateway in
            let port = "\(gateway.port)"
            let program = try Program([], environment: Self.quiet.merging(["HTTP_PORT": port]) { $1 })
            #expect(try await program.status() == 1)
            #expect(program.text.contains("port \(port)"))
            #expect(program.text.contains("another program already does"))
            #expect(program.text.contains("HTTP_PORT"))
        }
    }

    @Test func aPrivilegedPortNamesTheRemedies() async throws {
        do {
            try await Failure.explained { throw HTTPServerError.permissionDenied(host: "::", port: 88) }
            Issue.record("nothing was thrown")
        } catch {
            let text = String(describing: error)
            for word in ["88", "permission denied", "HTTP_PORT", "1024", "setcap"] { #expect(text.contains(word)) }
        }
    }

    // MARK: Serving

    @Test func termEndsOpenStreamsFirstAndThenTheProcessWithZero() async throws {
        let simulator = try Program(["simulate", "--port", "0"])
        let bedrock = try #require(try await simulator.port(behind: "http://127.0.0.1:"))
        // The file is read, and the environment goes before it.
        let file = "HTTP_HOST=127.0.0.1\r\nexport HTTP_PORT='0' # any\r\nHTTP_ENABLED=false\r\n# end"
        let serving = try Program(
            ["serve"],
            environment: [
                "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "http://127.0.0.1:\(bedrock)", "HTTP_ENABLED": "true",
            ],
            dotEnv: file
        )
        let port = try #require(try await serving.port(behind: "listening for http on port "))
        let client = try SocketClient(port: port)
        client.post(ChatBody.saying("simulate:slow=50 simulate:events=20", #""stream":true,"#))
        _ = try client.head()
        let idle = try SocketClient(port: port)
        idle.get("/health")
        #expect(try idle.answer().status == 200)
        serving.send(SIGTERM)
        #expect(try idle.isClosedByServer())
        var text = ""
        while let chunk = try client.chunk() { text += String(decoding: chunk, as: UTF8.self) }
        #expect(text.hasSuffix("data: [DONE]\n\n"))
        #expect(throws: SocketClient.Failure.self) { _ = try SocketClient(port: port) }
        #expect(try await serving.status() == 0, "\(serving.text)")
        #expect(serving.text.contains("stopping"))
    }

    @Test func hangUpReadsTheCatalogAgainAndHealthAnswers() async throws {
        let files = try Program(["--version"])
        let path = files.directory.appendingPathComponent("models.yaml")
        let entry =
            "models:\n  NAME:\n    bedrock_id: anthropic.claude-sonnet-4-5-20250929-v1:0\n    adapter: anthropic\n"
            + "    on_demand: true\n    max_output_tokens: 1000\n    capabilities: [streaming]\n"
        try Data(entry.replacing("NAME", with: "Before").utf8).write(to: path)
        let program = try Program([], environment: Self.quiet.merging(["MODELS_FILE": path.path]) { $1 })
        let port = try #require(try await program.port(behind: "listening for http on port "))
        try Data(entry.replacing("NAME", with: "After").utf8).write(to: path)
        program.send(SIGHUP)
        #expect(try await program.text { $0.contains("was read again: 1 models") } != nil, "\(program.text)")
        let client = try SocketClient(port: port)
        client.get("/v1/models/After")
        #expect(try client.answer().status == 200)
        // And without a signal, by itself.
        try Data(entry.replacing("NAME", with: "Later").utf8).write(to: path)
        #expect(try await program.text { $0.components(separatedBy: "was read again").count == 3 } != nil)
        client.get("/v1/models/Later")
        #expect(try client.answer().status == 200)
        let healthy = try Program(["health", "--port", "\(port)"])
        #expect(try await healthy.status() == 0, "\(healthy.text)")
        program.send(SIGINT)
        #expect(try await program.status() == 0)
        let dead = try Program(["health", "--port", "\(port)"])
        #expect(try await dead.status() == 1)
    }

    @Test func httpAndHTTPSAreServedTogetherOrAlone() async throws {
        let files = try Program(["--version"])
        let key = files.directory.appendingPathComponent("k.pem").path
        let certificate = files.directory.appendingPathComponent("c.pem").path
        let (status, output) = try ChildProcess.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
                "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
            ]
        )
        try #require(status == 0, "\(output)")
        let secure = [
            "HTTPS_ENABLED": "true", "HTTPS_PORT": "0", "HTTPS_KEY_PATH": key, "HTTPS_CERT_PATH": certificate,
        ]
        let both = try Program([], environment: Self.quiet.merging(secure) { $1 })
        let plain = try #require(try await both.port(behind: "listening for http on port "))
        let encrypted = try #require(try await both.port(behind: "listening for https on port "))
        let client = try SocketClient(port: plain)
        client.get("/health")
        #expect(try client.answer().status == 200)
        #expect(try Self.curl("https://127.0.0.1:\(encrypted)/health") == #"{"status":"ok"}"#)
        // Health is asked over TLS too: a port that only accepts is not healthy.
        for (port, status) in [(encrypted, 0), (plain, 1)] as [(Int, Int32)] {
            let onlySecure = secure.merging(["HTTP_ENABLED": "no", "HTTPS_PORT": "\(port)"]) { $1 }
            let health = try Program(["health"], environment: Self.quiet.merging(onlySecure) { $1 })
            #expect(try await health.status() == status, "\(health.text)")
        }
        both.send(SIGTERM)
        #expect(try await both.status() == 0)
        let alone = try Program(
            [],
            environment: Self.quiet.merging(secure.merging(["HTTP_ENABLED": "no"]) { $1 }) { $1 }
        )
        let only = try #require(try await alone.port(behind: "listening for https on port "))
        #expect(try Self.curl("https://127.0.0.1:\(only)/health") == #"{"status":"ok"}"#)
        #expect(!alone.text.contains("for http on"))
        // A key that is not the certificate's stops the launch.
        try Data("not a key".utf8).write(to: URL(fileURLWithPath: key))
        let bad = try Program([], environment: Self.quiet.merging(secure) { $1 })
        #expect(try await bad.status() == 1)
        #expect(bad.text.contains(key), "\(bad.text)")
    }

    private static func curl(_ url: String) throws -> String {
        try ChildProcess.run("curl", ["-sSk", "--noproxy", "*", "--max-time", "60", url]).output
    }
}
