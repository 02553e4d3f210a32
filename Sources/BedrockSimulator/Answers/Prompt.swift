import JSON
import NIOCore

/// What a checked request asks for, whatever dialect it was written in.
struct Prompt {
    /// A tool that may be called.
    struct Tool {
        var name: String
        var schema: JSONValue?
    }

    /// Whether a tool is to be called.
    enum ToolChoice {
        case auto
        case any
        case named(String)
        case none
    }

    /// A picture or file in the last user turn.
    struct Attachment {
        /// What it is: `image`.
        var kind: String
        /// The format, and the name if it has one.
        var details: [String]
        /// Its size; nil when it is only referred to.
        var bytes: Int?
    }

    /// The texts of the last user turn, one after the other.
    var lastUserText = ""
    /// The system prompt.
    var system: [String] = []
    /// What the tool results of the last user turn say.
    var toolResults: [String] = []
    /// What else is in the last user turn.
    var attachments: [Attachment] = []
    var tools: [Tool] = []
    var toolChoice = ToolChoice.auto
    /// How many tool calls one turn may have.
    var maximumToolCalls = Int.max
    /// How many tokens, which are words here, the answer may have.
    var maximumTokens: Int?
    var stopSequences: [String] = []
    /// Whether the answer is to show its thinking.
    var thinks = false
    /// Whether the last turn is the beginning of the answer.
    var isContinued = false
    /// The schema that the answer's text must fit.
    var schema: JSONValue?
    /// The tool loop that is going on.
    var loop = OpenLoop()
    /// How many turns the conversation has.
    var turns = 0
    /// Bytes of text that the model reads.
    var textBytes = 0
    /// How many of these stand before the last cache point; nil without one.
    var cachedBytes: Int?
    /// Parts of the model's own answer that the caller wants to see: JSON pointers.
    var responseFieldPaths: [String] = []
    /// Whether the caller wants to see what its guardrail did.
    var wantsGuardrailTrace = false
    /// Whether a stream is to tell the usage.
    var wantsUsage = true
    /// Whether something is cached for five minutes.
    private var hasShortCache = false
    /// The guardrail's id.
    var guardrail = ""

    /// Takes what the headers of InvokeModel say of the guardrail.
    mutating func take(_ settings: InvokeSettings) {
        guardrail = settings.guardrail
        wantsGuardrailTrace = settings.wantsTrace
    }

    /// Counts text that the model reads.
    mutating func read(_ text: JSONText) {
        textBytes += text.escaped.readableBytes
    }

    /// Marks everything read so far as to be cached.
    ///
    /// - Parameter ttl: The lifetime that the mark asks for.
    /// - Throws: A refusal of a long mark behind a short one; tools come first, then instructions, then messages.
    mutating func cachePoint(ttl: JSONValue?) throws(SimulatorError) {
        cachedBytes = textBytes
        guard ttl?.equals("1h") == true else {
            hasShortCache = true
            return
        }
        guard !hasShortCache else {
            throw .validation(
                "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are "
                    + "processed in the following order: `tools`, `system`, `messages`."
            )
        }
    }
}

/// How much was read and written; four bytes are a token of input, and a word is one of output.
struct Usage: Equatable {
    /// Tokens read, without the cached ones.
    var input = 0
    var output = 0
    var cacheRead = 0
    var cacheWrite = 0

    var total: Int { input + output + cacheRead + cacheWrite }

    /// Counts a prompt.
    ///
    /// What stands before the last cache point was written to the cache in a first turn, and read from it in a
    /// later one.
    init(of prompt: Prompt) {
        let cached = ((prompt.cachedBytes ?? 0) + 3) / 4
        input = max(1, (prompt.textBytes + 3) / 4 - cached)
        if prompt.turns > 1 {
            cacheRead = cached
        } else {
            cacheWrite = cached
        }
    }
}
