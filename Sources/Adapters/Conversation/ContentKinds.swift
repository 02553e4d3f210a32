/// The kinds of content that need looking after, beside text and images.
///
/// Most conversations hold none of them, and then most rules have nothing to do.
public struct ContentKinds: OptionSet, Sendable {
    /// One bit a kind.
    public let rawValue: UInt8

    /// Creates a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Tool calls and their answers.
    public static let tools = ContentKinds(rawValue: 1 << 0)
    /// Thinking.
    public static let thinking = ContentKinds(rawValue: 1 << 1)
    /// Documents, also inside tool answers.
    public static let documents = ContentKinds(rawValue: 1 << 2)
    /// Cache marks.
    public static let cacheMarks = ContentKinds(rawValue: 1 << 3)
    /// Every kind.
    public static let all: ContentKinds = [.tools, .thinking, .documents, .cacheMarks]

    /// The kinds that a block is of.
    init(_ block: ContentBlock) {
        switch block {
        case .text, .image, .media: self = []
        case .document: self = .documents
        case .toolUse: self = .tools
        case .toolResult(let result): self = result.content.reduce(into: .tools) { $0.formUnion(ContentKinds($1)) }
        case .thinking: self = .thinking
        case .cacheMark: self = .cacheMarks
        }
    }
}
