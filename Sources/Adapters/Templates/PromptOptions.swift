import Catalog
import JSON

/// Reads a map inside an entry's `options`; every error names the key and the place of the options.
struct PromptOptions {
    private let object: JSONValue?
    private let path: String
    private let location: SourceLocation?

    /// Begins with an entry's options, which may be absent.
    init(of model: Model, keys: [String]) throws(AdapterError) {
        try self.init(object: model.options, path: "", location: model.optionsLocation, keys: keys)
    }

    /// A map that says nothing.
    static let empty = PromptOptions()

    private init() {
        object = nil
        path = ""
        location = nil
    }

    private init(
        object: JSONValue?,
        path: String,
        location: SourceLocation?,
        keys: [String]
    ) throws(AdapterError) {
        self.object = object
        self.path = path
        self.location = location
        guard let object else { return }
        guard object.kind == .object else { throw failure(nil, "must be a map") }
        for (key, _) in object.members {
            guard let key = key.string else { continue }
            guard keys.contains(key) else {
                throw failure(key, "is unknown; known are \(keys.joined(separator: ", "))")
            }
        }
    }

    /// The error that a key has some fault; nil blames the map itself.
    func failure(_ key: String?, _ reason: String) -> AdapterError {
        .badOption(name: name(of: key), reason: reason, location: location)
    }

    private func name(of key: String?) -> String {
        guard let key else { return path.isEmpty ? "options" : path }
        return path.isEmpty ? key : "\(path).\(key)"
    }

    /// A value that is there and not `~`.
    private func value(_ key: String) -> JSONValue? {
        guard let value = object?[key], !value.isNull else { return nil }
        return value
    }

    /// Whether a key is there, be it with `~`.
    func isSaid(_ key: String) -> Bool { object?[key] != nil }

    /// A map inside this one, empty when it is absent.
    func map(_ key: String, keys: [String]) throws(AdapterError) -> PromptOptions {
        try PromptOptions(object: value(key), path: name(of: key), location: location, keys: keys)
    }

    /// A text; nil when it is absent.
    func text(_ key: String) throws(AdapterError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw failure(key, "must be text") }
        return text
    }

    /// A text or a list of texts; nil when it is absent.
    func texts(_ key: String) throws(AdapterError) -> [String]? {
        guard let value = value(key) else { return nil }
        if let text = value.string { return [text] }
        guard value.kind == .array else { throw failure(key, "must be text or a list of texts") }
        var texts: [String] = []
        for element in value.elements {
            guard let text = element.string, !text.isEmpty else { throw failure(key, "must be a list of texts") }
            texts.append(text)
        }
        return texts
    }
}
