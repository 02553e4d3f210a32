import Catalog
import JSON

/// Reads an entry's `options` for an adapter, and refuses what the adapter does not know with the line where it stands.
///
/// `~`, by which an entry takes away what its template has, counts as not given.
struct AdapterOptions {
    private let options: JSONValue?
    private let location: SourceLocation?

    /// Takes an entry's options, all of which must be among those that an adapter knows.
    init(of model: Model, for adapter: AdapterID, known: [String]) throws(AdapterError) {
        options = model.options
        location = model.optionsLocation
        guard let options else { return }
        for (key, value) in options.members where !value.isNull {
            let name = key.string ?? ""
            guard !known.contains(name) else { continue }
            let remedy = known.isEmpty ? "has no options; remove it" : "knows only \(known.joined(separator: ", "))"
            throw .badOption(name: name, reason: "the \(adapter) adapter \(remedy)", location: location)
        }
    }

    /// `true` or `false`; false when it is not given.
    func flag(_ name: String) throws(AdapterError) -> Bool {
        guard let value = value(name) else { return false }
        guard let flag = value.bool else { throw bad(name, "must be true or false") }
        return flag
    }

    /// One of a few words; nil when it is not given.
    func word<Word: RawRepresentable & CaseIterable>(
        _ name: String,
        _ type: Word.Type
    ) throws(AdapterError) -> Word? where Word.RawValue == String {
        guard let value = value(name) else { return nil }
        guard let word = value.string.flatMap({ Word(rawValue: $0) }) else {
            throw bad(name, "must be one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    /// A list of a few words; empty when it is not given.
    func words<Word: RawRepresentable & CaseIterable>(
        _ name: String,
        _ type: Word.Type
    ) throws(AdapterError) -> [Word] where Word.RawValue == String {
        guard let value = value(name) else { return [] }
        let words = value.elements.compactMap { $0.string.flatMap { Word(rawValue: $0) } }
        guard value.kind == .array, words.count == value.count else {
            throw bad(name, "must be a list of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return words
    }

    /// A list of tag names, letters only; empty when it is not given.
    func tags(_ name: String) throws(AdapterError) -> [String] {
        guard let value = value(name) else { return [] }
        let words = value.elements.compactMap(\.string)
        let isNamed = words.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(Self.isTagByte) }
        guard value.kind == .array, value.count > 0, words.count == value.count, isNamed else {
            throw bad(name, "must be a list of names such as [think]")
        }
        return words
    }

    /// A list of names of any kind; empty when it is not given.
    func names(_ name: String) throws(AdapterError) -> [String] {
        guard let value = value(name) else { return [] }
        let names = value.elements.compactMap(\.string)
        guard value.kind == .array, names.count == value.count else { throw bad(name, "must be a list of names") }
        return names
    }

    /// The error of an option that cannot be used.
    func bad(_ name: String, _ reason: String) -> AdapterError {
        .badOption(name: name, reason: reason, location: location)
    }

    private func value(_ name: String) -> JSONValue? {
        options?[name].flatMap { $0.isNull ? nil : $0 }
    }

    private static func isTagByte(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || byte == UInt8(ascii: "_")
    }
}
