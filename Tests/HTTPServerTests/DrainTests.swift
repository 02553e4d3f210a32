import Foundation
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct DrainTests {
    @Test func idleConnectionsAreClosedAndOpenExchangesFinish() async throws {
        let held = HeldExchanges()
        try await TestServer.run { exchange in
            switch exchange.path {
            case "/stream":
                exchange.begin(.ok, headers: [])
                exchange.write(ByteBuffer(string: "first"))
                held.hold(exchange)
            case "/held": held.hold(exchange)
            default: exchange.respond(text: "fine")
            }
        } test: { server in
            let idle = try server.client()
            #expect(try idle.answerToGet().text == "fine")
            let silent = try server.client()
            let streaming = try server.client()
            streaming.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try streaming.head().field("connection") == nil)
            let waiting = try server.client()
            waiting.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\nGET /held HTTP/1.1\r\nHost: x\r\n\r\n")
            try await held.with(1) { _ in }
            #expect(try await server.eventually { try await server.server.phases().count == 4 })

            async let drained: Void = server.server.drain(within: .seconds(60))
            #expect(try await server.eventually { try await server.server.phases().count == 2 })
            #expect(try idle.isClosedByServer())
            #expect(try silent.isClosedByServer())
            try await held.with(0) { $0.write(ByteBuffer(string: "second")) }
            try await held.with(0) { $0.finish() }
            #expect(try streaming.chunk() == Data("first".utf8))
            #expect(try streaming.chunk() == Data("second".utf8))
            #expect(try streaming.chunk() == nil)
            #expect(try streaming.isClosedByServer())
            try await held.with(1) { $0.respond(text: "answered") }
            let answer = try waiting.answer()
            #expect(answer.text == "answered")
            #expect(answer.field("connection") == "close")
            #expect(try waiting.isClosedByServer())
            waiting.close()
            await drained
            #expect(held.count == 2)
            #expect(throws: SocketClient.Failure.self) { try server.client() }
        }
    }

    @Test func aRequestThatIsArrivingIsStillServed() async throws {
        try await TestServer.run {
            $0.respond(text: "fine")
        } test: { server in
            let client = try server.client()
            client.send("GET / HTTP/1.1\r\nHo")
            #expect(try await server.eventually { try await server.server.phases() == [.head] })
            let idle = try server.client()
            #expect(try await server.eventually { try await server.server.phases().count == 2 })
            async let drained: Void = server.server.drain(within: .seconds(60))
            #expect(try await server.eventually { try await server.server.phases() == [.head] })
            #expect(try idle.isClosedByServer())
            client.send("st: x\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.text == "fine")
            #expect(answer.field("connection") == "close")
            #expect(try client.isClosedByServer())
            await drained
        }
    }

    @Test func exchangesThatTakeTooLongAreCut() async throws {
        let held = HeldExchanges()
        let journal = Journal()
        try await TestServer.run { exchange in
            exchange.onClientLeft = { journal.note("left") }
            exchange.begin(.ok, headers: [])
            held.hold(exchange)
        } test: { server in
            let client = try server.client()
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await held.with { _ in }
            await server.server.drain(within: .milliseconds(50))
            #expect(journal.all == ["left"])
            _ = try client.head()
            #expect(try client.isClosedByServer())
        }
    }

    @Test func aHandlerMayEndItsAnswerWhenItsTimeIsUp() async throws {
        let held = HeldExchanges()
        let journal = Journal()
        try await TestServer.run { exchange in
            exchange.onClientLeft = { journal.note("left") }
            exchange.onTimeUp = {
                if !exchange.hasBegun { return exchange.respond(text: "too late") }
                exchange.write(ByteBuffer(string: "last"))
                exchange.finish()
            }
            if exchange.path == "/stream" {
                exchange.begin(.ok, headers: [])
                exchange.write(ByteBuffer(string: "first"))
            }
            held.hold(exchange)
        } test: { server in
            let streaming = try server.client()
            streaming.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
            let waiting = try server.client()
            waiting.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await held.with(1) { _ in }
            await server.server.drain(within: .milliseconds(50))
            #expect(journal.all.isEmpty)
            _ = try streaming.head()
            #expect(try streaming.chunk() == Data("first".utf8))
            #expect(try streaming.chunk() == Data("last".utf8))
            // The body has its end.
            #expect(try streaming.chunk() == nil)
            #expect(try streaming.isClosedByServer())
            #expect(try waiting.answer().text == "too late")
            #expect(try waiting.isClosedByServer())
        }
    }

    @Test func whoDoesNotReadItsEndIsCut() async throws {
        let held = HeldExchanges()
        try await TestServer.run { exchange in
            exchange.onTimeUp = { exchange.finish(with: ByteBuffer(repeating: 0x78, count: 32 << 20)) }
            exchange.begin(.ok, headers: [])
            held.hold(exchange)
        } test: { server in
            let client = try server.client()
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await held.with { _ in }
            // Returns although the client reads nothing.
            await server.server.drain(within: .zero, thenFlushing: .milliseconds(50))
            #expect(try await server.server.phases().isEmpty)
        }
    }

    @Test func aServerThatWasNeverUsedDrainsAtOnce() async throws {
        try await TestServer.run {
            $0.respond(text: "fine")
        } test: { server in
            await server.server.drain(within: .seconds(60))
            await server.server.drain(within: .seconds(60))
        }
    }
}
