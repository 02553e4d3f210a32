import Testing

@testable import WebFetch

struct WebURLTests {
    @Test(arguments: [
        "", "example.com/a.png", "//example.com/a.png", "/a.png", "http:", "http://", "http:///example.com/",
        "http:/example.com/", "http:example.com", "http://example.com/a b", " http://example.com/",
        "http://example.com/ ", "http://example.com/\n", "http://example.com/\r\nX-Injected: 1",
        "http://example.com/\u{0}", "http://example.com\u{7F}/", "http://exam\tple.com/", "http://example.com:x/",
        "http://example.com:99999/", "http://[::1/", "http://[fe80::1%25eth0]/", "http://example.com\\@evil.test/",
        "http://b\u{FC}cher.test/", "http://\u{FF11}\u{FF12}\u{FF17}.0.0.1/", "http://%EF%BC%91%EF%BC%92.0.0.1/",
        "http://127.0.0.1%00.example.com/", "http://exa%0Ample.com/", "http://exa%20mple.com/", "1http://a/",
        "http://" + String(repeating: "a", count: 9_000),
    ])
    func textsThatAreNotPlainURLsAreRefused(text: String) {
        #expect(throws: WebFetchError.invalidURL) { try WebURL(text) }
    }

    @Test(arguments: [
        "http://user:secret@example.com/", "http://user@example.com/", "http://:secret@example.com/",
        "http://@example.com/", "http://user;auth=x:secret@example.com/", "https://a@b@example.com/",
    ])
    func credentialsAreRefused(text: String) {
        #expect(throws: WebFetchError.invalidURL) { try WebURL(text) }
    }

    @Test(arguments: [
        "ftp://example.com/a", "file:///etc/passwd", "FILE:///etc/passwd", "gopher://example.com/_x",
        "dict://example.com/", "data:image/png;base64,AAAA", "s3://bucket/key", "javascript:alert(1)",
        "httpx://example.com/", "ldap://example.com/", "unix:/run/x", "smb://example.com/a",
    ])
    func otherSchemesAreRefused(text: String) {
        #expect(throws: WebFetchError.unsupportedScheme) { try WebURL(text) }
    }

    @Test func hostAndPortAreNormalised() throws {
        let url = try WebURL("HTTPS://Example.COM./a%20b?x=1#f")
        #expect(url.host == "example.com")
        #expect(url.port == 443)
        #expect(try WebURL("http://example.com:8080").port == 8_080)
        #expect(try WebURL("http://2130706433/").host == "127.0.0.1")
        #expect(try WebURL("http://127%2e0.0.1/").host == "127.0.0.1")
        #expect(try WebURL("http://[0:0::0001]/").host == "[::1]")
    }

    @Test func redirectsAreResolvedByTheSameRules() throws {
        let base = try WebURL("https://example.com/a/b?x=1")
        #expect(try base.resolving("c").host == "example.com")
        #expect(try base.resolving("//Other.test:8443/c").host == "other.test")
        #expect(try base.resolving("http://other.test/").port == 80)
        #expect(throws: WebFetchError.invalidURL) { try base.resolving("//user:secret@other.test/") }
        #expect(throws: WebFetchError.invalidURL) { try base.resolving("/a b") }
        #expect(throws: WebFetchError.invalidURL) { try base.resolving("") }
        #expect(throws: WebFetchError.unsupportedScheme) { try base.resolving("file:///etc/passwd") }
        #expect(throws: WebFetchError.unsupportedScheme) { try base.resolving("ftp://example.com/") }
    }
}
