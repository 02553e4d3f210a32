import JSON

extension JSONWriter {
    /// Writes a member, unless there is no value.
    mutating func member(_ key: StaticString, _ value: Int?) {
        guard let value else { return }
        self.key(key)
        int(value)
    }

    /// Writes a member, unless there is no value.
    mutating func member(_ key: StaticString, _ value: Double?) {
        guard let value else { return }
        self.key(key)
        double(value)
    }
}
