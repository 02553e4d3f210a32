import Testing

@testable import WebFetch

/// What the guards keep from being fetched, tried against servers that would answer.
struct FetchGuardTests {
    @Test func loopbackIsRefusedUnlessAllowed() async throws {
        let server = try await LoopbackServer.start { _ in .ok("x") }
        #expect(try await makeFetcher().error(fetching: "\(server.url)/") == .addressRefused(host: "127.0.0.1"))
        let otherPort = try makeFetcher(allowing: "127.0.0.1:\(server.port - 1),example.com")
        #expect(await otherPort.error(fetching: "\(server.url)/") == .addressRefused(host: "127.0.0.1"))
        #expect(server.acceptedConnections == 0)
        #expect("\(WebFetchError.addressRefused(host: "h"))".contains("IMAGE_URL_ALLOWED_HOSTS"))
    }

    @Test(arguments: [
        "2130706433", "0x7f000001", "0x7f.1", "127.1", "127.0.1", "0177.0.0.1", "127.000.000.001", "127%2e0.0.1",
        "localhost", "LOCALHOST", "0", "0.0.0.0", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::1]",
        "[::]", "[0:0:0:0:0:0:0:1]", "[64:ff9b::7f00:1]",
    ])
    func everySpellingOfLoopbackIsRefused(host: String) async throws {
        let server = try await LoopbackServer.start { _ in .ok("x") }
        let error = try await makeFetcher().error(fetching: "http://\(host):\(server.port)/")
        guard case .addressRefused = error else {
            Issue.record("\(host): \(String(describing: error))")
            return
        }
        #expect(server.acceptedConnections == 0)
    }

    /// These need a resolver that may not be there, or are refused before; what matters is that nothing connects.
    @Test(arguments: ["localhost.", "127.0.0.1.", "\u{FF11}\u{FF12}\u{FF17}.0.0.1", "127.0.0.1%00", "x.localhost"])
    func oddNamesOfLoopbackReachNothing(host: String) async throws {
        let server = try await LoopbackServer.start { _ in .ok("x") }
        #expect(try await makeFetcher().error(fetching: "http://\(host):\(server.port)/") != nil)
        #expect(server.acceptedConnections == 0)
    }

    @Test(arguments: ["169.254.169.254", "[fd00:ec2::254]", "100.100.100.200", "168.63.129.16", "[fe80::1]"])
    func metadataServersAreRefused(host: String) async throws {
        let error = try await makeFetcher().error(fetching: "http://\(host)/latest/meta-data/")
        #expect(error == .addressRefused(host: host))
    }

    @Test func anAllowedHostThatRedirectsToAnotherLoopbackPortIsStopped() async throws {
        let inner = try await LoopbackServer.start { _ in .ok("secret") }
        let outer = try await LoopbackServer.start { request in .redirect(to: String(request.target.dropFirst())) }
        let fetcher = try makeFetcher(allowing: "127.0.0.1:\(outer.port)")
        for target in [inner.url + "/", "//127.0.0.1:\(inner.port)/", "http://2130706433:\(inner.port)/"] {
            #expect(await fetcher.error(fetching: "\(outer.url)/\(target)") == .addressRefused(host: "127.0.0.1"))
        }
        // The same server under a name that is not on the list is another host.
        let error = await fetcher.error(fetching: "\(outer.url)/http://localhost:\(outer.port)/")
        #expect(error == .addressRefused(host: "localhost"))
        #expect(inner.acceptedConnections == 0)
        #expect(outer.acceptedConnections == 4)
    }

    @Test func redirectsBetweenAllowedHostsAreFollowed() async throws {
        let inner = try await LoopbackServer.start { _ in .ok("x", type: "image/gif") }
        let outer = try await LoopbackServer.start { request in
            request.target == "/a" ? .redirect(to: "b?c=d", status: 307) : .redirect(to: inner.url + "/e", status: 301)
        }
        let fetcher = try makeFetcher(allowing: "127.0.0.1:\(outer.port),127.0.0.1:\(inner.port)")
        let resource = try await fetcher.fetch("\(outer.url)/a")
        #expect(resource.contentType == "image/gif")
        #expect(outer.requests.map(\.target) == ["/a", "/b?c=d"])
        #expect(inner.requests.map(\.target) == ["/e"])
    }

    @Test func everyHopOpensASocketOfItsOwn() async throws {
        let server = try await LoopbackServer.start { request in
            request.target == "/next"
                ? .keptOpen("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
                : .keptOpen("HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n")
        }
        let fetcher = try makeFetcher(allowing: "127.0.0.1") { $0.maximumConcurrentFetches = 1 }
        for _ in 0..<2 { _ = try await fetcher.fetch(server.url) }
        #expect(server.requests.count == 4)
        #expect(server.acceptedConnections == 4)
    }

    @Test func redirectsEndAtTheLimit() async throws {
        let server = try await LoopbackServer.start { request in
            let step = Int(request.target.dropFirst()) ?? 0
            return step == 3 ? .ok("x") : .redirect(to: "/\(step + 1)")
        }
        let enough = try makeFetcher(allowing: "127.0.0.1") { $0.maximumRedirects = 3 }
        #expect(try await enough.fetch("\(server.url)/0").status == 200)
        let tooFew = try makeFetcher(allowing: "127.0.0.1") { $0.maximumRedirects = 2 }
        #expect(await tooFew.error(fetching: "\(server.url)/0") == .tooManyRedirects(limit: 2))
        #expect(server.requests.count == 4 + 3)
        let loop = try await LoopbackServer.start { _ in .redirect(to: "/") }
        #expect(await enough.error(fetching: loop.url) == .tooManyRedirects(limit: 3))
        #expect(loop.requests.count == 4)
    }

    @Test(arguments: [
        "file:///etc/passwd", "FILE:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:1/_x", "dict://127.0.0.1/",
        "ldap://127.0.0.1/", "scp://127.0.0.1/a", "smb://127.0.0.1/a",
    ])
    func redirectsToOtherSchemesAreRefused(location: String) async throws {
        let server = try await LoopbackServer.start { _ in .redirect(to: location) }
        let fetcher = try makeFetcher(allowing: "127.0.0.1,localhost")
        #expect(await fetcher.error(fetching: server.url) == .unsupportedScheme)
    }

    @Test func redirectsWithCredentialsAreRefused() async throws {
        let server = try await LoopbackServer.start { request in
            .redirect(to: "http://user:secret@\(request.header("host") ?? "")/next")
        }
        #expect(try await makeFetcher(allowing: "127.0.0.1").error(fetching: server.url) == .invalidURL)
        #expect(server.requests.count == 1)
    }

    @Test func aRedirectToNowhereIsReportedByItsStatus() async throws {
        let server = try await LoopbackServer.start { _ in .ok("x", status: "302 Found") }
        #expect(try await makeFetcher(allowing: "127.0.0.1").error(fetching: server.url) == .status(302))
    }

    @Test func credentialsInTheURLAreRefusedBeforeAnythingIsSent() async throws {
        let server = try await LoopbackServer.start { _ in .ok("x") }
        let fetcher = try makeFetcher(allowing: "127.0.0.1")
        #expect(await fetcher.error(fetching: "http://user:secret@127.0.0.1:\(server.port)/") == .invalidURL)
        #expect(await fetcher.error(fetching: "http://user@127.0.0.1:\(server.port)/") == .invalidURL)
        #expect(server.acceptedConnections == 0)
    }
}
