/// The kinds of JSON value.
public enum JSONKind: UInt8, Sendable {
    case null, bool, number, string, array, object
}

/// One entry of a parsed document's tape: a value's place in the bytes, and where its siblings start.
///
/// Children follow their container in document order; an object's are key, value, key, value.
@usableFromInline
struct JSONNode {
    /// The first byte of the value; for a string its opening quote.
    @usableFromInline var start: UInt32
    /// One past the last byte of the value.
    @usableFromInline var end: UInt32
    /// The tape index just after this value and everything in it.
    ///
    /// While a container is being parsed it holds the index of the container around it.
    @usableFromInline var next: UInt32
    /// Members of an object or elements of an array.
    @usableFromInline var count: UInt32
    @usableFromInline var kind: JSONKind
    /// A string that holds at least one backslash.
    @usableFromInline var hasEscapes: Bool
}
