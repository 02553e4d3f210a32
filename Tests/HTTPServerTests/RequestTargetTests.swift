import NIOCore
import Testing

@testable import HTTPServer

@Suite struct RequestTargetTests {
    @Test(
        arguments: [
            ("/", "/", nil),
            ("/a/b%20c", "/a/b%20c", nil),
            ("/a?", "/a", ""),
            ("/a?b=c?d", "/a", "b=c?d"),
            ("*", "*", nil),
            ("http://host:80/a?b", "/a", "b"),
            ("HTTPS://host", "/", nil),
            ("https://host?b", "/", "b"),
            ("host:443", "host:443", nil),
            ("", "", nil),
        ] as [(String, String, String?)]
    )
    func splits(target: String, path: String, query: String?) {
        let split = RequestTarget.split(target)
        #expect(split.path == path)
        #expect(split.query == query)
    }

    // The first is the example of RFC 9110 §5.6.7.
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
    ])
    func datesAreWrittenAsHTTPAsks(moment: Int, text: String) {
        var cache = DateCache()
        #expect(DateCache.format(moment) == text)
        for _ in 0..<2 {
            let line = cache.line(at: moment)
            #expect(String(buffer: line) == "Date: \(text)\r\n")
        }
    }

    @Test func memoryIsGivenOutUpToTheLimit() {
        let memory = BodyMemory(limit: 100)
        #expect(memory.reserve(60))
        #expect(!memory.reserve(41))
        #expect(memory.reserve(40))
        #expect(!memory.reserve(1))
        memory.release(60)
        #expect(!memory.reserve(.max))
        #expect(memory.reserve(60))
        #expect(memory.reservedBytes == 100)
    }
}
