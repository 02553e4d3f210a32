package import Foundation

/// A Python program that judges what this product made.
package enum PythonOracle {
    /// What a program said.
    package struct Verdict: Sendable {
        /// The exit status; 127 means that there is no python3.
        package var status: Int32
        /// What it printed, errors included.
        package var output: String
    }

    /// The botocore whose model of Bedrock judges Converse bodies.
    package static let botocoreVersion = "1.44.5"

    /// The script that judges Converse bodies.
    package static var botocoreScript: URL {
        Fixture.root.deletingLastPathComponent().appending(path: "AdaptersTests/botocore_validate.py")
    }

    /// Judges Converse bodies, one line of JSON each, by botocore.
    package static func judgeByBotocore(_ lines: [String]) throws -> Verdict {
        try run(botocoreScript, [botocoreVersion], input: lines.joined(separator: "\n") + "\n")
    }

    /// Runs a script with a text as its input.
    package static func run(_ script: URL, _ arguments: [String], input: String) throws -> Verdict {
        // A file instead of a pipe: neither side can wait for the other.
        let file = FileManager.default.temporaryDirectory.appending(path: "oracle-\(UUID().uuidString)")
        try Data(input.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let (status, output) = try ChildProcess.run("python3", [script.path()] + arguments, input: file.path())
        return Verdict(status: status, output: output)
    }
}
