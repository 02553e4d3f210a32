extension JSONWriter {
    /// Writes two values merged: objects key by key, deeply; for anything else the upper value replaces the lower.
    ///
    /// Keys keep the lower value's order; keys that only the upper value has follow in its order. Every value that is
    /// not itself merged is written as it was spelled.
    public mutating func merged(lower: JSONValue, upper: JSONValue) {
        guard lower.kind == .object, upper.kind == .object else { return raw(upper) }
        beginObject()
        for (key, lowerValue) in lower.uniqueMembers {
            guard let text = key.text else { continue }
            self.key(text)
            if let upperValue = upper[text.string] {
                merged(lower: lowerValue, upper: upperValue)
            } else {
                raw(lowerValue)
            }
        }
        for (key, upperValue) in upper.uniqueMembers {
            guard let text = key.text, lower[text.string] == nil else { continue }
            self.key(text)
            raw(upperValue)
        }
        endObject()
    }
}

extension JSONValue {
    /// The members of an object with each key once, where it first stands, with the value that wins.
    var uniqueMembers: [(key: JSONValue, value: JSONValue)] {
        var order: [String: Int] = [:]
        var unique: [(key: JSONValue, value: JSONValue)] = []
        for (key, value) in members {
            let name = key.string ?? ""
            if let earlier = order[name] {
                unique[earlier].value = value
            } else {
                order[name] = unique.count
                unique.append((key, value))
            }
        }
        return unique
    }
}
