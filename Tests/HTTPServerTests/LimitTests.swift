import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct LimitTests {
    private static func request(_ target: String, _ fields: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"
    }

    private static func long(_ count: Int) -> String {
        String(repeating: "a", count: count)
    }

    private func expect(_ status: Int, pieces: [String]) async throws {
        try await TestServer.run {
            $0.respond(text: "fine")
        } test: { server in
            let client = try server.client()
            for piece in pieces { client.send(piece) }
            let answer = try client.answer()
            #expect(answer.status == status)
            if status != 200 {
                #expect(answer.field("connection") == "close")
                #expect(try client.isClosedByServer())
            }
            #expect(try server.client().answerToGet().status == 200)
        }
    }

    @Test func targetsUpToTheLimitAreServed() async throws {
        try await expect(200, pieces: [Self.request("/" + Self.long(8_191))])
    }

    @Test func aTargetOverTheLimitIs414() async throws {
        try await expect(414, pieces: [Self.request("/" + Self.long(8_192))])
    }

    @Test func aTargetThatDoesNotEndIs414() async throws {
        try await expect(414, pieces: ["GET /", Self.long(8_192)])
        try await expect(414, pieces: ["GET /" + Self.long(200_000)])
    }

    @Test func headerFieldsUpToTheLimitAreServed() async throws {
        let fields = (0..<60).map { "X-Field-\($0): \(Self.long(1_000))\r\n" }.joined()
        try await expect(200, pieces: [Self.request("/", fields)])
        try await expect(200, pieces: [Self.request("/", "X-Long: \(Self.long(60_000))\r\n")])
    }

    @Test func headerFieldsOverTheLimitAre431() async throws {
        let fields = (0..<70).map { "X-Field-\($0): \(Self.long(1_000))\r\n" }.joined()
        try await expect(431, pieces: [Self.request("/", fields)])
        try await expect(431, pieces: [Self.request("/", "X-Long: \(Self.long(66_000))\r\n")])
        try await expect(431, pieces: [Self.request("/", "\(Self.long(66_000)): x\r\n")])
        try await expect(431, pieces: [Self.request("/", "X-Long: \(Self.long(600_000))\r\n")])
    }

    @Test func tooManyHeaderFieldsAre431() async throws {
        try await expect(431, pieces: [Self.request("/", String(repeating: "A: b\r\n", count: 300))])
    }

    @Test func headerFieldsThatDoNotEndAre431() async throws {
        try await expect(431, pieces: ["GET / HTTP/1.1\r\n", "Host: x\r\n", "X-Long: ", Self.long(100_000)])
    }

    @Test func whiteSpaceThatDoesNotEndIs431() async throws {
        let space = String(repeating: " ", count: 200_000)
        try await expect(431, pieces: ["GET / HTTP/1.1\r\nHost: x\r\nX-Space:", space])
    }

    @Test func theHookWritesTheRefusal() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.maximumTargetBytes = 20
        configuration.failureResponse = { failure in
            FailureResponse(
                status: failure.status,
                headers: [("Content-Type", "application/json")],
                body: ByteBuffer(string: "{\"error\":\"\(failure)\"}")
            )
        }
        try await TestServer.run(configuration) {
            $0.respond(text: "fine")
        } test: { server in
            let client = try server.client()
            client.send(Self.request("/" + Self.long(20)))
            let answer = try client.answer()
            #expect(answer.status == 414)
            #expect(answer.field("content-type") == "application/json")
            #expect(answer.text == "{\"error\":\"targetTooLong\"}")
        }
    }

    @Test func aRefusalSentAheadWaitsForTheAnswersBeforeIt() async throws {
        let held = HeldExchanges()
        try await TestServer.run {
            held.hold($0)
        } test: { server in
            let client = try server.client()
            client.send(Self.request("/first") + Self.request("/" + Self.long(9_000)))
            try await held.with { $0.respond(text: "first") }
            #expect(try client.answer().text == "first")
            #expect(try client.answer().status == 414)
        }
    }
}
