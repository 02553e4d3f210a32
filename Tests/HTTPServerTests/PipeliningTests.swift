import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct PipeliningTests {
    @Test(arguments: [2, 50])
    func requestsSentAheadAreAnsweredInOrder(count: Int) async throws {
        // Each answer comes in a later turn of the loop, and the first ones take longest.
        try await TestServer.run { exchange in
            let number = Int64(exchange.path.dropFirst()) ?? 0
            exchange.eventLoop.assumeIsolated().scheduleTask(in: .microseconds((100 - number) * 20)) {
                exchange.respond(text: exchange.path)
            }
        } test: { server in
            let client = try server.client()
            client.send((0..<count).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
            for number in 0..<count { #expect(try client.answer().text == "/\(number)") }
            client.send("GET /last HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try client.answer().text == "/last")
        }
    }

    @Test func requestsWithBodiesSentAheadKeepTheirBodies() async throws {
        try await TestServer.run { exchange in
            exchange.collectBody(upTo: 100) { result in
                let body = (try? result.get()) ?? ByteBuffer()
                exchange.eventLoop.assumeIsolated().execute { exchange.respond(.ok, headers: [], body: body) }
            }
        } test: { server in
            let client = try server.client()
            var bytes = ""
            for number in 0..<20 {
                let body = "body \(number)"
                bytes += "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                bytes += "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            }
            client.send(bytes)
            for number in 0..<20 {
                #expect(try client.answer().text == "body \(number)")
                #expect(try client.answer().text == "abc")
            }
        }
    }

    @Test func requestsAnsweredAtOnceDoNotDeepenTheStack() async throws {
        try await TestServer.run {
            $0.respond(text: "x")
        } test: { server in
            let client = try server.client()
            let count = 5_000
            let request = Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
            for _ in 0..<10 { client.send(Array(repeating: request, count: count / 10).joined()) }
            for _ in 0..<count { #expect(try client.answer().text == "x") }
        }
    }

    @Test func readingStopsWhileAnAnswerIsAwaited() async throws {
        let held = HeldExchanges()
        try await TestServer.run {
            held.hold($0)
        } test: { server in
            let client = try server.client()
            let request = Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
            let flood = Array(Array(repeating: request, count: 4_000).joined())
            var taken = 0
            var refusals = 0
            // The system's buffers fill up; without back-pressure this would never end.
            while refusals < 20, taken < 64 << 20 {
                let count = client.sendWithoutWaiting(flood)
                if count > 0 {
                    taken += count
                } else {
                    refusals += 1
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            #expect(taken < 64 << 20)
            #expect(held.count == 1)
        }
    }

    @Test func aMalformedBodyThatWasSentAheadIsToldToItsRequest() async throws {
        let held = HeldExchanges()
        try await TestServer.run { exchange in
            if exchange.path == "/1" { held.hold(exchange) } else { exchange.echo() }
        } test: { server in
            let client = try server.client()
            client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n")
            client.send("POST /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n")
            try await held.with { _ in }
            try await held.with { $0.respond(text: "first") }
            #expect(try client.answer().text == "first")
            #expect(try client.answer().text == "malformed")
            #expect(try client.isClosedByServer())
        }
    }

    @Test func aClientThatSentAheadAndLeftIsNoticed() async throws {
        let held = HeldExchanges()
        let journal = Journal()
        try await TestServer.run { exchange in
            exchange.onClientLeft = { journal.note("left \(exchange.path)") }
            held.hold(exchange)
        } test: { server in
            let client = try server.client()
            client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n")
            try await held.with { _ in }
            client.close()
            #expect(try await server.eventually { journal.all == ["left /1"] })
            #expect(try await server.eventually { try await server.server.phases().isEmpty })
            #expect(held.count == 1)
        }
    }

    @Test func whatFollowsARequestForTheEndIsIgnored() async throws {
        let held = HeldExchanges()
        try await TestServer.run {
            held.hold($0)
        } test: { server in
            let client = try server.client()
            let request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            client.send(request + request)
            try await held.with { $0.respond(text: "only") }
            #expect(try client.answer().text == "only")
            #expect(try client.isClosedByServer())
            #expect(held.count == 1)
        }
    }

    @Test func garbageBehindARequestIsRefusedAfterItsAnswer() async throws {
        let held = HeldExchanges()
        try await TestServer.run {
            held.hold($0)
        } test: { server in
            let client = try server.client()
            client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n\u{1}\u{2}\u{3}\r\n\r\n")
            try await held.with { $0.respond(text: "1") }
            try await held.with(1) { $0.respond(text: "2") }
            #expect(try client.answer().text == "1")
            #expect(try client.answer().text == "2")
            let refusal = try client.answer()
            #expect(refusal.status == 400)
            #expect(refusal.field("connection") == "close")
            #expect(try client.isClosedByServer())
        }
    }
}
