import JSON
import NIOCore

/// A piece of text that a template puts into every prompt, escaped once.
struct PromptLiteral: Sendable {
    /// The text.
    let text: String
    /// Its UTF-8.
    let bytes: [UInt8]
    /// The same as it stands inside a JSON string.
    let escaped: ByteBuffer

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
        escaped = JSONText(text).escaped
    }

    /// No text.
    static let none = PromptLiteral("")

    var isEmpty: Bool { bytes.isEmpty }
    /// Whether it shows the model nothing but white space.
    var isBlank: Bool { text.allSatisfy(\.isWhitespace) }
    /// Whether what follows it begins a line.
    var endsLine: Bool { text.last?.isNewline ?? false }
}
