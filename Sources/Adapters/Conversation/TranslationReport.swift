/// What became of the things a client asked for, told to it in response headers.
///
/// Notes are short, of printable ASCII, and hold field names and known words only, never what a client wrote.
public struct TranslationReport: Sendable, Hashable {
    /// Every note in the order in which it came, none twice.
    ///
    /// One list, because a report goes through many hands and is nearly always empty.
    private var notes: [Note] = []
    /// How structured output was reached: `native`, `tool` or `instruction`.
    public var structuredOutput: String?

    private struct Note: Sendable, Hashable {
        var kind: Kind
        var text: String

        enum Kind: Sendable {
            /// A field that was not sent, and that nothing here knows, or that something here does.
            case droppedUnknown, dropped
            case adjusted
            /// A field that was sent although it was, or will be, given up for dropped.
            case passed
        }
    }

    /// Creates an empty report.
    public init() {}

    /// Fields that were not sent, such as `seed`; those that nobody knows come last.
    public var dropped: [String] { texts(.dropped) + unknown }
    /// Fields that were not sent because nothing here knows them.
    public var unknown: [String] { texts(.droppedUnknown) }
    /// Fields that were sent with another value or in another way, such as `temperature=1`.
    public var adjusted: [String] { texts(.adjusted) }
    /// Whether there is nothing to tell.
    public var isEmpty: Bool { structuredOutput == nil && !notes.contains { $0.kind != .passed } }

    /// Notes that a field was not sent.
    public mutating func drop(_ field: String) {
        guard !has(.passed, field) else { return }
        remove(.droppedUnknown, field)
        add(.dropped, field)
    }

    /// Notes that a field was not sent that nothing here knows.
    public mutating func dropUnknown(_ field: String) {
        guard !has(.passed, field), !has(.dropped, field) else { return }
        add(.droppedUnknown, field)
    }

    /// Gives the dropped fields the names that a client knows them by.
    public mutating func rename(_ name: (String) -> String) {
        for index in notes.indices where notes[index].kind == .dropped { notes[index].text = name(notes[index].text) }
    }

    /// Notes that a field was sent with another value or in another way.
    public mutating func adjust(_ note: String) {
        add(.adjusted, note)
    }

    /// Notes that a field was sent although it was, or will be, noted as dropped.
    mutating func pass(_ field: String) {
        remove(.dropped, field)
        remove(.droppedUnknown, field)
        add(.passed, field)
    }

    /// Adds the notes of another report.
    mutating func add(_ other: TranslationReport) {
        for note in other.notes {
            switch note.kind {
            case .droppedUnknown: dropUnknown(note.text)
            case .dropped: drop(note.text)
            case .adjusted: adjust(note.text)
            case .passed: pass(note.text)
            }
        }
        structuredOutput = other.structuredOutput ?? structuredOutput
    }

    private func texts(_ kind: Note.Kind) -> [String] {
        notes.lazy.filter { $0.kind == kind }.map(\.text)
    }

    private func has(_ kind: Note.Kind, _ text: String) -> Bool {
        notes.contains(Note(kind: kind, text: text))
    }

    private mutating func add(_ kind: Note.Kind, _ text: String) {
        if !has(kind, text) { notes.append(Note(kind: kind, text: text)) }
    }

    private mutating func remove(_ kind: Note.Kind, _ text: String) {
        if has(kind, text) { notes.removeAll { $0 == Note(kind: kind, text: text) } }
    }
}
