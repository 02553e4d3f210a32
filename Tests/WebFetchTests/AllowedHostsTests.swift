import Testing

@testable import WebFetch

struct AllowedHostsTests {
    private func isAllowed(_ url: String, by list: String) throws -> Bool {
        try AllowedHosts(parsing: list).contains(WebURL(url))
    }

    @Test func aHostWithoutPortCoversAllItsPorts() throws {
        #expect(try isAllowed("http://images.internal/a", by: "images.internal"))
        #expect(try isAllowed("https://images.internal:8443/a", by: "images.internal"))
        #expect(try !isAllowed("http://images.internal.example/a", by: "images.internal"))
        #expect(try !isAllowed("http://x.images.internal/a", by: "images.internal"))
    }

    @Test func aHostWithPortCoversThatPortOnly() throws {
        #expect(try isAllowed("http://images.internal:8080/a", by: "images.internal:8080"))
        #expect(try !isAllowed("http://images.internal:8081/a", by: "images.internal:8080"))
        #expect(try isAllowed("https://images.internal/a", by: "images.internal:443"))
        #expect(try !isAllowed("http://images.internal/a", by: "images.internal:443"))
        #expect(try isAllowed("http://images.internal/a", by: "images.internal:80"))
    }

    @Test func caseBlanksEmptyEntriesAndAFinalDotDoNotMatter() throws {
        #expect(try isAllowed("http://IMAGES.internal/a", by: " , Images.Internal ,"))
        #expect(try isAllowed("http://images.internal./a", by: "images.internal"))
        #expect(try isAllowed("http://images.internal/a", by: "other,\timages.internal."))
    }

    @Test func addressesAreComparedInOneSpelling() throws {
        #expect(try isAllowed("http://[FD00:0:0::7]:81/a", by: "[fd00::7]"))
        #expect(try isAllowed("http://[fd00::7]:81/a", by: "[fd00::7]:81"))
        #expect(try !isAllowed("http://[fd00::7]:82/a", by: "[fd00::7]:81"))
        #expect(try isAllowed("http://0x0a.7/a", by: "10.0.0.7"))
        #expect(try !isAllowed("http://[::ffff:10.0.0.7]/a", by: "10.0.0.7"))
    }

    @Test func anEmptyListExemptsNothing() throws {
        #expect(try !isAllowed("http://127.0.0.1/", by: ""))
        #expect(try !isAllowed("http://127.0.0.1/", by: " , "))
    }

    @Test(arguments: [
        "*.internal", "http://images.internal", "images.internal/path", "user@images.internal", "a b",
        "images.internal:", "images.internal:x", "images.internal:99999", "images.internal:-1", "fd00::7", "[fd00::7",
        "[fe80::1%25eth0]", ":80", "images.internal?x", "images.internal#x", "b\u{FC}cher.internal", "10.0.0.0/8",
    ])
    func anEntryThatIsNoHostIsNamedInTheError(entry: String) {
        #expect(throws: WebFetchError.invalidAllowedHost(entry)) {
            try AllowedHosts(parsing: "good.internal,\(entry),other")
        }
    }
}
