import Adapters
import Catalog
import JSON
import NIOCore
import OpenAISchema

/// Turns messages and tools into blocks, one message at a time.
struct MessageNormaliser {
    let input: ConversationInput
    var builder: ConversationBuilder
    private(set) var toolNames = ToolNameMap()
    /// Whether thinking was put in that the client did not give back, and whether it gave some back itself.
    private var remembersThinking = false
    private var hasOwnThinking = false
    /// Whether all the thinking there is was remembered.
    var onlyRemembersThinking: Bool { remembersThinking && !hasOwnThinking }
    /// The calls whose thinking was remembered.
    ///
    /// Each gets it once: a short request that repeats a call would otherwise grow without bound.
    private var rememberedCalls: Set<JSONText> = []
    private var documentNames = DocumentNames()
    /// The ids given to deprecated function calls, so that the answers find them.
    private var functionCallIDs: [JSONText: JSONText] = [:]
    private var functionCalls = 0

    init(input: ConversationInput) {
        self.input = input
        builder = ConversationBuilder(capacity: input.request.messages.count)
    }

    // MARK: Tools

    mutating func tools() throws(OpenAIError) -> [Tool] {
        guard !input.request.tools.isEmpty else { return [] }
        var tools: [Tool] = []
        tools.reserveCapacity(input.request.tools.count)
        for (index, definition) in input.request.tools.enumerated() {
            let (schema, isComposed) =
                definition.isCustom ? (Self.customToolSchema, false) : try objectSchema(of: definition, at: index)
            tools.append(
                Tool(
                    name: toolNames.bedrockName(for: definition.name),
                    description: definition.description.flatMap { $0.isBlank ? nil : $0 },
                    inputSchema: schema,
                    isComposed: isComposed,
                    strict: definition.strict,
                    cacheMark: mark(definition.cacheControl)
                )
            )
        }
        return tools
    }

    private func objectSchema(
        of tool: ToolDefinition,
        at index: Int
    ) throws(OpenAIError) -> (schema: ByteBuffer, isComposed: Bool) {
        do throws(ToolSchema.NotAnObject) {
            return try ToolSchema.objectSchema(tool.parameters)
        } catch {
            let list = input.request.usesLegacyFunctions ? "functions[\(index)]" : "tools[\(index)].function"
            throw .notAnObjectSchema(error, param: "\(list).parameters")
        }
    }

    /// A custom tool takes free text: one property that the answer is unwrapped from again.
    private static let customToolSchema = ByteBuffer(
        string: #"{"type":"object","properties":{"input":{"type":"string"}},"required":["input"]}"#
    )

    /// Reads the choice; an allowed list takes the other tools away.
    mutating func toolChoice(_ tools: inout [Tool]) -> ToolChoice {
        switch input.request.toolChoice {
        case nil, .auto?: return .automatic
        case ToolChoiceOption.none?: return .none
        case .required?: return .required
        case .named(let name)?: return .named(toolNames.bedrockName(for: name))
        case .allowed(let names, let required)?:
            let allowed = Set(names.map { toolNames.bedrockName(for: $0) })
            tools.removeAll { !allowed.contains($0.name) }
            return required ? .required : .automatic
        }
    }

    // MARK: Messages

    mutating func add(_ message: borrowing ChatMessage, path: @autoclosure () -> String) throws(OpenAIError) {
        if let text = message.plainText {
            switch message.role {
            case .system, .developer: return builder.addSystem(text)
            case .user: return builder.add(.user, text: text)
            case .assistant: return builder.add(.assistant, text: text)
            case .tool, .function: break
            }
        }
        let mark = mark(message.cacheControl)
        switch message.role {
        case .system, .developer: try addSystem(message, mark, path: path())
        case .user:
            var blocks = try blocks(of: message.content, in: .user, path: path())
            close(&blocks, with: mark)
            builder.add(.user, blocks)
        case .assistant:
            var blocks = try assistantBlocks(of: message, path: path())
            close(&blocks, with: mark)
            builder.add(.assistant, blocks)
        case .tool:
            try addToolResult(message, id: message.toolCallID ?? .empty, mark, path: path())
        case .function:
            let id = message.name.flatMap { functionCallIDs[$0] } ?? "call_unknown"
            try addToolResult(message, id: id, mark, path: path())
        }
    }

    /// The mark that a client asks for; one of a type that nobody knows is reported.
    mutating func mark(_ control: CacheControl?) -> CacheMark? {
        guard let control else { return nil }
        guard control.isEphemeral else {
            builder.drop("cache_control")
            return nil
        }
        return CacheMark(ttl: control.ttl)
    }

    /// Puts a message's own mark behind its blocks.
    private mutating func close(_ blocks: inout [ContentBlock], with mark: CacheMark?) {
        guard let mark else { return }
        if case .cacheMark(let inner)? = blocks.last {
            noteConflict(inner, mark)
        } else {
            blocks.append(.cacheMark(mark))
        }
    }

    /// Reports the mark of a message that stands where a part has put another: that of the part is kept.
    private mutating func noteConflict(_ inner: CacheMark, _ outer: CacheMark) {
        if inner != outer { builder.drop("cache_control") }
    }

    private mutating func addSystem(
        _ message: ChatMessage,
        _ mark: CacheMark?,
        path: @autoclosure () -> String
    ) throws(OpenAIError) {
        if case .text(let text) = message.content { return builder.addSystem(text, cacheMark: mark) }
        var last: CacheMark?
        for block in try blocks(of: message.content, in: .system, path: path()) {
            last = nil
            switch block {
            case .text(let text): builder.addSystem(text)
            case .cacheMark(let own):
                builder.addSystem(.empty, cacheMark: own)
                last = own
            default: continue
            }
        }
        guard let mark else { return }
        if let last { noteConflict(last, mark) } else { builder.addSystem(.empty, cacheMark: mark) }
    }

    private mutating func assistantBlocks(of message: ChatMessage, path: @autoclosure () -> String) throws(OpenAIError)
        -> [ContentBlock]
    {
        var blocks: [ContentBlock] = message.thinkingBlocks.map { .thinking(Self.thinking($0)) }
        let isMissing = blocks.isEmpty
        if !isMissing { hasOwnThinking = true }
        if isMissing {
            // Any call will do: clients reverse them, leave some out, or give each a message of its own.
            for call in message.toolCalls where blocks.isEmpty {
                guard let thinking = input.rememberedThinking(call.id),
                    rememberedCalls.insert(call.id).inserted
                else { continue }
                blocks = thinking.map { .thinking($0) }
            }
            if !blocks.isEmpty { remembersThinking = true }
        }
        // What was remembered stands for what came back without its signature.
        if message.hasUnsignedThinking, !isMissing || blocks.isEmpty { builder.drop("thinking_blocks") }
        blocks += try self.blocks(of: message.content, in: .assistant, path: path())
        if let refusal = message.refusal, !refusal.isBlank { blocks.append(.text(refusal)) }
        for call in message.toolCalls {
            blocks.append(toolUse(id: call.id, call.function))
            if let mark = mark(call.cacheControl) { blocks.append(.cacheMark(mark)) }
        }
        if let call = message.functionCall {
            functionCalls += 1
            let id = JSONText("call_\(functionCalls)")
            functionCallIDs[call.name] = id
            blocks.append(toolUse(id: id, call))
        }
        return blocks
    }

    private mutating func toolUse(id: JSONText, _ call: ChatMessage.FunctionCall) -> ContentBlock {
        let (input, isMended) = ToolArguments.object(from: call.arguments)
        if isMended { builder.noteMending() }
        return .toolUse(ToolUseBlock(id: legal(id), name: toolNames.bedrockName(for: call.name), input: input))
    }

    private mutating func legal(_ id: JSONText) -> JSONText {
        if !ToolCallID.isLegal(id) { builder.noteMending() }
        return ToolCallID.legal(id)
    }

    private mutating func addToolResult(
        _ message: ChatMessage,
        id: JSONText,
        _ mark: CacheMark?,
        path: @autoclosure () -> String
    ) throws(OpenAIError) {
        let content = try blocks(of: message.content, in: .toolResult, path: path())
        builder.add(.user, toolResult(id: id, content: content, isError: false, mark: mark))
    }

    /// An answer, and the mark behind it: one inside it belongs there too, and the last of several is kept.
    private mutating func toolResult(
        id: JSONText,
        content: [ContentBlock],
        isError: Bool,
        mark: CacheMark?
    ) -> [ContentBlock] {
        var content = content
        let inner = takeMarks(from: &content)
        let result = ContentBlock.toolResult(ToolResultBlock(toolUseID: legal(id), content: content, isError: isError))
        if let inner, let mark { noteConflict(inner, mark) }
        guard let mark = inner ?? mark else { return [result] }
        return [result, .cacheMark(mark)]
    }

    /// Takes the marks out of an answer's content, where there is no place for them; all but the last are reported.
    private mutating func takeMarks(from content: inout [ContentBlock]) -> CacheMark? {
        var last: CacheMark?
        content.removeAll { block in
            guard case .cacheMark(let mark) = block else { return false }
            if last != nil { builder.drop("cache_control") }
            last = mark
            return true
        }
        return last
    }

    static func thinking(_ part: ChatMessage.ThinkingPart) -> ThinkingBlock {
        switch part {
        case .signed(let text, let signature): .signed(text: text, signature: signature)
        case .redacted(let data): .redacted(data)
        }
    }

    // MARK: Parts

    private mutating func blocks(
        of content: ChatMessage.Content,
        in place: PartPlace,
        path: @autoclosure () -> String
    ) throws(OpenAIError) -> [ContentBlock] {
        switch content {
        case .none: return []
        case .text(let text): return [.text(text)]
        case .parts(let parts): return try blocks(of: parts, in: place, path: path())
        }
    }

    private mutating func blocks(
        of parts: [ContentPart],
        in place: PartPlace,
        path: @autoclosure () -> String
    ) throws(OpenAIError) -> [ContentBlock] {
        var blocks: [ContentBlock] = []
        blocks.reserveCapacity(parts.count)
        for (index, part) in parts.enumerated() {
            try place.requireRoom(for: part, path: "\(path()).content[\(index)]")
            try append(part, to: &blocks, path: "\(path()).content[\(index)]")
        }
        return blocks
    }

    private mutating func append(
        _ part: ContentPart,
        to blocks: inout [ContentBlock],
        path: @autoclosure () -> String
    ) throws(OpenAIError) {
        let control: CacheControl?
        switch part {
        case .text(let text, let mark):
            blocks.append(.text(text))
            control = mark
        case .image(let url, let mark):
            blocks.append(.image(try image(url, path: path())))
            control = mark
        case .file(let file, let mark):
            blocks.append(.document(try document(file, path: path())))
            control = mark
        case .audio(let data, let format, let mark):
            blocks.append(.media(try MediaParts(input: input).audio(data, format, path: path())))
            control = mark
        case .video(let url, let mark):
            blocks.append(.media(try MediaParts(input: input).video(url, path: path())))
            control = mark
        case .refusal(let text, let mark):
            blocks.append(.text(text))
            control = mark
        case .toolUse(let id, let name, let toolInput, let mark):
            let name = toolNames.bedrockName(for: name)
            blocks.append(.toolUse(ToolUseBlock(id: legal(id), name: name, input: toolInput)))
            control = mark
        case .toolResult(let result):
            let content = try self.blocks(of: result.content, in: .toolResult, path: path())
            let mark = mark(result.cacheControl)
            blocks += toolResult(id: result.toolUseID, content: content, isError: result.isError, mark: mark)
            control = nil
        case .thinking(let thinking, let mark):
            blocks.append(.thinking(Self.thinking(thinking)))
            hasOwnThinking = true
            control = mark
        case .unsignedThinking(let mark):
            builder.drop("thinking_blocks")
            control = mark
        }
        if let mark = mark(control) { blocks.append(.cacheMark(mark)) }
    }

    private mutating func document(_ file: ContentPart.FilePart, path: String) throws(OpenAIError) -> DocumentBlock {
        let media = MediaParts(input: input)
        let (format, source) = try media.document(file, path: path)
        let name = documentNames.name(for: file.filename?.string)
        return DocumentBlock(format: format, name: name, source: source, part: path)
    }

    private mutating func image(_ url: JSONText, path: String) throws(OpenAIError) -> ImageBlock {
        let image = try MediaParts(input: input).image(url, path: path)
        let label = "data:image/\(image.format.rawValue);base64,"
        if !url.escaped.readableBytesView.starts(with: label.utf8) { builder.noteMending() }
        return image
    }
}
