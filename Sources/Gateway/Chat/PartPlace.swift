import OpenAISchema

/// Where a part of a message's content stands, which decides what it may be (CONVERSE.md §2.1 rule 9).
enum PartPlace: String, Sendable {
    case system = "an instruction"
    case user = "a user's message"
    case assistant = "an assistant's message"
    case toolResult = "a tool's answer"

    /// Refuses a part that does not belong here: Bedrock would refuse it, or lose what it says.
    func requireRoom(for part: ContentPart, path: @autoclosure () -> String) throws(OpenAIError) {
        guard !takes(part) else { return }
        let (what, places) = Self.description(of: part)
        throw .badRequest(
            .invalidValue,
            param: path(),
            "'\(path())' is \(what), which cannot stand in \(rawValue): it belongs in \(places)."
        )
    }

    private func takes(_ part: ContentPart) -> Bool {
        switch part {
        case .text, .refusal: true
        case .image, .file, .video: self == .user || self == .toolResult
        case .audio, .toolResult: self == .user
        case .toolUse, .thinking, .unsignedThinking: self == .assistant
        }
    }

    private static func description(of part: ContentPart) -> (what: String, places: String) {
        switch part {
        case .text, .refusal: ("text", "any message")
        case .image: ("an image", "a user's message")
        case .file: ("a file", "a user's message")
        case .video: ("a video", "a user's message")
        case .audio: ("audio", "a user's message")
        case .toolResult: ("a tool_result", "a user's message")
        case .toolUse: ("a tool_use", "an assistant's message")
        case .thinking, .unsignedThinking: ("thinking", "an assistant's message")
        }
    }
}
