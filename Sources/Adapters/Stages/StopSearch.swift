/// The search for several texts at once, a byte at a time (Aho and Corasick 1975): what it costs does not grow with their
/// number.
struct StopSearch: Sendable {
    /// A beginning that one or more of the texts have.
    private struct Node {
        /// Its last byte.
        let byte: UInt8
        /// How many bytes it has.
        let length: Int32
        /// The first of the beginnings that are a byte longer; 0 for none.
        var child: Int32 = 0
        /// The next of the beginnings that differ from this one in the last byte only; 0 for none.
        var sibling: Int32 = 0
        /// The longest other beginning that this one ends with; 0, the empty one, at least.
        var border: Int32 = 0
        /// How long the longest text is that this ends with; 0 for none.
        var found: Int32 = 0
    }

    private var nodes = [Node(byte: 0, length: 0)]
    private var place: Int32 = 0

    /// Prepares the search; empty texts are passed over.
    ///
    /// - Parameter texts: The texts, together less than 2 GB.
    init(_ texts: [String]) {
        for text in texts { add(text.utf8) }
        findBorders()
    }

    /// How many of the bytes read last may be the beginning of a text.
    var matched: Int { Int(nodes[Int(place)].length) }

    /// Forgets what was read.
    mutating func reset() { place = 0 }

    /// Reads a byte.
    ///
    /// - Returns: The length of the longest text that is complete with it; 0 for none.
    mutating func read(_ byte: UInt8) -> Int {
        place = step(from: place, byte)
        return Int(nodes[Int(place)].found)
    }

    private mutating func add(_ text: String.UTF8View) {
        var node: Int32 = 0
        for byte in text {
            if let next = child(of: node, byte) {
                node = next
                continue
            }
            let new = Int32(nodes.count)
            nodes.append(Node(byte: byte, length: nodes[Int(node)].length + 1, sibling: nodes[Int(node)].child))
            nodes[Int(node)].child = new
            node = new
        }
        nodes[Int(node)].found = nodes[Int(node)].length
    }

    /// Sets the borders, shorter beginnings first: those of longer ones are found by them.
    private mutating func findBorders() {
        var queue: [Int32] = [0]
        var next = 0
        while next < queue.count {
            let parent = queue[next]
            next += 1
            var node = nodes[Int(parent)].child
            while node != 0 {
                if parent != 0 {
                    let border = step(from: nodes[Int(parent)].border, nodes[Int(node)].byte)
                    nodes[Int(node)].border = border
                    nodes[Int(node)].found = max(nodes[Int(node)].found, nodes[Int(border)].found)
                }
                queue.append(node)
                node = nodes[Int(node)].sibling
            }
        }
    }

    /// The longest beginning that stands at the end of one and a byte behind it.
    private func step(from start: Int32, _ byte: UInt8) -> Int32 {
        var node = start
        while true {
            if let next = child(of: node, byte) { return next }
            if node == 0 { return 0 }
            node = nodes[Int(node)].border
        }
    }

    private func child(of node: Int32, _ byte: UInt8) -> Int32? {
        var child = nodes[Int(node)].child
        while child != 0 {
            if nodes[Int(child)].byte == byte { return child }
            child = nodes[Int(child)].sibling
        }
        return nil
    }
}
