import Foundation
import JSON
import NIOCore
import Testing

/// A named JSON text of `Cases/cases.tsv` with what RFC 8259 and we say of it.
struct Case: Sendable, CustomTestStringConvertible {
    enum Verdict: String { case accept, reject, either }

    var name: String
    /// What RFC 8259 says; `either` where it leaves the parser a choice.
    var verdict: Verdict
    /// The refusal we promise; nil when we promise to accept.
    var error: JSONError?
    var bytes: [UInt8]

    var testDescription: String { name }
}

/// Reads the table of cases.
enum CaseTable {
    struct Malformed: Error { var line: String }

    static func load() throws -> [Case] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/cases.tsv")
        return try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
            .map { try parse($0) }
    }

    private static func parse(_ line: Substring) throws -> Case {
        let columns = line.split(separator: "\t", maxSplits: 3, omittingEmptySubsequences: false)
        guard columns.count == 4, let verdict = Case.Verdict(rawValue: String(columns[0])),
            let bytes = decode(columns[3])
        else { throw Malformed(line: String(line)) }
        var error: JSONError?
        if columns[2] != "-" {
            let parts = columns[2].split(separator: "@")
            guard parts.count == 2, let reason = reasons[String(parts[0])], let offset = Int(parts[1]) else {
                throw Malformed(line: String(line))
            }
            error = JSONError(reason, offset: offset)
        }
        return Case(name: String(columns[1]), verdict: verdict, error: error, bytes: bytes)
    }

    /// Expands `<E2 82 AC>` and `<5B x512>`; anything else stands for itself.
    private static func decode(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text
        while let character = rest.first {
            rest = rest.dropFirst()
            guard character == "<" else {
                bytes += character.utf8
                continue
            }
            guard let end = rest.firstIndex(of: ">") else { return nil }
            var parts = rest[..<end].split(separator: " ")
            rest = rest[rest.index(after: end)...]
            var times = 1
            if let last = parts.last, last.first == "x" {
                guard let count = Int(last.dropFirst()) else { return nil }
                times = count
                parts.removeLast()
            }
            let group = parts.compactMap { UInt8($0, radix: 16) }
            guard group.count == parts.count else { return nil }
            for _ in 0..<times { bytes += group }
        }
        return bytes
    }

    /// A reason as the table spells it.
    static func name(of reason: JSONError.Reason) -> String { "\(reason)" }

    private static let reasons: [String: JSONError.Reason] = Dictionary(
        uniqueKeysWithValues: [
            .emptyInput, .unexpectedEnd, .unexpectedByte, .badLiteral, .badNumber, .badEscape, .badUnicodeEscape,
            .loneSurrogate, .controlCharacter, .invalidUTF8, .missingColon, .trailingBytes, .tooDeep,
        ].map { (name(of: $0), $0) }
    )
}
