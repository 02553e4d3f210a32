import Glibc
public import NIOCore

extension JSONText {
    /// The text that fills a document of a known form: all between two known pieces, if it is plain ASCII without escapes.
    ///
    /// It costs a fraction of parsing, and finds the same: such a text needs no check but this one.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - offset: Where the text begins, counted from the first readable byte.
    ///   - end: What follows the text to the document's end, the closing quote first.
    /// - Returns: The text; nil where anything is otherwise, so that the document has to be parsed.
    public static func plain(in document: ByteBuffer, from offset: Int, before end: StaticString) -> JSONText? {
        let length = document.readableBytes - offset - end.utf8CodeUnitCount
        guard length >= 0 else { return nil }
        let isPlain = document.withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
            let stop = offset + length
            return memcmp(base + stop, end.utf8Start, end.utf8CodeUnitCount) == 0
                && firstSpecialByte(in: base, from: offset, to: stop, stopsAtMultibyte: true) == stop
        }
        guard isPlain, let text = document.getSlice(at: document.readerIndex + offset, length: length) else {
            return nil
        }
        return JSONText(validEscaped: text, hasEscapes: false)
    }
}
