import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct TimeoutTests {
    /// Waits until the server's only connection does something.
    private func reach(_ phase: HTTP1Connection.Phase, on server: TestServer) async throws {
        #expect(try await server.eventually { try await server.server.phases() == [phase] })
    }

    @Test func aConnectionThatSendsNothingIsClosed() async throws {
        try await TestServer.run {
            $0.respond(text: "fine")
        } test: { server in
            let client = try server.client()
            try await reach(.idle, on: server)
            try await server.advance(by: .seconds(60))
            #expect(try await server.server.phases() == [.idle])
            try await server.advance(by: .seconds(1))
            #expect(try client.isClosedByServer())
        }
    }

    @Test func aHeadThatDoesNotEndIs408() async throws {
        try await TestServer.run {
            $0.respond(text: "fine")
        } test: { server in
            let client = try server.client()
            #expect(try client.answerToGet().status == 200)
            // The time runs from the first byte, not from the last.
            try await server.advance(by: .seconds(70))
            client.send("GET / HTT")
            try await reach(.head, on: server)
            try await server.advance(by: .seconds(60))
            client.send("P/1.1\r\nHost")
            #expect(try await server.server.phases() == [.head])
            try await server.advance(by: .seconds(1))
            let answer = try client.answer()
            #expect(answer.status == 408)
            #expect(answer.field("connection") == "close")
            #expect(try client.isClosedByServer())
        }
    }

    @Test func anIdleConnectionIsClosedSilently() async throws {
        try await TestServer.run {
            $0.respond(text: "fine")
        } test: { server in
            let client = try server.client()
            #expect(try client.answerToGet().status == 200)
            try await server.advance(by: .seconds(75))
            #expect(try client.answerToGet().status == 200)
            try await server.advance(by: .seconds(75))
            #expect(try await server.server.phases() == [.idle])
            try await server.advance(by: .seconds(1))
            #expect(try client.isClosedByServer())
        }
    }

    @Test func aBodyThatPausesTimesOut() async throws {
        let held = HeldExchanges()
        try await TestServer.run { exchange in
            held.hold(exchange)
            exchange.echo()
        } test: { server in
            let client = try server.client()
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
            try await held.with { _ in }
            try await server.advance(by: .seconds(60))
            #expect(try await held.with { !$0.isFinished })
            try await server.advance(by: .seconds(1))
            let answer = try client.answer()
            #expect(answer.text == "timedOut")
            #expect(answer.field("connection") == "close")
            #expect(try client.isClosedByServer())
        }
    }

    /// One that drips would hold its memory for ever.
    @Test(arguments: [1, 25])
    func aBodyThatDripsTimesOut(_ bytesASecond: Int) async throws {
        var configuration = HTTPServerConfiguration()
        configuration.minimumBodyRate = 20
        let held = HeldExchanges()
        try await TestServer.run(configuration) { exchange in
            held.hold(exchange)
            exchange.echo()
        } test: { server in
            let client = try server.client()
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n")
            try await held.with { _ in }
            var sent = 0
            for second in stride(from: 0, to: 500, by: 50) {
                let isOver = try await held.with { $0.isFinished }
                #expect(isOver == (bytesASecond == 1 && second > 300), "after \(second) s")
                if isOver { break }
                let piece = String(repeating: "x", count: bytesASecond * 50)
                client.send(piece)
                sent += piece.utf8.count
                let expected = sent
                #expect(try await server.eventually { server.server.reservedBodyBytes == expected })
                try await server.advance(by: .seconds(50))
            }
            if bytesASecond == 1 { #expect(try client.answer().text == "timedOut") }
        }
    }

    @Test func aSlowHandlerHasAllTheTimeItNeeds() async throws {
        let held = HeldExchanges()
        try await TestServer.run { exchange in
            exchange.collectBody(upTo: 9) { _ in held.hold(exchange) }
        } test: { server in
            let client = try server.client()
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nhalf")
            try await held.with { _ in }
            for _ in 0..<10 { try await server.advance(by: .seconds(600)) }
            try await held.with { $0.respond(text: "at last") }
            #expect(try client.answer().text == "at last")
        }
    }
}
