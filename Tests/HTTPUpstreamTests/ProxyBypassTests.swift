import HTTPUpstream
import Testing

/// The rules of `NO_PROXY`, case by case.
///
/// The first group follows curl's manual; ports follow Go's `httpproxy`.
struct ProxyBypassTests {
    private struct Case {
        let list: String
        let host: String
        var port = 443
        let isBypassed: Bool
    }

    private static let cases: [Case] = [
        Case(list: "", host: "example.com", isBypassed: false),
        Case(list: "*", host: "example.com", isBypassed: true),
        Case(list: "*", host: "192.0.2.1", isBypassed: true),
        Case(list: "local.com", host: "local.com", isBypassed: true),
        Case(list: "local.com", host: "www.local.com", isBypassed: true),
        Case(list: "local.com", host: "www.notlocal.com", isBypassed: false),
        Case(list: "local.com", host: "notlocal.com", isBypassed: false),
        Case(list: "local.com", host: "local.com.evil.example", isBypassed: false),
        Case(list: ".local.com", host: "www.local.com", isBypassed: true),
        Case(list: ".local.com", host: "local.com", isBypassed: true),
        Case(list: "LOCAL.com", host: "www.Local.COM", isBypassed: true),
        Case(list: "local.com.", host: "local.com", isBypassed: true),
        Case(list: "local.com", host: "local.com.", isBypassed: true),
        Case(list: "a.example,b.example", host: "b.example", isBypassed: true),
        Case(list: " a.example , b.example ", host: "a.example", isBypassed: true),
        Case(list: "a.example b.example", host: "b.example", isBypassed: true),
        Case(list: "a.example,,b.example,", host: "b.example", isBypassed: true),
        Case(list: "a.example,b.example", host: "c.example", isBypassed: false),
        Case(list: "*.example.com", host: "www.example.com", isBypassed: true),
        Case(list: "192.0.2.1", host: "192.0.2.1", isBypassed: true),
        Case(list: "192.0.2.1", host: "192.0.2.10", isBypassed: false),
        Case(list: "2.1", host: "192.0.2.1", isBypassed: false),
        Case(list: "10.0.0.0/8", host: "10.200.3.4", isBypassed: true),
        Case(list: "10.0.0.0/8", host: "11.0.0.1", isBypassed: false),
        Case(list: "192.168.0.0/16", host: "192.168.255.1", isBypassed: true),
        Case(list: "192.168.128.0/17", host: "192.168.127.1", isBypassed: false),
        Case(list: "192.168.128.0/17", host: "192.168.129.1", isBypassed: true),
        Case(list: "192.0.2.0/33", host: "192.0.2.1", isBypassed: false),
        Case(list: "192.0.2.0/x", host: "192.0.2.1", isBypassed: false),
        Case(list: "0.0.0.0/0", host: "198.51.100.7", isBypassed: true),
        Case(list: "0.0.0.0/0", host: "2001:db8::1", isBypassed: false),
        Case(list: "10.0.0.0/8", host: "10.example", isBypassed: false),
        Case(list: "::1", host: "::1", isBypassed: true),
        Case(list: "[::1]", host: "::1", isBypassed: true),
        Case(list: "2001:db8::/32", host: "2001:db8:1::1", isBypassed: true),
        Case(list: "2001:db8::/32", host: "2001:db9::1", isBypassed: false),
        Case(list: "local.com:8443", host: "local.com", port: 8_443, isBypassed: true),
        Case(list: "local.com:8443", host: "local.com", port: 443, isBypassed: false),
        Case(list: "[::1]:8443", host: "::1", port: 8_443, isBypassed: true),
        Case(list: "[::1]:8443", host: "::1", port: 443, isBypassed: false),
        Case(list: "local.com:port", host: "local.com", isBypassed: false),
    ]

    @Test(arguments: cases.indices)
    func entriesMatchAsDocumented(index: Int) {
        let testCase = Self.cases[index]
        let endpoint = UpstreamEndpoint(isSecure: true, host: testCase.host, port: testCase.port)
        #expect(
            ProxyBypass(testCase.list).contains(endpoint) == testCase.isBypassed,
            "\(testCase.list) against \(testCase.host):\(testCase.port)"
        )
    }
}
