import Foundation
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct KeepAliveTests {
    @Test func requestsFollowEachOtherOnOneConnection() async throws {
        try await TestServer.run {
            $0.respond(text: $0.target)
        } test: { server in
            let client = try server.client()
            for path in ["/a", "/b?c=d", "/e%20f"] {
                client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = try client.answer()
                #expect(answer.status == 200)
                #expect(answer.text == path)
                #expect(answer.field("connection") == nil)
            }
            #expect(try await server.server.phases().count == 1)
        }
    }

    @Test func theAnswerCarriesLengthDateAndTheHandlersFields() async throws {
        try await TestServer.run {
            $0.respond(text: "hello")
        } test: { server in
            let client = try server.client()
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.head.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.field("content-length") == "5")
            #expect(answer.field("content-type") == "text/plain")
            let formatter = DateFormatter()
            formatter.locale = Locale(identifier: "en_US_POSIX")
            formatter.timeZone = TimeZone(identifier: "GMT")
            formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
            let date = try #require(formatter.date(from: answer.field("date") ?? ""))
            #expect(abs(date.timeIntervalSinceNow) < 30)
        }
    }

    @Test func aClientThatAsksForTheEndGetsIt() async throws {
        try await TestServer.run {
            $0.respond(text: "bye")
        } test: { server in
            let client = try server.client()
            client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.field("connection") == "close")
            #expect(answer.text == "bye")
            #expect(try client.isClosedByServer())
        }
    }

    @Test func aHandlerThatAsksForTheEndGetsIt() async throws {
        try await TestServer.run {
            $0.respond(.ok, headers: [("connection", "Close")], body: ByteBuffer(string: "bye"))
        } test: { server in
            let client = try server.client()
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.field("connection") == "close")
            #expect(try client.isClosedByServer())
        }
    }

    @Test func version10IsClosedUnlessItAsksToStay() async throws {
        try await TestServer.run {
            $0.respond(text: "ok")
        } test: { server in
            let closing = try server.client()
            closing.send("GET / HTTP/1.0\r\n\r\n")
            #expect(try closing.answer().field("connection") == "close")
            #expect(try closing.isClosedByServer())

            let staying = try server.client()
            for _ in 0..<2 {
                staying.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                let answer = try staying.answer()
                #expect(answer.field("connection") == "keep-alive")
                #expect(answer.text == "ok")
            }
        }
    }

    @Test func version10GetsAStreamWithoutChunksThatEndsWithTheConnection() async throws {
        try await TestServer.run {
            $0.begin(.ok, headers: [])
            $0.write(ByteBuffer(string: "one "))
            $0.write(ByteBuffer(string: "two"))
            $0.finish()
        } test: { server in
            let client = try server.client()
            client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.field("transfer-encoding") == nil)
            #expect(answer.field("connection") == "close")
            #expect(answer.text == "one two")
        }
    }

    @Test func headHasTheFieldsOfGetAndNoBody() async throws {
        try await TestServer.run { exchange in
            if exchange.path == "/stream" {
                exchange.begin(.ok, headers: [("X-Kind", "stream")])
                exchange.write(ByteBuffer(string: "unseen"))
                exchange.finish(with: ByteBuffer(string: "unseen"))
            } else {
                exchange.respond(text: "0123456789")
            }
        } test: { server in
            let client = try server.client()
            client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try client.head().field("content-length") == "10")
            client.send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n")
            let stream = try client.head()
            #expect(stream.field("transfer-encoding") == "chunked")
            #expect(stream.field("x-kind") == "stream")
            client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try client.answer().text == "0123456789")
            #expect(try client.isClosedByServer())
        }
    }

    @Test func aStreamIsOneChunkAWrite() async throws {
        try await TestServer.run {
            $0.begin(.ok, headers: [("Content-Type", "text/event-stream")])
            $0.write(ByteBuffer(string: "data: 1\n\n"))
            $0.write(ByteBuffer())
            $0.write(ByteBuffer(string: String(repeating: "x", count: 40_000)))
            $0.finish(with: ByteBuffer(string: "end"))
        } test: { server in
            let client = try server.client()
            for _ in 0..<2 {
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try client.head().field("transfer-encoding") == "chunked")
                #expect(try client.chunk() == Data("data: 1\n\n".utf8))
                #expect(try client.chunk() == Data(repeating: UInt8(ascii: "x"), count: 40_000))
                #expect(try client.chunk() == Data("end".utf8))
                #expect(try client.chunk() == nil)
            }
        }
    }

    @Test func largeAnswersArriveWhole() async throws {
        let size = 5_000_000
        try await TestServer.run {
            $0.respond(.ok, headers: [], body: ByteBuffer(repeating: 0x61, count: size))
        } test: { server in
            let client = try server.client()
            for _ in 0..<2 {
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try client.answer().body == Data(repeating: 0x61, count: size))
            }
        }
    }

    @Test func statusesWithoutABodyHaveNone() async throws {
        try await TestServer.run {
            $0.respond($0.path == "/204" ? .noContent : .notModified, headers: [], body: ByteBuffer(string: "unseen"))
        } test: { server in
            let client = try server.client()
            for status in [204, 304, 204] {
                client.send("GET /\(status) HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = try client.answer()
                #expect(answer.status == status)
                #expect(answer.field("content-length") == nil)
            }
        }
    }

    @Test func fieldsCannotBreakOutOfTheirLine() async throws {
        try await TestServer.run {
            $0.respond(
                .custom(code: 299, reasonPhrase: "Fi\r\nne"),
                headers: [
                    ("X-A", "one\r\nX-Evil: yes\u{0}"), ("X-B\r\nX-Evil", "yes"), ("X C", "yes"), ("", "yes"),
                    ("X-D", "tab\there é"), ("Content-Length", "99"), ("transfer-encoding", "chunked"),
                    ("DATE", "never"),
                ],
                body: ByteBuffer(string: "ok")
            )
        } test: { server in
            let client = try server.client()
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.head.hasPrefix("HTTP/1.1 299 Fine\r\n"))
            #expect(answer.field("x-a") == "oneX-Evil: yes")
            #expect(answer.field("x-evil") == nil)
            #expect(answer.field("x-b") == nil)
            #expect(answer.field("x c") == nil)
            #expect(answer.field("x-d") == "tab\there é")
            #expect(answer.field("content-length") == "2")
            #expect(answer.field("transfer-encoding") == nil)
            #expect(answer.field("date") != "never")
            #expect(answer.head.components(separatedBy: "\r\n").count == 5)
        }
    }

    @Test func whatComesAfterTheAnswerIsIgnored() async throws {
        try await TestServer.run {
            $0.finish()
            $0.write(ByteBuffer(string: "early"))
            $0.respond(text: "first")
            $0.respond(text: "second")
            $0.begin(.ok, headers: [])
            $0.write(ByteBuffer(string: "third"))
            $0.finish()
            $0.abort()
        } test: { server in
            let client = try server.client()
            for _ in 0..<2 {
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try client.answer().text == "first")
            }
        }
    }
}
