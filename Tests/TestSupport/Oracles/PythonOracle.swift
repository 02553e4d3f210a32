package import Foundation

/// A Python program that judges what this product made.
package enum PythonOracle {
    /// What a program said.
    package struct Verdict: Sendable {
        /// The exit status.
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

    /// The Pythons to ask, best first: the checkout's own, which has what the client tests need, then the path's.
    ///
    /// The demo makes a `.venv` too, with less in it, so there may be more in the other.
    private static let pythons: [String] = {
        let checkout = Fixture.root.deletingLastPathComponent().deletingLastPathComponent()
        let own = checkout.appending(path: ".venv/bin/python").path(percentEncoded: false)
        return [own, "python3"].filter { $0 != own || FileManager.default.isExecutableFile(atPath: own) }
    }()

    /// Judges Converse bodies, one line of JSON each, by botocore.
    ///
    /// - Throws: What to do where no Python has that botocore.
    package static func judgeByBotocore(_ lines: [String]) throws -> Verdict {
        try run(botocoreScript, [botocoreVersion], input: lines.joined(separator: "\n") + "\n")
    }

    /// Runs a script with a text as its input.
    ///
    /// - Throws: What to do where there is no Python, or none that has what the script imports, which it says with the
    ///   status 3.
    package static func run(_ script: URL, _ arguments: [String] = [], input: String) throws -> Verdict {
        // A file instead of a pipe: neither side can wait for the other.
        let file = FileManager.default.temporaryDirectory.appending(path: "oracle-\(UUID().uuidString)")
        try Data(input.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        var refusals: [String] = []
        for python in pythons {
            let (status, output) = try ChildProcess.run(
                python,
                [script.path(percentEncoded: false)] + arguments,
                input: file.path(percentEncoded: false)
            )
            guard status == 127 || status == 3 else { return Verdict(status: status, output: output) }
            refusals.append("\(python): \(output.trimmingCharacters(in: .whitespacesAndNewlines))")
        }
        throw ChildProcess.Failure(
            description: """
                \(refusals.joined(separator: "\n"))
                This test needs Python and the packages of Tests/ClientTests/requirements.txt: run ./scripts/test once, which \
                puts them into .venv.
                """
        )
    }
}
