import Testing

/// A catalog with one fault, and the whole diagnostic it must give.
struct Fault: CustomTestStringConvertible, Sendable {
    var name: String
    var yaml: String
    var expected: [String]
    var testDescription: String { name }

    /// A file around one entry that begins on line 3.
    static func entry(_ lines: String) -> String {
        "geographies: {us: [us-*], global: [us-*, eu-*]}\nmodels:\n  A:\n    bedrock_id: v.a\n    adapter: converse\n"
            + lines
    }
}
