package import Foundation
package import JSON
import NIOCore

/// One folder of `Tests/Fixtures`: what a client asks, what Bedrock is asked and answers, and what the client gets.
///
/// `Tests/Fixtures/README.md` says what each file means.
package struct Fixture: Sendable, CustomStringConvertible {
    /// The dialect's name, which is the folder above.
    package let adapter: String
    /// The case's name.
    package let name: String
    private let folder: URL

    /// `converse/text-turn`, the name of the test case.
    package var description: String { "\(adapter)/\(name)" }

    /// Every case of every dialect, in order of their names.
    package static let all: [Fixture] = {
        folders(in: root).flatMap { dialect in
            folders(in: dialect).map {
                Fixture(adapter: dialect.lastPathComponent, name: $0.lastPathComponent, folder: $0)
            }
        }
    }()

    /// `Tests/Fixtures`.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures")

    /// The small catalog that fixtures are translated with.
    package static var catalogPath: String { root.appending(path: "models.yaml").path(percentEncoded: false) }

    private static func folders(in folder: URL) -> [URL] {
        let found = try? FileManager.default.contentsOfDirectory(
            at: folder,
            includingPropertiesForKeys: [.isDirectoryKey],
            options: .skipsHiddenFiles
        )
        return (found ?? []).filter { (try? $0.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    /// The files of a case.
    package enum File: String, CaseIterable, Sendable {
        case setting = "case.json"
        case request = "request.json"
        case bedrockRequest = "bedrock-request.json"
        case bedrockResponse = "bedrock-response.json"
        case bedrockError = "bedrock-error.json"
        case events = "events.jsonl"
        case expected = "expected.json"
        case expectedStream = "expected.sse"
        case expectedError = "expected-error.json"
        case expectedHeaders = "expected-headers.json"
    }

    /// A folder that makes no sense.
    package struct Malformed: Error, CustomStringConvertible {
        /// Where, and what is wrong.
        package var description: String

        /// Says where and what.
        package init(description: String) {
            self.description = description
        }
    }

    /// The text of a file; nil when there is none.
    package func text(_ file: File) throws -> String? {
        let url = folder.appending(path: file.rawValue)
        guard FileManager.default.fileExists(atPath: url.path(percentEncoded: false)) else { return nil }
        return try String(contentsOf: url, encoding: .utf8)
    }

    /// The content of a JSON file; nil when there is none.
    package func json(_ file: File) throws -> JSONValue? {
        guard let text = try text(file) else { return nil }
        do {
            return try JSONValue.parse(text)
        } catch {
            throw Malformed(description: "\(description)/\(file.rawValue): \(error)")
        }
    }

    /// The content of a JSON file that must be there.
    package func required(_ file: File) throws -> JSONValue {
        guard let value = try json(file) else {
            throw Malformed(description: "\(description): there is no \(file.rawValue)")
        }
        return value
    }

    /// Checks that the folder holds only files whose names mean something, and some expectation.
    package func checkFiles() throws {
        let known = Set(File.allCases.map(\.rawValue))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
        for name in names where !known.contains(name) {
            throw Malformed(description: "\(description): nothing is known of a file \(name)")
        }
        let expectations: Set = [File.expected.rawValue, File.expectedStream.rawValue, File.expectedError.rawValue]
        guard names.filter(expectations.contains).count == 1 || isRecording else {
            throw Malformed(description: "\(description): there must be exactly one of \(expectations.sorted())")
        }
    }

    // MARK: Recording

    /// Whether expected files are to be rewritten: `RECORD_FIXTURES=1`.
    package var isRecording: Bool { ProcessInfo.processInfo.environment["RECORD_FIXTURES"] == "1" }

    /// Writes a file, or removes it.
    package func record(_ file: File, _ content: String?) throws {
        let url = folder.appending(path: file.rawValue)
        if let content {
            try Data(content.utf8).write(to: url)
        } else if FileManager.default.fileExists(atPath: url.path(percentEncoded: false)) {
            try FileManager.default.removeItem(at: url)
        }
    }
}
