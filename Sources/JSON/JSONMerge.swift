extension JSONWriter {
    /// Writes two values merged: objects key by key, deeply; for anything else the upper value replaces the lower.
    ///
    /// Keys keep the lower value's order; keys that only the upper value has follow in its order. Every value that is
    /// not itself merged is written as it was spelled.
    public mutating func merged(lower: JSONValue, upper: JSONValue) {
        guard lower.kind == .object, upper.kind == .object else { return raw(upper) }
        let lower = UniqueMembers(lower)
        let upper = UniqueMembers(upper)
        beginObject()
        for (key, lowerValue) in lower.members {
            self.key(key)
            if let upperValue = upper[key] {
                merged(lower: lowerValue, upper: upperValue)
            } else {
                raw(lowerValue)
            }
        }
        for (key, upperValue) in upper.members where lower[key] == nil {
            self.key(key)
            raw(upperValue)
        }
        endObject()
    }
}

/// The members of an object with each key once, where it first stands, with the value that wins.
private struct UniqueMembers {
    private(set) var members: [(key: JSONText, value: JSONValue)] = []
    private var places: [JSONText: Int] = [:]

    init(_ object: JSONValue) {
        for (key, value) in object.members {
            guard let key = key.text else { continue }
            if let earlier = places[key] {
                members[earlier].value = value
            } else {
                places[key] = members.count
                members.append((key, value))
            }
        }
    }

    subscript(key: JSONText) -> JSONValue? { places[key].map { members[$0].value } }
}
