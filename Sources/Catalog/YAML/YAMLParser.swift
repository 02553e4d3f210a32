import CYaml

/// Why a text is not YAML that we read, and where.
struct YAMLError: Error {
    var location: SourceLocation?
    var message: String
    var fix: String?
}

/// Makes a tree of libyaml's events.
///
/// Anchors and aliases work, bounded: what a file comes to when its aliases are written out is limited, and so is
/// its depth. Tags, merge keys, keys that are not text and second documents are refused.
struct YAMLParser {
    /// The largest file in bytes.
    static let maximumBytes = 4_194_304
    /// The deepest nesting.
    static let maximumDepth = 32
    /// The most nodes, with those behind aliases counted each time.
    static let maximumNodes = 100_000

    private let events: YAMLEvents
    private var anchors: [String: (node: YAMLNode, count: Int)] = [:]
    private var openAnchors: Set<String> = []
    private var nodeCount = 0

    /// Parses a text with one document; nil when there is none, as in an empty file.
    static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode? {
        guard bytes.count <= maximumBytes else {
            throw YAMLError(message: "the file is larger than \(maximumBytes / 1_048_576) MiB")
        }
        let events = YAMLEvents(bytes)
        var parser = YAMLParser(events: events)
        return try parser.document()
    }

    private init(events: YAMLEvents) { self.events = events }

    private mutating func document() throws(YAMLError) -> YAMLNode? {
        var event = try events.next()
        while case .other = event.kind { event = try events.next() }
        if case .streamEnd = event.kind { return nil }
        let root = try node(event, depth: 0)
        event = try events.next()
        while case .other = event.kind { event = try events.next() }
        guard case .streamEnd = event.kind else {
            throw YAMLError(
                location: event.location,
                message: "a second document begins here",
                fix: "a catalog is one document: remove the '---'"
            )
        }
        return root
    }

    private mutating func node(_ event: YAMLEvents.Event, depth: Int) throws(YAMLError) -> YAMLNode {
        guard depth <= Self.maximumDepth else {
            throw YAMLError(location: event.location, message: "nesting deeper than \(Self.maximumDepth) levels")
        }
        if event.hasTag {
            throw YAMLError(
                location: event.location,
                message: "tags are not used in a catalog",
                fix: "remove what begins with '!'; quotes make text of a number"
            )
        }
        let before = nodeCount
        try count(1, at: event.location)
        if let anchor = event.anchor { openAnchors.insert(anchor) }
        let node: YAMLNode
        switch event.kind {
        case .alias(let name): return try alias(name, at: event.location)
        case .scalar(let text, let isPlain):
            node = YAMLNode(content: .scalar(text, isPlain: isPlain), location: event.location)
        case .sequenceStart:
            var elements: [YAMLNode] = []
            while true {
                let next = try events.next()
                if case .end = next.kind { break }
                elements.append(try self.node(next, depth: depth + 1))
            }
            node = YAMLNode(content: .sequence(elements), location: event.location)
        case .mappingStart:
            node = YAMLNode(content: .mapping(try members(depth: depth)), location: event.location)
        case .end, .streamEnd, .other:
            throw YAMLError(location: event.location, message: "a value is missing here")
        }
        if let anchor = event.anchor {
            openAnchors.remove(anchor)
            anchors[anchor] = (node, nodeCount - before)
        }
        return node
    }

    private mutating func members(depth: Int) throws(YAMLError) -> [YAMLNode.Member] {
        var members: [YAMLNode.Member] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try events.next()
            if case .end = event.kind { return members }
            guard case .scalar(let key, let isPlain) = event.kind, !event.hasTag, event.anchor == nil else {
                throw YAMLError(location: event.location, message: "a key must be plain text")
            }
            if isPlain, key == "<<" {
                throw YAMLError(
                    location: event.location,
                    message: "merge keys ('<<') are not used in a catalog",
                    fix: "share values with 'template:'"
                )
            }
            if let line = lines[key] {
                throw YAMLError(
                    location: event.location,
                    message: "the key '\(key)' stands here a second time; the first is on line \(line)",
                    fix: "remove one of them"
                )
            }
            lines[key] = event.location.line
            let value = try node(try events.next(), depth: depth + 1)
            members.append(YAMLNode.Member(key: key, keyLocation: event.location, value: value))
        }
    }

    private mutating func alias(_ name: String, at location: SourceLocation) throws(YAMLError) -> YAMLNode {
        guard let (node, size) = anchors[name], !openAnchors.contains(name) else {
            let isInside = openAnchors.contains(name)
            throw YAMLError(
                location: location,
                message: isInside ? "the alias '*\(name)' stands inside its own anchor" : "no anchor '&\(name)' above",
                fix: isInside ? "remove it" : "define '&\(name)' before it is used"
            )
        }
        try count(size - 1, at: location)
        return node
    }

    private mutating func count(_ nodes: Int, at location: SourceLocation) throws(YAMLError) {
        nodeCount += nodes
        guard nodeCount <= Self.maximumNodes else {
            throw YAMLError(
                location: location,
                message: "the file comes to more than \(Self.maximumNodes) values with its aliases written out"
            )
        }
    }
}
