import Catalog
import Foundation
import Testing

/// What is wrong with a catalog, and where: every message an operator may read.
@Suite struct CatalogErrorTests {
    @Test(arguments: Fault.syntax + Fault.structure + Fault.relations)
    func isReportedWithItsPlaceAndItsFix(_ fault: Fault) {
        let error = #expect(throws: CatalogError.self) { try ModelCatalog.parse(fault.yaml, file: "m.yaml") }
        #expect(error?.diagnostics.map(\.description) == fault.expected)
    }

    @Test func aFileThatIsMissingIsNamed() {
        let error = #expect(throws: CatalogError.self) { try ModelCatalog.load(path: "/nowhere/models.yaml") }
        #expect(
            error?.description == "/nowhere/models.yaml: error: cannot read the file: No such file or directory; "
                + "name a models.yaml that exists and is readable"
        )
    }

    @Test func aDirectoryIsNotAFile() {
        let error = #expect(throws: CatalogError.self) { try ModelCatalog.load(path: "/tmp") }
        #expect(error?.description.contains("Is a directory") == true)
    }

    @Test func bytesThatAreNotUTF8HaveALine() {
        let bytes = Array("models:\n  A: x".utf8) + [0xFF, 0x0A]
        let error = #expect(throws: CatalogError.self) { try ModelCatalog.parse(bytes, file: "m.yaml") }
        #expect(
            error?.description == "m.yaml:2:7: error: invalid leading UTF-8 octet; the file must be UTF-8 text"
        )
    }

    @Test func aliasesThatMultiplyAreStopped() {
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...8 {
            let alias = "*a\(level - 1)"
            yaml += "a\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
        }
        let error = #expect(throws: CatalogError.self) { try ModelCatalog.parse(yaml, file: "m.yaml") }
        #expect(error?.diagnostics.count == 1)
        #expect(error?.diagnostics.first?.line == 5)
        #expect(error?.description.contains("more than 100000 values with its aliases written out") == true)
    }

    @Test func aFileOfManyMegabytesIsRefused() {
        let bytes = [UInt8](repeating: UInt8(ascii: "#"), count: 5_000_000)
        let error = #expect(throws: CatalogError.self) { try ModelCatalog.parse(bytes, file: "m.yaml") }
        #expect(error?.description == "m.yaml: error: the file is larger than 4 MiB")
    }

    @Test func aByteOrderMarkAndWindowsLinesAreRead() throws {
        let catalog = try ModelCatalog.parse("\u{FEFF}models:\r\n  A: {bedrock_id: v.a, adapter: text}\r\n")
        #expect(catalog.model(named: "a")?.bedrockID == "v.a")
        #expect(catalog.model(named: "a")?.location?.line == 2)
    }

    /// libyaml takes the mark for a character where more than one top-level key follows, or a `---`.
    @Test(arguments: [
        "models:\n  A: {bedrock_id: v.a, adapter: text}\nretired: {Old: A}\n",
        "---\nmodels:\n  A: {bedrock_id: v.a, adapter: text}\n",
    ])
    func aByteOrderMarkStandsBeforeAnyFile(_ yaml: String) throws {
        let catalog = try ModelCatalog.parse("\u{FEFF}" + yaml)
        #expect(catalog.model(named: "A")?.bedrockID == "v.a")
    }

    /// An editor does not show the mark, and counts no column for it.
    @Test(arguments: ["", "\u{FEFF}"])
    func columnsOfTheFirstLineLeaveOutTheByteOrderMark(_ mark: String) {
        func found(_ yaml: String) -> String? {
            ModelCatalog.check(Array((mark + yaml).utf8), file: "m.yaml").first?.description
        }
        #expect(found("mode: {}\n")?.hasPrefix("m.yaml:1:1: error: the catalog: unknown key 'mode'") == true)
        #expect(found("models: {A: x}\n") == "m.yaml:1:13: error: model 'A': expected a map, found text")
        #expect(found("models: \u{01}")?.hasPrefix("m.yaml:1:9: error: control characters") == true)
        #expect(found("models: [x")?.hasPrefix("m.yaml:1:11: error: did not find expected") == true)
    }

    /// Whatever a file holds, it is read or refused: no crash, no endless work.
    @Test func damagedFilesAreReadOrRefused() throws {
        let original = Array(try Data(contentsOf: URL(filePath: CatalogFiles.fixture)).prefix(2_500))
        let spice = Array("{}[]:,-#&*!|>'\"%@`~ \n\t?\\\u{FF}".utf8)
        var state: UInt64 = 0x5EED
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33) % limit
        }
        var refused = 0
        for _ in 0..<400 {
            var bytes = original
            for _ in 0...random(4) {
                switch random(3) {
                case 0: bytes[random(bytes.count)] = spice[random(spice.count)]
                case 1: bytes.insert(spice[random(spice.count)], at: random(bytes.count))
                default: bytes.removeSubrange(random(bytes.count)..<bytes.count)
                }
                if bytes.isEmpty { break }
            }
            let diagnostics = ModelCatalog.check(bytes, file: "m.yaml")
            if diagnostics.contains(where: { $0.severity == .error }) { refused += 1 }
            for diagnostic in diagnostics {
                #expect(!diagnostic.message.isEmpty)
                #expect(diagnostic.line <= bytes.count { $0 == 0x0A } + 1)
            }
        }
        #expect(refused > 100)
    }

    // MARK: Warnings

    @Test func anUnusedTemplateIsAWarningOnly() throws {
        let yaml = "templates:\n  t: {adapter: text}\nmodels:\n  A: {bedrock_id: v.a, adapter: text}\n"
        #expect(try ModelCatalog.parse(yaml).models.count == 1)
        #expect(
            ModelCatalog.check(Array(yaml.utf8), file: "m.yaml").map(\.description) == [
                "m.yaml:2:3: warning: no model uses the template 't'; remove it"
            ]
        )
    }

    /// A template that says what it is for waits for a model that somebody adds.
    @Test func anUnusedTemplateWithADescriptionIsAnOffer() {
        let yaml = """
            templates:
              t: {description: For imported models., adapter: text}
            models:
              A: {bedrock_id: v.a, adapter: text}
            """
        #expect(ModelCatalog.check(Array(yaml.utf8), file: "m.yaml").isEmpty)
    }

    @Test(
        arguments: [
            ("2027-01-29", [String]()),
            (
                "2027-01-30",
                ["m.yaml:6:13: warning: model 'A': AWS will refuse this model from 2027-03-31; move to 'B'"]
            ),
            (
                "2027-03-31",
                ["m.yaml:6:13: warning: model 'A': AWS has refused this model since 2027-03-31; move to 'B'"]
            ),
        ]
    )
    func aSunsetIsAnnouncedSixtyDaysAhead(_ today: String, _ expected: [String]) {
        let yaml = Fault.entry("    sunset: 2027-03-31\n    replaced_by: b\n  B: {bedrock_id: v.b, adapter: text}\n")
        let found = ModelCatalog.check(Array(yaml.utf8), file: "m.yaml", today: CalendarDate(today))
        #expect(found.map(\.description) == expected)
    }
}
