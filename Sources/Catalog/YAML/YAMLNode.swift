/// A parsed piece of YAML that knows where it stands.
///
/// Mappings keep the order of the file. An alias is the node of its anchor, with that node's place.
struct YAMLNode: Sendable {
    /// What a node is.
    enum Content: Sendable {
        /// Text, and whether it was written without quotes, in which case it may be a number, a boolean or null.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([Member])
    }

    /// One entry of a mapping.
    struct Member: Sendable {
        var key: String
        var keyLocation: SourceLocation
        var value: YAMLNode
    }

    var content: Content
    var location: SourceLocation

    /// What the node is called in an error message.
    var kindName: String {
        switch content {
        case .scalar(let text, let isPlain):
            switch YAMLScalar(text, isPlain: isPlain) {
            case .null: "nothing"
            case .bool: "a boolean"
            case .integer, .float: "a number"
            case .string: "text"
            }
        case .sequence: "a list"
        case .mapping: "a map"
        }
    }

    /// The members of a mapping; nil for anything else.
    var members: [Member]? {
        if case .mapping(let members) = content { members } else { nil }
    }

    /// Whether this is an empty value, `~` or `null`.
    var isNull: Bool {
        guard case .scalar(let text, let isPlain) = content, case .null = YAMLScalar(text, isPlain: isPlain) else {
            return false
        }
        return true
    }

    /// Where each key in a mapping and the mappings in it stands, by the keys that lead to it with dots between.
    var keyLocations: [String: SourceLocation] {
        var locations: [String: SourceLocation] = [:]
        for member in members ?? [] {
            locations[member.key] = member.keyLocation
            for (path, location) in member.value.keyLocations { locations["\(member.key).\(path)"] = location }
        }
        return locations
    }

    /// The value of a mapping's key; nil when there is none, or when this is not a mapping.
    subscript(key: String) -> YAMLNode? {
        members?.first { $0.key == key }?.value
    }
}
