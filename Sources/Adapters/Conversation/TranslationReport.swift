/// What became of the things a client asked for, told to it in response headers.
///
/// Notes are short, of printable ASCII, and hold field names and known words only, never what a client wrote.
public struct TranslationReport: Sendable, Hashable {
    /// Fields that were not sent, such as `seed`; those that nobody knows come last.
    public var dropped: [String] { known + unknown }
    private var known: [String] = []
    /// Fields that were not sent because nothing here knows them.
    public private(set) var unknown: [String] = []
    /// Fields that were sent with another value or in another way, such as `temperature=1`.
    public private(set) var adjusted: [String] = []
    /// Fields that were given up for dropped and were sent after all, by a dialect that passes bodies through.
    private var passed: [String] = []
    /// How structured output was reached: `native`, `tool` or `instruction`.
    public var structuredOutput: String?

    /// Creates an empty report.
    public init() {}

    /// Whether there is nothing to tell.
    public var isEmpty: Bool { known.isEmpty && unknown.isEmpty && adjusted.isEmpty && structuredOutput == nil }

    /// Notes that a field was not sent.
    public mutating func drop(_ field: String) {
        if !known.contains(field) { known.append(field) }
        unknown.removeAll { $0 == field }
    }

    /// Notes that a field was not sent that nothing here knows.
    public mutating func dropUnknown(_ field: String) {
        if !known.contains(field), !unknown.contains(field) { unknown.append(field) }
    }

    /// Gives the dropped fields the names that a client knows them by.
    public mutating func rename(_ name: (String) -> String) {
        known = known.map(name)
    }

    /// Notes that a field was sent with another value or in another way.
    public mutating func adjust(_ note: String) {
        if !adjusted.contains(note) { adjusted.append(note) }
    }

    /// Notes that a field was sent although it was, or will be, noted as dropped.
    mutating func pass(_ field: String) {
        if !passed.contains(field) { passed.append(field) }
        known.removeAll { $0 == field }
        unknown.removeAll { $0 == field }
    }

    /// Adds the notes of another report; what either passed on is not dropped.
    public mutating func add(_ other: TranslationReport) {
        for field in other.known { drop(field) }
        for field in other.unknown { dropUnknown(field) }
        for field in passed + other.passed { pass(field) }
        for note in other.adjusted { adjust(note) }
        structuredOutput = other.structuredOutput ?? structuredOutput
    }
}
