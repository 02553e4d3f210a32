import HTTPUpstream
import NIOCore
import NIOHTTP1
import Testing

/// What is made of the bytes that an upstream sends.
struct AnswerTests {
    private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

    @Test func theRequestIsSentAsWritten() async throws {
        try await withUpstream(script: Script { $0.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }) {
            harness,
            server in
            let request = UpstreamRequest(
                endpoint: UpstreamEndpoint(isSecure: false, host: "127.0.0.1", port: server.port),
                method: .POST,
                path: "/model/a%3A0/invoke?x=1",
                headers: [(name: "Host", value: "h"), (name: "x-amz-Date", value: "20260101T000000Z")],
                body: ByteBuffer(string: "body")
            )
            _ = try await harness.fetch(request)
            #expect(
                server.state.requests == [
                    "POST /model/a%3A0/invoke?x=1 HTTP/1.1\r\nHost: h\r\nx-amz-Date: 20260101T000000Z\r\n"
                        + "Content-Length: 4\r\n\r\n"
                ]
            )
            #expect(server.state.bodies == [4])
        }
    }

    @Test func aGetWithoutABodyHasNoContentLength() async throws {
        try await withUpstream(script: Script { $0.send("HTTP/1.1 204 No Content\r\n\r\n") }) { harness, server in
            var request = server.post("")
            request.method = .GET
            let answer = try await harness.fetch(request)
            #expect(answer.status == 204)
            #expect(answer.notes.events == ["head", "finished"])
            #expect(server.state.requests.first?.contains("Content-Length") == false)
        }
    }

    @Test func aHeadAnswerHasNoBody() async throws {
        try await withUpstream(script: Script { $0.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n") }) {
            harness,
            server in
            var request = server.post("")
            request.method = .HEAD
            let answer = try await harness.fetch(request)
            #expect(answer.notes.events == ["head", "finished"])
            #expect(try await harness.pooled(server.port) == 1)
        }
    }

    @Test func anAnswerOfKnownLengthIsRead() async throws {
        try await withUpstream(script: Script { [ok] in $0.send(ok) }) { harness, server in
            let answer = try await harness.fetch(server.post())
            #expect(answer.status == 200)
            #expect(answer.text == "hello")
            #expect(answer.notes.events == ["head", "bytes", "finished"])
            #expect(!answer.wasRetried)
            #expect(!answer.wasReused)
        }
    }

    @Test func aChunkedAnswerIsRead() async throws {
        let chunked =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nA: b\r\n\r\n"
        try await withUpstream(script: Script { $0.send(chunked) }) { harness, server in
            let answer = try await harness.fetch(server.post())
            #expect(answer.text == "hello")
            #expect(answer.notes.isFinished)
            #expect(try await harness.pooled(server.port) == 1)
        }
    }

    @Test func chunksThatComeTogetherAreDeliveredTogether() async throws {
        let chunks = (0..<200).map { "4\r\n\(1_000 + $0)\r\n" }.joined()
        let script = Script { request in
            request.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n")
        }
        try await withUpstream(script: script) { harness, server in
            let answer = try await harness.fetch(server.post())
            #expect(answer.text == (1_000..<1_200).map(String.init).joined())
            // 1,800 bytes on the wire fit the first read; a loaded machine may cut them once or twice.
            #expect(answer.notes.deliveries < 5)
            #expect(try await harness.pooled(server.port) == 1)
        }
    }

    @Test func anAnswerMayEndWithItsConnection() async throws {
        try await withUpstream(script: Script { $0.sendAndClose("HTTP/1.1 200 OK\r\n\r\nhello") }) { harness, server in
            let answer = try await harness.fetch(server.post())
            #expect(answer.text == "hello")
            #expect(answer.notes.events == ["head", "bytes", "finished"])
            #expect(try await harness.pooled(server.port) == 0)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nX-Long-Name: some value\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
    ])
    func anAnswerMayComeByteByByte(_ wire: String) async throws {
        let script = Script { request in
            sendSlowly(ArraySlice(Array(wire.utf8)), on: request.channel)
        }
        try await withUpstream(script: script) { harness, server in
            let answer = try await harness.fetch(server.post())
            #expect(answer.status == 200)
            #expect(answer.text == "hello")
            #expect(answer.notes.isFinished)
            let again = try await harness.fetch(server.post())
            #expect(again.text == "hello")
        }
    }

    @Test func aLargeBodyArrivesWhole() async throws {
        let size = 5_000_000
        let script = Script { [ok] request in request.send(ok) }
        try await withUpstream(script: script) { harness, server in
            var request = server.post()
            request.body = ByteBuffer(repeating: 0x61, count: size)
            let answer = try await harness.fetch(request)
            #expect(answer.text == "hello")
            #expect(server.state.bodies == [size])
            #expect(try await harness.pooled(server.port) == 1)
        }
    }

    /// Small parts go out with the head, large ones as they are: always in their order, and their sum is announced.
    @Test(arguments: [
        [3, 4, 5], [0, 7], [20_000, 1, 3_000_000, 2], [100, 70_000, 100], [0, 70_000, 0], [5_000_000, 5_000_000],
    ])
    func aBodyInPartsArrivesInOrder(_ sizes: [Int]) async throws {
        let script = Script { request in
            request.send("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.readableBytes)\r\n\r\n")
            request.channel.writeAndFlush(request.body, promise: nil)
        }
        try await withUpstream(script: script) { harness, server in
            var request = server.post()
            let parts = sizes.enumerated().map { ByteBuffer(repeating: 0x61 + UInt8($0), count: $1) }
            request.body = parts[0]
            request.bodyRest = Array(parts.dropFirst())
            // Twice: the second on the same connection.
            for _ in 0..<2 {
                let answer = try await harness.fetch(request)
                #expect(answer.status == 200)
                #expect(answer.text == parts.map { String(buffer: $0) }.joined())
            }
            #expect(server.state.connections == 1)
        }
    }

    @Test func interimAnswersAreSkipped() async throws {
        let script = Script { [ok] request in
            request.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok)
        }
        try await withUpstream(script: script) { harness, server in
            let answer = try await harness.fetch(server.post())
            #expect(answer.status == 200)
            #expect(answer.notes.events == ["head", "bytes", "finished"])
        }
    }

    @Test func aChangeOfProtocolIsAnError() async throws {
        let switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
        try await withUpstream(script: Script { $0.send(switching) }) { harness, server in
            let answer = try await harness.fetch(server.post())
            guard case .malformedResponse = answer.failure else {
                Issue.record("Got \(String(describing: answer.failure))")
                return
            }
            #expect(answer.notes.events == ["failed"])
            #expect(try await eventually { server.state.closed == 1 })
        }
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"])
    func whatIsNotHTTPIsAnError(_ wire: String) async throws {
        try await withUpstream(script: Script { $0.send(wire) }) { harness, server in
            let answer = try await harness.fetch(server.post())
            guard case .malformedResponse = answer.failure else {
                Issue.record("Got \(String(describing: answer.failure))")
                return
            }
            #expect(answer.notes.events == ["failed"])
        }
    }

    @Test func anEarlyAnswerIsDeliveredAndTheRestOfTheBodyIsNotSent() async throws {
        let early = "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig"
        try await withUpstream(atHead: true, script: Script { $0.sendAndClose(early) }) { harness, server in
            for _ in 0..<10 {
                var request = server.post()
                request.body = ByteBuffer(repeating: 0x61, count: 20_000_000)
                let answer = try await harness.fetch(request)
                #expect(answer.status == 413)
                #expect(answer.text == "big")
                #expect(answer.notes.isFinished)
            }
            #expect(server.state.connections == 10)
        }
    }

    @Test func anEarlyAnswerOnAnOpenConnectionSpendsIt() async throws {
        let early = "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig"
        try await withUpstream(atHead: true, script: Script { $0.send(early) }) { harness, server in
            var request = server.post()
            request.body = ByteBuffer(repeating: 0x61, count: 20_000_000)
            let answer = try await harness.fetch(request)
            #expect(answer.status == 413)
            #expect(answer.notes.isFinished)
            #expect(try await harness.pooled(server.port) == 0)
        }
    }
}

private func sendSlowly(_ bytes: ArraySlice<UInt8>, on channel: any Channel) {
    guard let first = bytes.first else { return }
    channel.writeAndFlush(ByteBuffer(bytes: [first])).whenSuccess {
        channel.eventLoop.scheduleTask(in: .microseconds(200)) { sendSlowly(bytes.dropFirst(), on: channel) }
    }
}
