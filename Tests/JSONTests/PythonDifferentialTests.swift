import Foundation
import JSON
import NIOCore
import TestSupport
import Testing

/// All cases and a slice of the mutations, judged by us and by Python's `json`.
struct PythonDifferentialTests {
    static let mutations = 20_000

    @Test func agreesWithPythonButForListedReasons() throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "python_differential.py")
        let file = FileManager.default.temporaryDirectory.appending(path: "json-\(UUID().uuidString).tsv")
        defer { try? FileManager.default.removeItem(at: file) }
        let cases = try CaseTable.load().map(\.bytes)
        var mutator = Mutator(seed: mutationSeed &+ 1_000_000)
        var lines = ""
        for bytes in cases + (0..<Self.mutations).map({ _ in mutator.next() }) {
            lines += line(for: bytes)
        }
        try Data(lines.utf8).write(to: file)

        print("JSON_MUTATION_SEED=\(mutationSeed)")
        let (status, output) = try ChildProcess.run("python3", [script.path(percentEncoded: false), file.path()])
        print(output)
        #expect(status != 127, "python3 is needed for this test and was not found: install python3")
        #expect(status == 0, "\(output)")
        #expect(output.contains("compared \(cases.count + Self.mutations) "), "\(output)")
        #expect(output.contains(" unexplained 0\n"), "\(output)")
    }

    /// The text in base64, our verdict, and our value.
    private func line(for bytes: [UInt8]) -> String {
        let encoded = Data(bytes).base64EncodedString()
        do throws(JSONError) {
            return encoded + "\taccept\t" + (try JSONValue.parse(ByteBuffer(bytes: bytes)).canonical) + "\n"
        } catch {
            return encoded + "\t\(CaseTable.name(of: error.reason))\t\n"
        }
    }
}
