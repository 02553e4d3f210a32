import NIOCore

extension JSONText {
    /// Joins pieces of one text.
    public init(joining pieces: [JSONText]) {
        if pieces.count == 1 {
            self = pieces[0]
            return
        }
        var joined = ByteBuffer()
        for piece in pieces { joined.writeImmutableBuffer(piece.escaped) }
        self.init(validEscaped: joined, hasEscapes: pieces.contains(where: \.hasEscapes))
    }
}
