import Foundation
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct DisconnectTests {
    @Test(arguments: [false, true])
    func aClientThatLeavesAStreamIsNoticedOnce(byReset: Bool) async throws {
        let held = HeldExchanges()
        let journal = Journal()
        try await TestServer.run { exchange in
            exchange.onClientLeft = { journal.note("left") }
            exchange.begin(.ok, headers: [])
            exchange.write(ByteBuffer(string: "first"))
            held.hold(exchange)
        } test: { server in
            let client = try server.client()
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try client.head()
            #expect(try client.chunk() == Data("first".utf8))
            #expect(try await held.with { !$0.isFinished && $0.hasBegun })
            if byReset { client.reset() } else { client.close() }
            #expect(try await server.eventually { journal.all == ["left"] })
            let isOver = try await held.with { exchange in
                exchange.write(ByteBuffer(string: "second"))
                exchange.finish()
                exchange.abort()
                return exchange.isFinished && !exchange.isWritable
            }
            #expect(isOver)
            #expect(try await server.server.phases().isEmpty)
            #expect(journal.all == ["left"])
        }
    }

    @Test func aClientThatLeavesBeforeTheAnswerIsNoticed() async throws {
        let held = HeldExchanges()
        let journal = Journal()
        try await TestServer.run { exchange in
            exchange.onClientLeft = { journal.note("left") }
            held.hold(exchange)
        } test: { server in
            let client = try server.client()
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await held.with { _ in }
            client.close()
            #expect(try await server.eventually { journal.all == ["left"] })
            try await held.with { $0.respond(text: "late") }
        }
    }

    @Test func aFinishedExchangeIsNotToldThatItsClientLeft() async throws {
        let journal = Journal()
        try await TestServer.run { exchange in
            exchange.onClientLeft = { journal.note("left") }
            exchange.respond(text: "done")
        } test: { server in
            let client = try server.client()
            #expect(try client.answerToGet().text == "done")
            client.close()
            #expect(try await server.eventually { try await server.server.phases().isEmpty })
            #expect(journal.all.isEmpty)
        }
    }

    @Test func aClientThatLeavesItsBodyUnfinishedIsNoticed() async throws {
        let held = HeldExchanges()
        let journal = Journal()
        try await TestServer.run { exchange in
            exchange.onClientLeft = { journal.note("left") }
            exchange.collectBody(upTo: 100) { journal.note("\($0)") }
            held.hold(exchange)
        } test: { server in
            let client = try server.client()
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
            try await held.with { _ in }
            client.close()
            #expect(try await server.eventually { journal.all.count == 2 })
            #expect(journal.all == ["left", "failure(HTTPServer.BodyFailure.clientLeft)"])
            #expect(server.server.reservedBodyBytes == 0)
        }
    }

    @Test func anAbortedStreamHasNoEnd() async throws {
        let journal = Journal()
        try await TestServer.run { exchange in
            exchange.onClientLeft = { journal.note("left") }
            exchange.begin(.ok, headers: [])
            exchange.write(ByteBuffer(string: "part"))
            exchange.abort()
        } test: { server in
            let client = try server.client()
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try client.head()
            #expect(try client.chunk() == Data("part".utf8))
            #expect(try client.isClosedByServer())
            #expect(journal.all.isEmpty)
        }
    }

    @Test func anExchangeAbortedBeforeItsAnswerClosesTheConnection() async throws {
        try await TestServer.run {
            $0.abort()
        } test: { server in
            let client = try server.client()
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try client.isClosedByServer())
            #expect(try await server.eventually { try await server.server.phases().isEmpty })
        }
    }
}
