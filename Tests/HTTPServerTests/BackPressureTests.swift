import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct BackPressureTests {
    /// A handler that streams until the client is slow, and again whenever it is not.
    @Sendable private static func stream(_ exchange: Exchange, journal: Journal, upTo total: Int) {
        var left = total
        var isWriting = false
        let block = ByteBuffer(repeating: 0x61, count: 50_000)
        func writeOn() {
            while exchange.isWritable, left > 0 {
                isWriting = true
                exchange.write(block)
                isWriting = false
                left -= 1
            }
            if left == 0 { exchange.finish() }
        }
        exchange.onWritabilityChange = { isWritable in
            journal.note(isWriting ? "nested" : isWritable ? "on" : "off")
            if isWritable { writeOn() }
        }
        exchange.onClientLeft = { journal.note("left") }
        exchange.begin(.ok, headers: [])
        writeOn()
    }

    @Test func aSlowClientPausesTheWriterAndWakesItAgain() async throws {
        let journal = Journal()
        try await TestServer.run {
            Self.stream($0, journal: journal, upTo: 400)
        } test: { server in
            let client = try server.client(receiveBuffer: 4_096)
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await server.eventually { journal.all.last == "off" })
            let answer = try client.answer()
            #expect(answer.body.count == 400 * 50_000)
            #expect(Set(journal.all) == ["on", "off"])
        }
    }

    @Test func aClientThatTakesNothingIsCutInTheEnd() async throws {
        let journal = Journal()
        try await TestServer.run {
            Self.stream($0, journal: journal, upTo: 1_000_000)
        } test: { server in
            let client = try server.client(receiveBuffer: 4_096)
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            // Let the system's buffers fill, so that the last bytes it takes are not taken for progress.
            var before: [String] = []
            while before.last != "off" || before != journal.all {
                before = journal.all
                try await Task.sleep(for: .milliseconds(300))
            }
            try await server.advance(by: .seconds(1))
            try await server.advance(by: .seconds(60))
            #expect(journal.all == before)
            try await server.advance(by: .seconds(1))
            #expect(journal.all == before + ["left"])
            #expect(try await server.server.phases().isEmpty)
        }
    }

    @Test func aClientThatDoesNotTakeAWholeAnswerIsCutInTheEnd() async throws {
        try await TestServer.run {
            $0.respond(.ok, headers: [("Connection", "close")], body: ByteBuffer(repeating: 0x61, count: 50_000_000))
        } test: { server in
            let client = try server.client(receiveBuffer: 4_096)
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try client.head().status == 200)
            #expect(try await server.server.phases() == [.flushing])
            try await Task.sleep(for: .milliseconds(300))
            try await server.advance(by: .seconds(1))
            try await server.advance(by: .seconds(60))
            #expect(try await server.server.phases() == [.flushing])
            try await server.advance(by: .seconds(1))
            #expect(try await server.server.phases().isEmpty)
        }
    }

    @Test func slowProgressIsProgress() {
        var stall = WriteStall()
        let start = NIODeadline.uptimeNanoseconds(1_000)
        let seen = [(100, 0), (99, 50), (99, 110), (99, 111)].map { (pending: Int, seconds: Int64) in
            stall.isStalled(pendingBytes: pending, at: start + .seconds(seconds), limit: .seconds(60))
        }
        #expect(seen == [false, false, false, true])
    }
}
