extension YAMLNode {
    /// This node with another merged in: maps merge key by key, deeply; everything else replaces.
    ///
    /// Keys keep this node's order; keys that only the other has follow in its order. Every value keeps its place in
    /// the file, so that an error in a template's value names the template's line.
    func merged(with upper: YAMLNode) -> YAMLNode {
        guard let lowerMembers = members, let upperMembers = upper.members else { return upper }
        var merged = lowerMembers
        for member in upperMembers {
            if let index = merged.firstIndex(where: { $0.key == member.key }) {
                merged[index].keyLocation = member.keyLocation
                merged[index].value = merged[index].value.merged(with: member.value)
            } else {
                merged.append(member)
            }
        }
        return YAMLNode(content: .mapping(merged), location: upper.location)
    }

    /// This mapping without some of its keys; anything else as it is.
    func without(_ keys: Set<String>) -> YAMLNode {
        guard let members else { return self }
        return YAMLNode(content: .mapping(members.filter { !keys.contains($0.key) }), location: location)
    }
}
