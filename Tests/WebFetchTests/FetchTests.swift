import NIOCore
import Testing

@testable import WebFetch

/// Fetches over loopback, from a server whose host and port are allowed.
struct FetchTests {
    private func fetcher(
        for server: LoopbackServer,
        adjust: (inout WebFetchConfiguration) -> Void = { _ in }
    ) throws -> WebFetcher {
        try makeFetcher(allowing: "127.0.0.1:\(server.port)", adjust: adjust)
    }

    @Test func bytesTypeAndStatusAreReturned() async throws {
        let server = try await LoopbackServer.start { _ in .ok("\u{89}PNG", type: "image/png; q=1") }
        let resource = try await fetcher(for: server).fetch("\(server.url)/a%20b.png?x=%26#fragment")
        #expect(resource.bytes == ByteBuffer(string: "\u{89}PNG"))
        #expect(resource.contentType == "image/png; q=1")
        #expect(resource.status == 200)
        #expect(server.requests.map(\.target) == ["/a%20b.png?x=%26"])
    }

    @Test func aChunkedBodyIsPutTogetherAndAMissingTypeIsNil() async throws {
        let server = try await LoopbackServer.start { _ in
            .bytes(Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n".utf8))
        }
        let resource = try await fetcher(for: server).fetch("\(server.url)/")
        #expect(resource.bytes == ByteBuffer(string: "abcde"))
        #expect(resource.contentType == nil)
    }

    @Test func compressedBodiesAreLeftAsTheyAre() async throws {
        let server = try await LoopbackServer.start { _ in
            .bytes(Array("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nzzzz".utf8))
        }
        let resource = try await fetcher(for: server).fetch("\(server.url)/")
        #expect(resource.bytes == ByteBuffer(string: "zzzz"))
        #expect(server.requests.first?.header("accept-encoding") == nil)
    }

    @Test func theRequestSaysWhoAsksAndNothingElse() async throws {
        let server = try await LoopbackServer.start { request in
            request.target == "/next"
                ? .ok("x")
                : .bytes(
                    Array(
                        """
                        HTTP/1.1 302 Found\r\nLocation: /next\r\nSet-Cookie: a=b\r\nWWW-Authenticate: Basic\r\n\
                        Content-Length: 0\r\n\r\n
                        """.utf8
                    )
                )
        }
        let fetcher = try fetcher(for: server)
        for _ in 0..<2 { _ = try await fetcher.fetch("\(server.url)/") }
        #expect(server.requests.map(\.target) == ["/", "/next", "/", "/next"])
        for request in server.requests {
            let names = request.head.split(separator: "\r\n").dropFirst().map { $0.prefix { $0 != ":" }.lowercased() }
            #expect(names.sorted() == ["accept", "host", "user-agent"])
            #expect(request.header("user-agent") == "bedrock-gateway")
            #expect(request.header("accept")?.hasPrefix("image/png,") == true)
        }
    }

    @Test func aRedirectInLatin1LeadsToItsOwnBytes() async throws {
        let server = try await LoopbackServer.start { request in
            guard request.target == "/" else { return .ok("x") }
            let head = Array("HTTP/1.1 302 Found\r\nLocation: /caf".utf8) + [0xE9]
            return .bytes(head + Array(".png\r\nContent-Length: 0\r\n\r\n".utf8))
        }
        _ = try await fetcher(for: server).fetch("\(server.url)/")
        #expect(server.requests.map { $0.target.lowercased() } == ["/", "/caf%e9.png"])
    }

    @Test(arguments: [400, 401, 404, 407, 429, 500, 503, 206, 300, 304])
    func otherStatusesAreErrors(status: Int) async throws {
        let body = status == 304 ? "" : "no such image"
        let server = try await LoopbackServer.start { _ in .ok(body, status: "\(status) Something") }
        #expect(try await fetcher(for: server).error(fetching: "\(server.url)/") == .status(status))
    }

    @Test func aFailureWithALargeBodyIsReportedByItsStatus() async throws {
        let server = try await LoopbackServer.start { _ in .ok(String(repeating: "x", count: 99), status: "404 No") }
        let fetcher = try fetcher(for: server) { $0.maximumBytes = 10 }
        #expect(await fetcher.error(fetching: "\(server.url)/") == .status(404))
    }

    @Test(arguments: ["200 OK", "204 No Content"])
    func successWithoutContentIsAnError(status: String) async throws {
        let server = try await LoopbackServer.start { _ in .ok("", status: status) }
        #expect(try await fetcher(for: server).error(fetching: "\(server.url)/") == .emptyBody)
    }

    @Test func aBodyThatIsCutShortIsAnError() async throws {
        let server = try await LoopbackServer.start { _ in
            .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc".utf8))
        }
        let error = try await fetcher(for: server).error(fetching: "\(server.url)/")
        #expect(error == .unreachable(reason: "closed the connection before the answer was complete"))
    }

    @Test func answersWithoutHTTPHeadersAreRefused() async throws {
        let server = try await LoopbackServer.start { _ in .bytes(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)) }
        let error = try await fetcher(for: server).error(fetching: "\(server.url)/")
        #expect(error == .unreachable(reason: "answered with something other than HTTP/1.1"))
    }

    @Test func aPortWhereNobodyListensIsUnreachable() async throws {
        let error = try await makeFetcher(allowing: "127.0.0.1:1").error(fetching: "http://127.0.0.1:1/")
        #expect(error == .unreachable(reason: "does not accept connections"))
    }

    @Test func errorsNeverRepeatTheURL() async throws {
        let server = try await LoopbackServer.start { _ in .ok("", status: "404 No") }
        let fetcher = try fetcher(for: server)
        for url in ["\(server.url)/path?token=secret", "http://u:secret@127.0.0.1/", "http://127.0.0.1/?a=secret"] {
            let error = try #require(await fetcher.error(fetching: url))
            #expect(!"\(error)".contains("secret"))
            #expect(!"\(error)".contains("path"))
        }
    }
}
