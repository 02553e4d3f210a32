import Foundation
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPServer

/// Answers that a client is slow to read, or never reads.
@Suite struct UnreadAnswerTests {
    private static let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    /// Much more than the system keeps for a connection.
    private static let large = ByteBuffer(repeating: UInt8(ascii: "a"), count: 16 << 20)

    @Test func aClientThatReadsNoAnswersIsServedNoMore() async throws {
        let journal = Journal()
        let body = ByteBuffer(repeating: UInt8(ascii: "a"), count: 16 << 10)
        try await TestServer.run { exchange in
            journal.note(exchange.isWritable ? "writable" : "full")
            exchange.respond(.ok, headers: [], body: body)
        } test: { server in
            let client = try server.client(receiveBuffer: 4_096)
            let count = 3_000
            let requests = Array(Array(repeating: Array(Self.get.utf8), count: count).joined())
            var sent = 0
            while sent < requests.count {
                let taken = client.sendWithoutWaiting(Array(requests[sent...]))
                guard taken > 0 else { break }
                sent += taken
            }
            #expect(sent == requests.count)
            // Every answer comes once it is read, in order, and no request is begun before there is room for its answer.
            for _ in 0..<count { #expect(try client.answer().body.count == body.readableBytes) }
            #expect(journal.all.count == count)
            #expect(!journal.all.contains("full"))
        }
    }

    /// Runs a test with a client that has asked for a large answer, and has not begun to read what the server has written.
    private static func withLargeAnswer(
        _ configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
        test: (TestServer, SocketClient) async throws -> Void
    ) async throws {
        let journal = Journal()
        try await TestServer.run(configuration) { exchange in
            exchange.respond(.ok, headers: [], body: large)
            journal.note("answered")
        } test: { server in
            let client = try server.client(receiveBuffer: 4_096)
            client.send(get)
            #expect(try await server.eventually { journal.all == ["answered"] })
            try await test(server, client)
        }
    }

    @Test func anAnswerOnItsWayOutOutlivesADrain() async throws {
        try await Self.withLargeAnswer { server, client in
            async let drained: Void = server.server.drain(within: .seconds(60))
            #expect(try await server.eventually { try await server.server.phases() == [.flushing] })
            let answer = try client.answer()
            #expect(answer.body.count == Self.large.readableBytes)
            #expect(try client.isClosedByServer())
            client.close()
            await drained
        }
    }

    @Test func anAnswerOnItsWayOutIsNotIdleTime() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.writeStallTimeout = .hours(1)
        try await Self.withLargeAnswer(configuration) { server, client in
            for _ in 0..<4 { try await server.advance(by: .seconds(76)) }
            #expect(try client.answer().body.count == Self.large.readableBytes)
            try await server.advance(by: .seconds(76))
            #expect(try client.isClosedByServer())
        }
    }

    @Test func aClientThatTakesNothingOfAWholeAnswerIsCut() async throws {
        try await Self.withLargeAnswer { server, client in
            try await server.advance(by: .seconds(1))
            #expect(try await server.server.phases() == [.idle])
            try await server.advance(by: .seconds(62))
            #expect(try await server.server.phases().isEmpty)
            client.close()
        }
    }
}
