import JSON
import NIOCore
import Testing

@testable import Adapters

/// Names and media as AWS wants them.
struct NameTests {
    // MARK: Tool names

    @Test(arguments: ["get_weather", "a", "A-b_9", String(repeating: "n", count: 64)])
    func legalToolNamesStay(_ name: String) {
        var map = ToolNameMap()
        #expect(map.bedrockName(for: JSONText(name)).string == name)
        #expect(map.isEmpty)
    }

    @Test(arguments: [
        "mcp.server/read file", "", "1st", "_x", "ü", "日本語", "a\"b", String(repeating: "n", count: 65),
        String(repeating: "ü", count: 200),
    ])
    func otherToolNamesBecomeLegalAndComeBack(_ name: String) throws {
        var map = ToolNameMap()
        let safe = map.bedrockName(for: JSONText(name))
        #expect(try /[a-zA-Z][a-zA-Z0-9_-]{0,63}/.wholeMatch(in: safe.string) != nil, "\(safe.string)")
        #expect(map.clientName(for: safe).string == name)
        var again = ToolNameMap()
        #expect(again.bedrockName(for: JSONText(name)) == safe)
    }

    @Test func namesThatLookAlikeStayApart() {
        var map = ToolNameMap()
        let long = String(repeating: "n", count: 80)
        let names = ["a.b", "a/b", "a b", "a:b", long + "1", long + "2"].map {
            map.bedrockName(for: JSONText($0)).string
        }
        #expect(Set(names).count == names.count)
        #expect(map.clientName(for: "unknown").string == "unknown")
    }

    /// Published test vectors of 64-bit FNV-1a (draft-eastlake-fnv, appendix C), in base 32.
    @Test(arguments: [("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8)])
    func stableNameIsFNV1a(_ text: String, _ hash: UInt64) {
        #expect(UInt64(StableName.of(text), radix: 32) == hash)
    }

    // MARK: Document names

    @Test(arguments: [
        ("report.pdf", "report"), ("Q3 report_final.v2.pdf", "Q3 report-final-v2"),
        ("dir/sub\\file (1).docx", "file (1)"),
        ("", "document"), ("...", "document"), ("日本語.txt", "document"), ("  a   b  .md", "a b"), (".env", "env"),
        ("a[1]-(2)", "a[1]-(2)"),
    ])
    func documentNamesAreLegal(_ filename: String, _ expected: String) {
        var names = DocumentNames()
        #expect(names.name(for: filename) == expected)
    }

    @Test func documentNamesAreUniqueAndAtMost200Characters() throws {
        var names = DocumentNames()
        let long = String(repeating: "x", count: 300) + ".pdf"
        let made = [nil, nil, "a.pdf", "a.pdf", "a.txt", long, long].map { names.name(for: $0) }
        #expect(Set(made).count == made.count)
        #expect(made[0] == "document" && made[1] == "document 2" && made[4] == "a 3")
        #expect(made.allSatisfy { 1...200 ~= $0.count })
    }

    @Test func cutDocumentNamesHaveNoSpaceAtTheirEndAndNoTwoTogether() {
        var names = DocumentNames()
        // Cut at 200, and at any length near it that leaves room for a number, such a name ends in a space.
        let filename = String(repeating: "x ", count: 150) + ".pdf"
        let made = (0..<12).map { _ in names.name(for: filename) }
        #expect(Set(made).count == made.count)
        #expect(made.allSatisfy { $0.count <= 200 && !$0.hasSuffix(" ") && !$0.contains("  ") })
    }

    @Test(.timeLimit(.minutes(1))) func numbersOfTakenNamesAreFoundAtOnce() {
        var names = DocumentNames()
        // Counted up from 2 each time these would take minutes.
        let made = (0..<60_000).map { _ in names.name(for: "a.pdf") }
        #expect(made.last == "a 60000")
        #expect(names.name(for: String(repeating: "-", count: 1_000_000) + "b.pdf") == "b")
    }

    @Test(
        arguments: [
            ("a.PDF", "text/plain", "pdf"), (nil, "application/pdf", "pdf"), ("x", "text/csv", "csv"),
            ("x.json", "", "txt"),
            (nil, "text/x-python", "txt"), ("x.htm", "", "html"), ("x.exe", "application/octet-stream", nil),
        ] as [(String?, String, String?)]
    )
    func documentFormatIsToldByNameThenType(_ filename: String?, _ type: String, _ expected: String?) {
        #expect(DocumentFormat.detect(filename: filename, mediaType: type) == expected)
    }

    // MARK: Data URLs and images

    @Test(arguments: [
        ("data:image/png;base64,AAAA", "image/png", true, "AAAA"),
        ("DATA:Image/PNG;Base64,AA==", "image/png", true, "AA=="),
        ("data:,hello", "", false, "hello"), ("data:text/plain;charset=utf-8;base64,aGk=", "text/plain", true, "aGk="),
        ("data:text/plain;charset=utf-8,a%20b", "text/plain", false, "a%20b"), ("data:;base64,", "", true, ""),
    ])
    func dataURLsAreTakenApart(_ url: String, _ type: String, _ isBase64: Bool, _ content: String) throws {
        let data = try #require(DataURL(JSONText(url)))
        #expect(data.mediaType == type)
        #expect(data.isBase64 == isBase64)
        #expect(data.content.string == content)
    }

    @Test(arguments: ["", "data", "data:", "data:image/png;base64", "https://x/,", "dada:,x"])
    func otherURLsAreNone(_ url: String) {
        #expect(DataURL(JSONText(url)) == nil)
    }

    @Test func escapedSlashesInDataURLsAreRead() throws {
        let escaped = JSONText(
            validEscaped: ByteBuffer(string: #"data:image\/png;base64,iVBORw0KGgo\/"#),
            hasEscapes: true
        )
        let data = try #require(DataURL(escaped))
        #expect(data.mediaType == "image/png")
        #expect(data.content.string == "iVBORw0KGgo/")
        #expect(ImageBlock.Format.sniff(base64: data.content) == .png)
    }

    @Test(
        arguments: [
            ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], ImageBlock.Format.png),
            ([0xFF, 0xD8, 0xFF, 0xE0], .jpeg),
            ([0xFF, 0xD8, 0xFF, 0xDB], .jpeg), (Array("GIF87a".utf8), .gif), (Array("GIF89a".utf8), .gif),
            (Array("RIFF0000WEBP".utf8), .webp), (Array("RIFF0000WAVE".utf8), nil), (Array("BM".utf8), nil), ([], nil),
            ([0x89, 0x50, 0x4E, 0x47], nil), (Array("<svg>".utf8), nil), ([0xFF, 0xD8], nil),
            (Array("RIFF0000WEB".utf8), nil),
        ] as [([UInt8], ImageBlock.Format?)]
    )
    func imagesAreToldByTheirFirstBytes(_ bytes: [UInt8], _ expected: ImageBlock.Format?) {
        #expect(ImageBlock.Format.sniff(bytes) == expected)
    }
}
