/// What a request's path asks for.
enum RequestPath: Equatable {
    case home
    case health
    case chatCompletions
    /// The predecessor's smoke test.
    case testChat
    case models
    /// One model by its name, alias, id or ARN, decoded.
    case model(String)
    case unknown

    /// Reads a path.
    ///
    /// Doubled slashes and one at the end do not matter, and neither does `/v1` in front.
    init(_ path: String) {
        // Nearly every request.
        if path == "/v1/chat/completions" {
            self = .chatCompletions
            return
        }
        var segments = path.split(separator: "/").map(String.init)
        if segments.first == "v1" { segments.removeFirst() }
        switch segments {
        case []: self = path.contains("v1") ? .unknown : .home
        case ["health"]: self = .health
        case ["chat", "completions"]: self = .chatCompletions
        case ["test", "chat", "completions"]: self = .testChat
        case ["models"]: self = .models
        default:
            // An ARN may come with its slashes as they are.
            guard segments.first == "models" else {
                self = .unknown
                return
            }
            self = .model(Self.decoded(segments.dropFirst().joined(separator: "/")))
        }
    }

    /// The methods that are served.
    var methods: [String] {
        switch self {
        case .home, .health, .models, .model: ["GET", "HEAD"]
        case .chatCompletions, .testChat: ["POST"]
        case .unknown: []
        }
    }

    /// Decodes percent escapes once; a malformed one is left as it is.
    private static func decoded(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var decoded: [UInt8] = []
        let bytes = Array(text.utf8)
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
                let value = UInt8(String(decoding: bytes[position + 1...position + 2], as: UTF8.self), radix: 16)
            {
                decoded.append(value)
                position += 3
            } else {
                decoded.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
