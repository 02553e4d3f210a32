import Foundation
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct RequestBodyTests {
    private static let chunkedHead = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func head(_ length: Int, _ more: String = "") -> String {
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\(more)\r\n"
    }

    @Test func bodiesArriveHoweverTheyAreCut() async throws {
        try await TestServer.run {
            $0.echo()
        } test: { server in
            let client = try server.client()
            let requests = [
                (Self.head(11) + "hello world", "hello world"),
                (
                    Self.chunkedHead + "5\r\nhello\r\n6;ext=\"1\"\r\n world\r\n0\r\nX-Trailer: dropped\r\n\r\n",
                    "hello world"
                ),
                (Self.head(0), ""),
                (Self.chunkedHead + "0\r\n\r\n", ""),
                ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", ""),
            ]
            for (request, body) in requests {
                client.send(request)
                #expect(try client.answer().text == body)
                for byte in request.utf8 { client.send([byte]) }
                #expect(try client.answer().text == body)
            }
        }
    }

    @Test func aLargeBodyArrivesWhole() async throws {
        let size = 20 << 20
        try await TestServer.run { exchange in
            exchange.collectBody(upTo: size) { result in
                let bytes = (try? result.get()) ?? ByteBuffer()
                let isWhole = bytes == ByteBuffer(repeating: 3, count: size)
                exchange.respond(text: isWhole ? "whole" : "broken")
            }
        } test: { server in
            let client = try server.client()
            client.send(Self.head(size))
            client.send([UInt8](repeating: 3, count: size))
            #expect(try client.answer().text == "whole")
            #expect(server.server.reservedBodyBytes == 0)
        }
    }

    @Test func continueIsSentWhenTheHandlerWantsTheBody() async throws {
        let held = HeldExchanges()
        try await TestServer.run {
            held.hold($0)
        } test: { server in
            let client = try server.client()
            client.send(Self.head(5, "Expect: 100-Continue\r\n"))
            try await held.with { $0.echo() }
            #expect(try client.answer().status == 100)
            client.send("hello")
            #expect(try client.answer().text == "hello")
        }
    }

    @Test func continueIsNotSentOnceTheBodyComes() async throws {
        try await TestServer.run { exchange in
            exchange.eventLoop.assumeIsolated().execute { exchange.echo() }
        } test: { server in
            let client = try server.client()
            client.send(Self.head(5, "Expect: 100-continue\r\n") + "hello")
            let answer = try client.answer()
            #expect(answer.status == 200)
            #expect(answer.text == "hello")
        }
    }

    @Test func aRefusalOnTheHeadAsksForNoBody() async throws {
        try await TestServer.run {
            $0.respond(text: "no", status: .unauthorized)
        } test: { server in
            let client = try server.client()
            client.send(Self.head(5_000_000, "Expect: 100-continue\r\n"))
            let answer = try client.answer()
            #expect(answer.status == 401)
            #expect(answer.field("connection") == "close")
            #expect(try client.isClosedByServer())
        }
    }

    @Test func aLengthOverTheLimitAsksForNoBody() async throws {
        try await TestServer.run {
            $0.echo(upTo: 10)
        } test: { server in
            let client = try server.client()
            client.send(Self.head(11, "Expect: 100-continue\r\n"))
            let answer = try client.answer()
            #expect(answer.status == 460)
            #expect(answer.text == "tooLarge")
            #expect(answer.field("connection") == "close")
        }
    }

    @Test func anExpectationOtherThanContinueFails() async throws {
        try await TestServer.run {
            $0.echo()
        } test: { server in
            let client = try server.client()
            client.send(Self.head(5, "Expect: miracles\r\n"))
            #expect(try client.answer().status == 417)
            #expect(try client.isClosedByServer())
        }
    }

    @Test func theLimitItselfIsAllowed() async throws {
        try await TestServer.run {
            $0.echo(upTo: 10)
        } test: { server in
            let client = try server.client()
            client.send(Self.head(10) + "0123456789")
            #expect(try client.answer().text == "0123456789")
            client.send(Self.chunkedHead + "a\r\n0123456789\r\n0\r\n\r\n")
            #expect(try client.answer().text == "0123456789")
        }
    }

    @Test func aChunkedBodyOverTheLimitIsRefusedBeforeItsEnd() async throws {
        try await TestServer.run {
            $0.echo(upTo: 10)
        } test: { server in
            let client = try server.client()
            client.send(Self.chunkedHead + "6\r\n012345\r\n6\r\n012345\r\n")
            let answer = try client.answer()
            #expect(answer.text == "tooLarge")
            #expect(answer.field("connection") == "close")
        }
    }

    @Test func anEarlyAnswerKeepsTheConnectionIfTheBodyCameWithTheHead() async throws {
        try await TestServer.run {
            $0.respond(text: "no", status: .tooManyRequests)
        } test: { server in
            let client = try server.client()
            for request in [Self.head(5) + "hello", Self.chunkedHead + "5\r\nhello\r\n0\r\n\r\n"] {
                client.send(request)
                let answer = try client.answer()
                #expect(answer.status == 429)
                #expect(answer.field("connection") == nil)
            }
        }
    }

    @Test func anEarlyAnswerReachesAClientThatStillSends() async throws {
        try await TestServer.run {
            $0.respond(text: "no", status: .unauthorized)
        } test: { server in
            let client = try server.client()
            client.send(Self.head(200_000))
            #expect(try server.client().answerToGet().status == 401)
            client.send([UInt8](repeating: 0x61, count: 200_000))
            let answer = try client.answer()
            #expect(answer.status == 401)
            #expect(answer.field("connection") == "close")
            #expect(try client.isClosedByServer())
        }
    }

    @Test func aClientThatSendsOnForEverIsCut() async throws {
        try await TestServer.run {
            $0.respond(text: "no", status: .unauthorized)
        } test: { server in
            let client = try server.client()
            client.send(Self.head(1 << 40))
            #expect(try client.answer().status == 401)
            for _ in 0..<2_000 where try await !server.server.phases().isEmpty {
                client.send([UInt8](repeating: 0x61, count: 8_192))
            }
            #expect(try await server.eventually { try await server.server.phases().isEmpty })
        }
    }

    @Test func aClientThatNeitherSendsNorLeavesIsCutAfterTwoSeconds() async throws {
        try await TestServer.run {
            $0.respond(text: "no", status: .unauthorized)
        } test: { server in
            let client = try server.client()
            client.send(Self.head(100))
            #expect(try client.answer().status == 401)
            #expect(try await server.eventually { try await server.server.phases() == [.lingering] })
            try await server.advance(by: .seconds(1))
            #expect(try await server.server.phases() == [.lingering])
            try await server.advance(by: .seconds(1))
            #expect(try await server.server.phases().isEmpty)
        }
    }

    @Test(arguments: ["zz\r\nhello\r\n", "5\r\nhelloX", "5 \u{0}\r\n", "-1\r\n", "fffffffffffffffffffff\r\n"])
    func aMalformedChunkFailsTheBody(chunk: String) async throws {
        try await TestServer.run {
            $0.echo()
        } test: { server in
            let client = try server.client()
            client.send(Self.chunkedHead + "2\r\nok\r\n" + chunk)
            let answer = try client.answer()
            #expect(answer.text == "malformed")
            #expect(answer.field("connection") == "close")
            #expect(try client.isClosedByServer())
        }
    }

    @Test func trailersCountAgainstTheLimits() async throws {
        try await TestServer.run {
            $0.echo()
        } test: { server in
            let client = try server.client()
            client.send(Self.chunkedHead + "2\r\nok\r\n0\r\n")
            client.send(String(repeating: "X-T: \(String(repeating: "t", count: 1_000))\r\n", count: 100))
            #expect(try client.answer().text == "trailersTooLarge")
        }
    }

    @Test func bodiesInMemoryAreBoundTogether() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.maximumBodyBytesInMemory = 1_000
        let held = HeldExchanges()
        try await TestServer.run(configuration) { exchange in
            if exchange.path == "/held" {
                held.hold(exchange)
                exchange.collectBody(upTo: 2_000) { _ in }
            } else {
                exchange.echo()
            }
        } test: { server in
            let first = try server.client()
            first.send("POST /held HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n")
            try await held.with { _ in }
            // Only what has come counts.
            #expect(server.server.reservedBodyBytes == 0)
            first.send(String(repeating: "a", count: 800))
            #expect(try await server.eventually { server.server.reservedBodyBytes == 800 })

            let second = try server.client()
            second.send(Self.head(300) + String(repeating: "b", count: 300))
            #expect(try second.answer().text == "overloaded")
            let third = try server.client()
            third.send(Self.chunkedHead + "12c\r\n" + String(repeating: "c", count: 300) + "\r\n0\r\n\r\n")
            #expect(try third.answer().text == "overloaded")
            let small = try server.client()
            small.send(Self.head(200) + String(repeating: "d", count: 200))
            #expect(try small.answer().body.count == 200)

            try await held.with { $0.releaseBody() }
            #expect(server.server.reservedBodyBytes == 0)
            second.send(Self.head(300) + String(repeating: "b", count: 300))
            #expect(try second.answer().body.count == 300)
            first.close()
            #expect(try await server.eventually { try await server.server.phases().count == 3 })
            #expect(server.server.reservedBodyBytes == 0)
        }
    }

    @Test func aBodyThatNobodyAskedForIsNotReadAhead() async throws {
        let held = HeldExchanges()
        try await TestServer.run {
            held.hold($0)
        } test: { server in
            let client = try server.client()
            client.send(Self.head(1 << 30))
            try await held.with { _ in }
            let block = [UInt8](repeating: 0x61, count: 1 << 20)
            var taken = 0
            var refusals = 0
            while refusals < 20, taken < 256 << 20 {
                let count = client.sendWithoutWaiting(block)
                if count > 0 {
                    taken += count
                } else {
                    refusals += 1
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            #expect(taken < 256 << 20)
        }
    }
}

extension SocketClient {
    /// Sends a plain GET and reads its answer.
    func answerToGet(_ path: String = "/") throws -> Answer {
        send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        return try answer()
    }
}
