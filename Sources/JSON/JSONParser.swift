/// Turns bytes into a tape in one pass, without recursion.
struct JSONParser {
    let base: UnsafePointer<UInt8>
    let count: Int
    private let maximumDepth: Int
    var position = 0
    private var depth = 0
    /// The tape index of the innermost open container.
    private var container = 0
    private(set) var tape: JSONTape

    init(base: UnsafeRawPointer, count: Int, maximumDepth: Int) {
        self.base = base.assumingMemoryBound(to: UInt8.self)
        self.count = count
        self.maximumDepth = maximumDepth
        tape = JSONTape(capacity: Swift.max(16, Swift.min(count / 16, 4096)))
    }

    /// Parses one value and requires that only white space follows.
    mutating func parseDocument() throws(JSONError) {
        skipWhitespace()
        guard position < count else { throw JSONError(.emptyInput, offset: position) }
        try parseValue()
        // Each turn finishes the innermost open container, or reads one more of its members.
        while depth > 0 {
            if tape.nodes[container].kind == .object { try continueObject() } else { try continueArray() }
        }
        skipWhitespace()
        guard position == count else { throw JSONError(.trailingBytes, offset: position) }
    }

    @inline(__always)
    private mutating func continueObject() throws(JSONError) {
        guard try startMember(closing: UInt8(ascii: "}")) else { return }
        guard try currentByte() == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte, offset: position) }
        try parseString()
        skipWhitespace()
        guard try currentByte() == UInt8(ascii: ":") else { throw JSONError(.missingColon, offset: position) }
        position &+= 1
        skipWhitespace()
        try parseValue()
    }

    @inline(__always)
    private mutating func continueArray() throws(JSONError) {
        if try startMember(closing: UInt8(ascii: "]")) { try parseValue() }
    }

    /// Reads what follows a value or an opening bracket inside a container.
    ///
    /// Returns false when that is the end of the container.
    @inline(__always)
    private mutating func startMember(closing: UInt8) throws(JSONError) -> Bool {
        skipWhitespace()
        let byte = try currentByte()
        if byte == closing {
            position &+= 1
            closeContainer()
            return false
        }
        if tape.nodes[container].count > 0 {
            guard byte == UInt8(ascii: ",") else { throw JSONError(.unexpectedByte, offset: position) }
            position &+= 1
            skipWhitespace()
        }
        tape.nodes[container].count &+= 1
        return true
    }

    /// Reads a scalar whole, or opens a container.
    @inline(__always)
    private mutating func parseValue() throws(JSONError) {
        switch try currentByte() {
        case UInt8(ascii: "\""): try parseString()
        case UInt8(ascii: "{"): try openContainer(.object)
        case UInt8(ascii: "["): try openContainer(.array)
        case UInt8(ascii: "t"): try parseLiteral("true", .bool)
        case UInt8(ascii: "f"): try parseLiteral("false", .bool)
        case UInt8(ascii: "n"): try parseLiteral("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try parseNumber()
        default: throw JSONError(.unexpectedByte, offset: position)
        }
    }

    @inline(__always)
    private mutating func openContainer(_ kind: JSONKind) throws(JSONError) {
        guard depth < maximumDepth else { throw JSONError(.tooDeep, offset: position) }
        let start = UInt32(truncatingIfNeeded: position)
        let outer = UInt32(truncatingIfNeeded: container)
        container = tape.append(
            JSONNode(start: start, end: 0, next: outer, count: 0, kind: kind, hasEscapes: false)
        )
        depth &+= 1
        position &+= 1
    }

    @inline(__always)
    private mutating func closeContainer() {
        let closed = tape.nodes + container
        container = Int(closed.pointee.next)
        depth &-= 1
        closed.pointee.end = UInt32(truncatingIfNeeded: position)
        closed.pointee.next = UInt32(truncatingIfNeeded: tape.count)
    }

    /// Records a scalar that ends where the parser stands.
    @inline(__always)
    mutating func appendScalar(_ kind: JSONKind, from start: Int, hasEscapes: Bool = false) {
        tape.append(
            JSONNode(
                start: UInt32(truncatingIfNeeded: start),
                end: UInt32(truncatingIfNeeded: position),
                next: UInt32(truncatingIfNeeded: tape.count &+ 1),
                count: 0,
                kind: kind,
                hasEscapes: hasEscapes
            )
        )
    }

    private mutating func parseLiteral(_ word: StaticString, _ kind: JSONKind) throws(JSONError) {
        let start = position
        for offset in 0..<word.utf8CodeUnitCount {
            guard try currentByte() == word.utf8Start[offset] else { throw JSONError(.badLiteral, offset: position) }
            position &+= 1
        }
        appendScalar(kind, from: start)
    }

    /// The byte where the parser stands; the text may not end there.
    @inline(__always)
    func currentByte() throws(JSONError) -> UInt8 {
        guard position < count else { throw JSONError(.unexpectedEnd, offset: position) }
        return base[position]
    }

    @inline(__always)
    private mutating func skipWhitespace() {
        while position < count, base[position] <= 0x20 {
            switch base[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position &+= 1
            default: return
            }
        }
    }
}
