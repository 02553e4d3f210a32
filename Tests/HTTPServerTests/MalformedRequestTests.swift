import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct MalformedRequestTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        var status = 400

        var testDescription: String { name }

        init(_ name: String, _ text: String, _ status: Int = 400) {
            self.name = name
            bytes = Array(text.utf8)
            self.status = status
        }
    }

    @Test(arguments: [
        Case("no request line", "hello\r\n\r\n"),
        Case("no method", " / HTTP/1.1\r\nHost: x\r\n\r\n"),
        Case("unknown method", "FROB / HTTP/1.1\r\nHost: x\r\n\r\n"),
        Case("no version", "GET /\r\nHost: x\r\n\r\n", 505),
        Case("a TLS hello", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}"),
        Case("a line feed in the target", "GET /a\nb HTTP/1.1\r\nHost: x\r\n\r\n"),
        Case("no host", "GET / HTTP/1.1\r\n\r\n"),
        Case("two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
        Case("a folded field", "GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n"),
        Case("a space before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n"),
        Case("a field without a name", "GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n"),
        Case("a field without a colon", "GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n"),
        Case("a zero byte in a field", "GET / HTTP/1.1\r\nHost: x\r\nX-A: b\u{0}c\r\n\r\n"),
        Case("a carriage return in a field", "GET / HTTP/1.1\r\nHost: x\r\nX-A: b\rc\r\n\r\n"),
        Case(
            "a length and chunks",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        Case(
            "chunks and a length",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"
        ),
        Case("two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
        Case("a list of lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n\r\nabc"),
        Case("a negative length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\n"),
        Case("a length with a plus", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc"),
        Case("an endless length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
        Case("an empty length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \r\n\r\n"),
        Case("a coding that is not last", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n"),
        Case(
            "two codings",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        Case("chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Case("another coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        Case("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Case("a version to come", "GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505),
    ])
    func isRefused(_ malformed: Case) async throws {
        try await TestServer.run {
            $0.echo()
        } test: { server in
            let client = try server.client()
            client.send(malformed.bytes)
            let answer = try client.answer()
            #expect(answer.status == malformed.status)
            #expect(answer.field("connection") == "close")
            #expect(try client.isClosedByServer())
        }
    }

    @Test func anOfferToChangeTheProtocolIsNotTakenUp() async throws {
        try await TestServer.run {
            $0.echo()
        } test: { server in
            for method in ["GET", "POST"] {
                let client = try server.client()
                client.send(
                    "\(method) / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                        + "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n"
                        + (method == "POST" ? "Content-Length: 2\r\n\r\nhi" : "\r\n")
                )
                let answer = try client.answer()
                #expect(answer.status == 200)
                #expect(answer.text == (method == "POST" ? "hi" : ""))
                #expect(try client.isClosedByServer())
            }
            let tunnel = try server.client()
            tunnel.send("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\nanything at all")
            #expect(try tunnel.answer().field("connection") == "close")
        }
    }

    @Test func emptyLinesBeforeARequestAreSkipped() async throws {
        try await TestServer.run {
            $0.respond(text: "fine")
        } test: { server in
            let client = try server.client()
            for _ in 0..<2 {
                client.send("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try client.answer().text == "fine")
            }
        }
    }

    private static let valid =
        "POST /a?b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: y\r\n\r\n"
        + "POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc"

    @Test func everyPrefixOfARequestMayBeTheLastByte() async throws {
        let journal = Journal()
        let held = HeldExchanges()
        try await TestServer.run { exchange in
            held.hold(exchange)
            exchange.onClientLeft = { journal.note("left") }
            exchange.collectBody(upTo: 10) { result in
                if case .failure(let failure) = result { journal.note("\(failure)") }
                exchange.respond(text: "done")
                journal.note("done")
            }
        } test: { server in
            let bytes = Array(Self.valid.utf8)
            for count in 0...bytes.count {
                let client = try server.client()
                client.send(bytes[..<count])
                client.close()
            }
            #expect(try await server.eventually { try await server.server.phases().isEmpty })
            #expect(server.server.reservedBodyBytes == 0)
            // Every exchange ends once, with or without its client.
            #expect(journal.all.filter { $0 == "done" }.count == held.count)
            #expect(Set(journal.all).isSubset(of: ["left", "clientLeft", "done"]))
            for index in 0..<held.count { #expect(try await held.with(index) { $0.isFinished }) }
            #expect(try server.client().answerToGet().status == 200)
        }
    }

    @Test func bytesChangedAtRandomNeitherCrashNorHang() async throws {
        try await TestServer.run {
            $0.echo(upTo: 100)
        } test: { server in
            var state: UInt64 = 0x2545_F491_4F6C_DD1D
            func random(_ bound: Int) -> Int {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                return Int(state % UInt64(bound))
            }
            for _ in 0..<600 {
                var bytes = Array(Self.valid.utf8)
                for _ in 0...random(3) {
                    let index = random(bytes.count)
                    switch random(3) {
                    case 0: bytes[index] = UInt8(random(256))
                    case 1: bytes.remove(at: index)
                    default: bytes.insert(UInt8(random(256)), at: index)
                    }
                }
                let client = try server.client()
                let cut = random(bytes.count)
                client.send(bytes[..<cut])
                client.send(bytes[cut...])
                client.close()
            }
            #expect(try await server.eventually { try await server.server.phases().isEmpty })
            #expect(server.server.reservedBodyBytes == 0)
            #expect(try server.client().answerToGet().status == 200)
        }
    }
}
