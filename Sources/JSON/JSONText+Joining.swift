import NIOCore

extension JSONText {
    /// Joins pieces of one text.
    public init(joining pieces: [JSONText]) {
        if pieces.count == 1 {
            self = pieces[0]
            return
        }
        let joined = ByteBuffer(joining: pieces.lazy.map(\.escaped))
        self.init(validEscaped: joined, hasEscapes: pieces.contains(where: \.hasEscapes))
    }
}
