import BedrockRuntime
import Foundation
import JSON
import NIOCore
import OpenAISchema
import TestSupport

@testable import Gateway

/// Compares what came out of a fixture with its files; every problem is one line.
struct FixtureJudgement {
    let fixture: Fixture
    private(set) var problems: [String] = []

    init(_ fixture: Fixture) {
        self.fixture = fixture
    }

    private mutating func note(_ file: Fixture.File, _ found: [String]) {
        problems += found.map { "\(file.rawValue): \($0)" }
    }

    // MARK: The way there

    /// Judges what Bedrock was asked; nil stands for nothing.
    mutating func judge(
        operation: String?,
        path: String,
        headers: [(name: String, value: String)],
        body: ByteBuffer
    ) throws {
        guard let expected = try fixture.json(.bedrockRequest) else {
            if operation != nil { note(.bedrockRequest, ["Bedrock was asked, and there is no such file"]) }
            return
        }
        guard let operation else { return note(.bedrockRequest, ["Bedrock was not asked"]) }
        if expected["operation"]?.equals(operation) != true {
            note(.bedrockRequest, ["operation is \(operation), expected \(expected["operation"]?.string ?? "none")"])
        }
        if let model = expected["modelId"]?.string, path != Self.path(of: model, operation: operation) {
            note(.bedrockRequest, ["the path is \(path), expected \(Self.path(of: model, operation: operation))"])
        }
        if let wanted = expected["path"]?.string, path != wanted {
            note(.bedrockRequest, ["the path is \(path), expected \(wanted)"])
        }
        let wanted = Set(Fixture.pairs(expected["headers"]).map { "\($0.name.lowercased()): \($0.value)" })
        let sent = Set(headers.map { "\($0.name.lowercased()): \($0.value)" })
        if sent != wanted {
            note(.bedrockRequest, ["the headers are \(sent.sorted()), expected \(wanted.sorted())"])
        }
        let value = try JSONValue.parse(body)
        note(.bedrockRequest, differences(value, expected["body"] ?? value, path: "body"))
        if expected["body"] == nil { note(.bedrockRequest, ["there is no body"]) }
    }

    /// The path of an operation, encoded as botocore does it: everything but letters, digits and `-._~`.
    static func path(of model: String, operation: String) -> String {
        var allowed = CharacterSet(charactersIn: "-._~")
        allowed.insert(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        let encoded = model.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
        let words = [
            "invoke": "invoke", "invokeStream": "invoke-with-response-stream", "converse": "converse",
            "converseStream": "converse-stream",
        ]
        return "/model/\(encoded)/\(words[operation] ?? operation)"
    }

    // MARK: The way back

    /// Judges a whole answer.
    mutating func judge(whole body: ByteBuffer) throws {
        guard let expected = try fixture.json(.expected) else {
            return note(.expected, ["a whole answer came, and there is no such file"])
        }
        note(.expected, differences(try JSONValue.parse(body), expected))
    }

    /// Judges a stream, as text.
    mutating func judge(stream body: ByteBuffer) throws {
        guard let expected = try fixture.text(.expectedStream) else {
            return note(.expectedStream, ["a stream came, and there is no such file"])
        }
        let lines = String(buffer: body).split(separator: "\n", omittingEmptySubsequences: false)
        let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines != wanted else { return }
        let place = zip(lines, wanted).prefix { $0 == $1 }.count
        func line(_ lines: [Substring]) -> Substring { place < lines.count ? lines[place] : "the end" }
        note(.expectedStream, ["line \(place + 1) is\n  \(line(lines)), expected\n  \(line(wanted))"])
    }

    /// Judges an error.
    mutating func judge(status: Int, error body: ByteBuffer, headers: [(name: String, value: String)]) throws {
        guard let expected = try fixture.json(.expectedError) else {
            return note(.expectedError, ["status \(status) came, and there is no such file: \(String(buffer: body))"])
        }
        if expected["status"]?.int != status {
            note(.expectedError, ["the status is \(status), expected \(expected["status"]?.int ?? 0)"])
        }
        let value = try JSONValue.parse(body)
        if let actual = value["error"], let wanted = expected["error"] {
            note(.expectedError, differences(actual, wanted, path: "error"))
        } else {
            note(.expectedError, ["there is no error object"])
        }
        let retries = ["retry-after-ms", "retry-after", "x-should-retry"]
        let sent = Dictionary(
            headers.filter { retries.contains($0.name) }.map { ($0.name, $0.value) }
        ) { first, _ in first }
        let wanted = Dictionary(
            Fixture.pairs(expected["headers"]).map { ($0.name, $0.value) }
        ) { first, _ in first }
        if sent != wanted { note(.expectedError, ["the retry headers are \(sent), expected \(wanted)"]) }
    }

    /// Judges the headers that tell what became of the request's fields.
    mutating func judge(notes: [(name: String, value: String)]) throws {
        let wanted = Fixture.pairs(try fixture.json(.expectedHeaders)).map { "\($0.name): \($0.value)" }.sorted()
        let sent = notes.filter { $0.name.hasPrefix("x-gateway-") }.map { "\($0.name): \($0.value)" }.sorted()
        if sent != wanted { note(.expectedHeaders, ["the headers are \(sent), expected \(wanted)"]) }
    }
}
