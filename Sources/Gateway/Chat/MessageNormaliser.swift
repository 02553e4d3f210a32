import Adapters
import Catalog
import JSON
import NIOCore
import OpenAISchema

/// Turns messages and tools into blocks, one message at a time.
struct MessageNormaliser {
    let input: ConversationInput
    var builder = ConversationBuilder()
    private(set) var toolNames = ToolNameMap()
    private var documentNames = DocumentNames()
    /// The ids given to deprecated function calls, so that the answers find them.
    private var functionCallIDs: [JSONText: JSONText] = [:]
    private var functionCalls = 0

    init(input: ConversationInput) {
        self.input = input
    }

    // MARK: Tools

    mutating func tools() throws(OpenAIError) -> [Tool] {
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
                    cacheMark: definition.cacheControl.map { CacheMark(ttl: $0.ttl) }
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

    mutating func add(_ message: ChatMessage, path: @autoclosure () -> String) throws(OpenAIError) {
        let mark = message.cacheControl.map { CacheMark(ttl: $0.ttl) }
        switch message.role {
        case .system, .developer: addSystem(message, mark)
        case .user:
            var blocks = try blocks(of: message.content, path: path(), role: .user)
            if let mark { blocks.append(.cacheMark(mark)) }
            builder.add(.user, blocks)
        case .assistant:
            var blocks = try assistantBlocks(of: message, path: path())
            if let mark { blocks.append(.cacheMark(mark)) }
            builder.add(.assistant, blocks)
        case .tool:
            try addToolResult(message, id: message.toolCallID ?? .empty, mark, path: path())
        case .function:
            let id = message.name.flatMap { functionCallIDs[$0] } ?? "call_unknown"
            try addToolResult(message, id: id, mark, path: path())
        }
    }

    private mutating func addSystem(_ message: ChatMessage, _ mark: CacheMark?) {
        switch message.content {
        case .none: break
        case .text(let text): builder.addSystem(text, cacheMark: mark)
        case .parts(let parts):
            for (index, part) in parts.enumerated() {
                guard case .text(let text, let control) = part else { continue }
                let isLast = index == parts.count - 1
                builder.addSystem(text, cacheMark: control.map { CacheMark(ttl: $0.ttl) } ?? (isLast ? mark : nil))
            }
        }
    }

    private mutating func assistantBlocks(of message: ChatMessage, path: @autoclosure () -> String) throws(OpenAIError)
        -> [ContentBlock]
    {
        var blocks: [ContentBlock] = message.thinkingBlocks.map { .thinking(Self.thinking($0)) }
        if blocks.isEmpty, let call = message.toolCalls.first, let remembered = input.rememberedThinking(call.id) {
            blocks = remembered.map { .thinking($0) }
        }
        blocks += try self.blocks(of: message.content, path: path(), role: .assistant)
        if let refusal = message.refusal, !refusal.isBlank { blocks.append(.text(refusal)) }
        for call in message.toolCalls {
            blocks.append(toolUse(id: call.id, call.function))
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
        let content = try blocks(of: message.content, path: path(), role: .user)
        addToolResult(id: id, content: content, isError: false, mark: mark)
    }

    private mutating func addToolResult(id: JSONText, content: [ContentBlock], isError: Bool, mark: CacheMark?) {
        var content = content
        var mark = mark
        // A mark inside the answer belongs behind it.
        content.removeAll { block in
            guard case .cacheMark(let inner) = block else { return false }
            mark = inner
            return true
        }
        var blocks: [ContentBlock] = [
            .toolResult(ToolResultBlock(toolUseID: legal(id), content: content, isError: isError))
        ]
        if let mark { blocks.append(.cacheMark(mark)) }
        builder.add(.user, blocks)
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
        path: @autoclosure () -> String,
        role: TurnRole
    ) throws(OpenAIError) -> [ContentBlock] {
        switch content {
        case .none: return []
        case .text(let text): return [.text(text)]
        case .parts(let parts):
            var blocks: [ContentBlock] = []
            for (index, part) in parts.enumerated() {
                try append(part, to: &blocks, path: "\(path()).content[\(index)]")
            }
            return blocks
        }
    }

    private mutating func append(
        _ part: ContentPart,
        to blocks: inout [ContentBlock],
        path: @autoclosure () -> String
    ) throws(OpenAIError) {
        var control: CacheControl?
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
        case .audio(let data, let format): blocks.append(.media(try audio(data, format, path: path())))
        case .video(let url): blocks.append(.media(try video(url, path: path())))
        case .refusal(let text): blocks.append(.text(text))
        case .toolUse(let id, let name, let toolInput):
            blocks.append(
                .toolUse(
                    ToolUseBlock(id: legal(id), name: toolNames.bedrockName(for: name), input: toolInput)
                )
            )
        case .toolResult(let result):
            var content: [ContentBlock] = []
            for (index, inner) in result.content.enumerated() {
                try append(inner, to: &content, path: "\(path()).content[\(index)]")
            }
            blocks.append(
                .toolResult(
                    ToolResultBlock(
                        toolUseID: legal(result.toolUseID),
                        content: content.filter { if case .cacheMark = $0 { false } else { true } },
                        isError: result.isError
                    )
                )
            )
            control = result.cacheControl
        case .thinking(let thinking): blocks.append(.thinking(Self.thinking(thinking)))
        }
        if let control { blocks.append(.cacheMark(CacheMark(ttl: control.ttl))) }
    }

    private mutating func document(_ file: ContentPart.FilePart, path: String) throws(OpenAIError) -> DocumentBlock {
        let media = MediaParts(input: input)
        let (format, source) = try media.document(file, path: path)
        return DocumentBlock(format: format, name: documentNames.name(for: file.filename?.string), source: source)
    }

    private mutating func image(_ url: JSONText, path: String) throws(OpenAIError) -> ImageBlock {
        let image = try MediaParts(input: input).image(url, path: path)
        let label = "data:image/\(image.format.rawValue);base64,"
        if !url.escaped.readableBytesView.starts(with: label.utf8) { builder.noteMending() }
        return image
    }

    private func audio(_ data: JSONText, _ format: String, path: String) throws(OpenAIError) -> MediaBlock {
        try MediaParts(input: input).audio(data, format, path: path)
    }

    private func video(_ url: JSONText, path: String) throws(OpenAIError) -> MediaBlock {
        try MediaParts(input: input).video(url, path: path)
    }
}
